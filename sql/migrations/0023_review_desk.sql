-- Clocks of the review desk that run out: steps that nobody decided in time, and posts that nobody
-- has met for a month.

ALTER TABLE review_step ADD COLUMN IF NOT EXISTS
	overdue_at DATETIME(3) NULL COMMENT 'when it was seen that its clock had run out';

ALTER TABLE review_step ADD INDEX IF NOT EXISTS clock (state, due_at);

CREATE TABLE IF NOT EXISTS escalation (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	post_id BIGINT NOT NULL,
	county BIGINT NOT NULL COMMENT 'the office that answers',
	at DATETIME(3) NOT NULL,
	due_at DATETIME(3) NOT NULL,
	answer ENUM ('extend', 'explain') NULL COMMENT 'NULL: not answered yet',
	text VARCHAR(200) NULL COMMENT 'what visitors read',
	answered_by BIGINT NULL COMMENT 'account',
	answered_at DATETIME(3) NULL,
	UNIQUE KEY once (post_id),
	KEY queue (county, answer, at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'a published post that is not met a month later: its county says what happens';

ALTER TABLE post ADD INDEX IF NOT EXISTS unmet (listed, opened_at);

INSERT IGNORE INTO setting (name, region, plugin, version, value, from_at, changed_by, reason) VALUES
	('escalation_days', 0, '', 1, 30, '2026-01-01', NULL, 'as shipped'),
	('escalation_answer_days', 0, '', 1, 5, '2026-01-01', NULL, 'as shipped'),
	('escalation_extension_days', 0, '', 1, 30, '2026-01-01', NULL, 'as shipped');
