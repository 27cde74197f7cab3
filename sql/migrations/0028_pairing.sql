-- A donor and a family who stay connected over time, and what they tell each other through the
-- platform. Nothing here says how either of them is reached.

CREATE TABLE IF NOT EXISTS pairing (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	ref CHAR(10) NOT NULL COMMENT 'public, drawn at random',
	donor_id BIGINT NOT NULL COMMENT 'account',
	household_id BIGINT NOT NULL,
	post_id BIGINT NOT NULL COMMENT 'whose help had come when the donor asked',
	city BIGINT NOT NULL,
	county BIGINT NOT NULL,
	township BIGINT NOT NULL,
	village BIGINT NOT NULL,
	anonymous BOOLEAN NOT NULL COMMENT 'one of the gifts to this family was: "a donor"',
	state VARCHAR(24) NOT NULL,
	version INT NOT NULL DEFAULT 1,
	proposed_at DATETIME(3) NOT NULL,
	active_at DATETIME(3) NULL COMMENT 'when the family said yes',
	ended_at DATETIME(3) NULL COMMENT 'ended, declined or withdrawn',
	ended_by BIGINT NULL COMMENT 'account',
	live_household BIGINT AS (IF(state IN ('proposed', 'active'), household_id, NULL)) PERSISTENT,
	UNIQUE KEY ref (ref),
	UNIQUE KEY one_live (donor_id, live_household),
	KEY household (household_id, id),
	KEY village (village, state)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'a donor asked to stay in touch with a family; at most one live one for both';

CREATE TABLE IF NOT EXISTS pairing_update (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	pairing_id BIGINT NOT NULL,
	side ENUM ('donor', 'family') NOT NULL COMMENT 'who writes',
	author_id BIGINT NOT NULL COMMENT 'account',
	on_behalf BOOLEAN NOT NULL COMMENT 'a manager of the village wrote for the family',
	words VARCHAR(500) NOT NULL,
	written_at DATETIME(3) NOT NULL,
	waits_since DATETIME(3) NULL COMMENT 'NULL: somebody has looked at it',
	shown BOOLEAN NOT NULL DEFAULT FALSE COMMENT 'to the other side',
	checked_by BIGINT NULL COMMENT 'account',
	checked_at DATETIME(3) NULL,
	KEY pairing (pairing_id, id),
	KEY waiting (waits_since),
	CONSTRAINT shown_is_read CHECK (NOT shown OR (checked_by IS NOT NULL AND waits_since IS NULL)),
	CONSTRAINT another_reads CHECK (checked_by IS NULL OR checked_by <> author_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

INSERT IGNORE INTO state_rule (machine, version, from_state, to_state) VALUES
	('pairing', 1, '', 'proposed'),
	('pairing', 1, 'proposed', 'active'),
	('pairing', 1, 'proposed', 'declined'),
	('pairing', 1, 'proposed', 'withdrawn'),
	('pairing', 1, 'active', 'ended');
