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
