-- Clocks of the review desk that run out: steps that nobody decided in time, and posts that nobody
-- has met for a month. And rejections that need a second person.

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

CREATE TABLE IF NOT EXISTS review_rejection (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	step_id BIGINT NOT NULL,
	reason_code VARCHAR(32) NOT NULL,
	reason VARCHAR(200) NOT NULL,
	proposed_by BIGINT NOT NULL COMMENT 'account: who has the step',
	proposed_at DATETIME(3) NOT NULL,
	outcome ENUM ('confirmed', 'declined') NULL COMMENT 'NULL: a second person has to look',
	decided_by BIGINT NULL COMMENT 'account; NULL with an outcome: before two were asked',
	decided_as ENUM ('county', 'city') NULL,
	decided_at DATETIME(3) NULL,
	note VARCHAR(200) NULL COMMENT 'why it was declined',
	live_step BIGINT AS (IF(outcome IS NULL, step_id, NULL)) PERSISTENT,
	UNIQUE KEY one_at_a_time (live_step),
	KEY step (step_id),
	KEY waiting (outcome),
	CONSTRAINT two_people_reject CHECK (decided_by IS NULL OR decided_by <> proposed_by)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'what a county wants to reject; final once a second person agrees';

INSERT INTO review_rejection (step_id, reason_code, reason, proposed_by, proposed_at, outcome,
	decided_at)
SELECT s.id, COALESCE(s.reason_code, 'other'), COALESCE(s.reason, ''), s.verifier_id, s.decided_at,
       'confirmed', s.decided_at
  FROM review_step s
 WHERE s.level = 'county' AND s.state = 'rejected'
   AND NOT EXISTS (SELECT 1 FROM review_rejection r WHERE r.step_id = s.id);

-- Who may be asked about a rejection that waits: the county, and where it has nobody else, the city.
CREATE OR REPLACE SQL SECURITY INVOKER VIEW rejection_asked AS
SELECT r.id AS rejection_id, s.id AS step_id, s.post_id, g.account_id, g.role
  FROM review_rejection r
  JOIN review_step s ON s.id = r.step_id
  JOIN post p ON p.id = s.post_id
  JOIN role_grant g ON g.role IN ('county', 'city') AND g.region IN (p.county, p.city)
       AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL
 WHERE r.outcome IS NULL
   AND ((g.role = 'county' AND g.region = p.county)
        OR (g.role = 'city' AND g.region = p.city
            AND NOT EXISTS (SELECT 1 FROM role_grant o
                             WHERE o.role = 'county' AND o.region = p.county
                               AND o.from_at <= UTC_TIMESTAMP(3) AND o.to_at IS NULL
                               AND o.account_id NOT IN (r.proposed_by, p.submitter_id)
                               AND NOT EXISTS (SELECT 1 FROM declared_relative d
                                                WHERE d.account_id = o.account_id
                                                  AND d.household_id = p.household_id))));

ALTER TABLE appeal MODIFY COLUMN
	level ENUM ('township', 'county', 'city', 'province') NOT NULL
		COMMENT 'above that step; above the second person, where that was the city';
