-- From what happened to who is told: a reader of events with its cursor, notices that name their
-- event, their copies on other channels, what each person wants; and keys by which old rows of
-- sign-in are found to be forgotten.

CREATE TABLE IF NOT EXISTS event_cursor (
	listener VARCHAR(32) NOT NULL PRIMARY KEY,
	event_id BIGINT NOT NULL COMMENT 'this event and all before it are done'
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'locked by who reads, so that one reads at a time';

CREATE TABLE IF NOT EXISTS event_done (
	listener VARCHAR(32) NOT NULL,
	event_id BIGINT NOT NULL,
	PRIMARY KEY (listener, event_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'done, and not yet passed by the cursor: a number below may still be committed';

-- What happened before anybody listened is told to nobody.
INSERT IGNORE INTO event_cursor (listener, event_id)
SELECT 'notices', COALESCE(MAX(e.id), 0) FROM event e;

ALTER TABLE notice
	ADD COLUMN IF NOT EXISTS event_id BIGINT NULL COMMENT 'NULL: about the account itself',
	ADD COLUMN IF NOT EXISTS post_id BIGINT NULL,
	ADD COLUMN IF NOT EXISTS payment_id BIGINT NULL,
	ADD UNIQUE KEY IF NOT EXISTS once (event_id, account_id);

CREATE TABLE IF NOT EXISTS notice_delivery (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	notice_id BIGINT NOT NULL,
	channel ENUM ('sms', 'mail') NOT NULL,
	state ENUM ('queued', 'sending', 'sent', 'failed', 'skipped') NOT NULL,
	reason VARCHAR(32) NULL COMMENT 'why it was skipped or failed',
	tries INT NOT NULL DEFAULT 0,
	next_at DATETIME(3) NOT NULL COMMENT 'queued: when to send; sending: when to send again',
	created_at DATETIME(3) NOT NULL,
	sent_at DATETIME(3) NULL,
	UNIQUE KEY once (notice_id, channel),
	KEY due (state, next_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'copies of a notice; the notice in the account is the first of them';

CREATE TABLE IF NOT EXISTS contact_preference (
	account_id BIGINT NOT NULL PRIMARY KEY,
	lang ENUM ('zh', 'en') NOT NULL DEFAULT 'zh',
	sms BOOLEAN NOT NULL DEFAULT TRUE,
	mail BOOLEAN NOT NULL DEFAULT TRUE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'who has no row gets all in Chinese; of safety and money everybody is told';

ALTER TABLE session ADD KEY IF NOT EXISTS expiry (expires_at);
ALTER TABLE one_time_code ADD KEY IF NOT EXISTS expiry (expires_at);
ALTER TABLE sign_in_try ADD KEY IF NOT EXISTS since (since_at);
