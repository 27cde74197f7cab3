-- The operators' console: who holds which role where is found by the region; what the process of the
-- jobs does, told by itself.

ALTER TABLE role_grant ADD INDEX IF NOT EXISTS region (region, role);

CREATE TABLE IF NOT EXISTS job_run (
	name VARCHAR(32) NOT NULL PRIMARY KEY COMMENT 'a job of cgi/site/jobs.c',
	last_at DATETIME(3) NOT NULL COMMENT 'when it ran; told every few seconds',
	millis BIGINT NOT NULL COMMENT 'how long that took',
	next_at DATETIME(3) NOT NULL COMMENT 'when it runs again',
	failing TINYINT NOT NULL COMMENT '1: the last run ended with last_error',
	last_error VARCHAR(300) NULL,
	error_at DATETIME(3) NULL,
	asked_at DATETIME(3) NULL COMMENT 'somebody wants it to run now; NULL: nobody waits',
	asked_by BIGINT NULL COMMENT 'account: who wanted so last'
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Lists that leave the house: who asked for which, what for, who agreed, and each time that a file of
-- it was made.
CREATE TABLE IF NOT EXISTS list_export (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	account_id BIGINT NOT NULL,
	list VARCHAR(16) NOT NULL COMMENT 'posts, households, payouts',
	region BIGINT NOT NULL,
	phase VARCHAR(16) NULL COMMENT 'filter of posts',
	need_kind VARCHAR(16) NULL COMMENT 'filter of posts',
	since DATE NULL COMMENT 'filter of all: from this day on',
	purpose VARCHAR(200) NOT NULL,
	row_count BIGINT NOT NULL COMMENT 'when it was asked for',
	needs_second TINYINT NOT NULL COMMENT '1: more rows than one person takes alone',
	asked_at DATETIME(3) NOT NULL,
	agreed_by BIGINT NULL COMMENT 'account: the second person',
	agreed_at DATETIME(3) NULL,
	expires_at DATETIME(3) NOT NULL COMMENT 'no file is made from then on',
	KEY account (account_id, id),
	KEY region (region, id),
	CONSTRAINT two_people_take_many CHECK (agreed_by IS NULL OR agreed_by <> account_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS list_export_file (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	export_id BIGINT NOT NULL,
	kind VARCHAR(8) NOT NULL COMMENT 'csv, xlsx',
	row_count BIGINT NOT NULL,
	at DATETIME(3) NOT NULL,
	KEY export (export_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin COMMENT = 'insert-only';

INSERT IGNORE INTO setting (name, region, plugin, version, value, from_at, changed_by, reason) VALUES
	('export_rows_alone', 0, '', 1, 1000, '2026-01-01', NULL, 'as shipped'),
	('export_hours', 0, '', 1, 24, '2026-01-01', NULL, 'as shipped');

-- What somebody did is found by who and when.
ALTER TABLE event ADD INDEX IF NOT EXISTS actor (actor_id, at);
ALTER TABLE state_history ADD INDEX IF NOT EXISTS actor (actor_id, at);
