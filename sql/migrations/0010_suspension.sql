-- A published post that is stopped while a concern is looked at, or that asks for what another
-- post asks for.

CREATE TABLE IF NOT EXISTS suspension (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	post_id BIGINT NOT NULL,
	case_number VARCHAR(32) NOT NULL COMMENT 'of the concern',
	public_text VARCHAR(200) NOT NULL COMMENT 'what visitors are told',
	suspended_by BIGINT NOT NULL COMMENT 'account, of the county',
	at DATETIME(3) NOT NULL,
	asked ENUM ('lift', 'cancel') NULL COMMENT 'what the first person wants',
	asked_by BIGINT NULL COMMENT 'account',
	asked_at DATETIME(3) NULL,
	ended_by BIGINT NULL COMMENT 'account: the second person',
	ended_at DATETIME(3) NULL,
	reason VARCHAR(200) NULL COMMENT 'why it was lifted or cancelled',
	live_post BIGINT AS (IF(ended_at IS NULL, post_id, NULL)) PERSISTENT,
	UNIQUE KEY once (live_post),
	KEY post (post_id),
	CONSTRAINT two_people_end_it CHECK (ended_by IS NULL OR ended_by <> asked_by)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

ALTER TABLE post ADD COLUMN IF NOT EXISTS
	duplicate_of BIGINT NULL COMMENT 'the post that stays, of one that asked for the same';
