-- How households come into the register, one by one or by import: each knows by whose number it was
-- sent, so that it is there once however often it is sent.

ALTER TABLE household
	ADD COLUMN IF NOT EXISTS client_id VARCHAR(80) NULL COMMENT 'of whoever sent it; the same again changes nothing',
	ADD COLUMN IF NOT EXISTS client_body BINARY(32) NULL COMMENT 'keyed hash of what was sent',
	ADD COLUMN IF NOT EXISTS import_run BIGINT NULL COMMENT 'that brought it',
	ADD UNIQUE KEY IF NOT EXISTS client (client_id),
	ADD KEY IF NOT EXISTS import_run (import_run, id);

ALTER TABLE household_publicity
	ADD KEY IF NOT EXISTS due (ended_at, until_at);

ALTER TABLE membership
	ADD KEY IF NOT EXISTS person (person_id);

CREATE TABLE IF NOT EXISTS import_run (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	file_hash BINARY(32) NOT NULL COMMENT 'BLAKE2b: a run that was cut off is known again by it',
	state ENUM ('running', 'done', 'undoing', 'undone') NOT NULL,
	position BIGINT NOT NULL COMMENT 'households that were read and dealt with',
	added BIGINT NOT NULL DEFAULT 0,
	again BIGINT NOT NULL DEFAULT 0 COMMENT 'that were there already, the same',
	refused BIGINT NOT NULL DEFAULT 0,
	list_bytes BIGINT NOT NULL DEFAULT 0 COMMENT 'of the list of what was refused',
	started_at DATETIME(3) NOT NULL,
	ended_at DATETIME(3) NULL,
	KEY file_hash (file_hash, state)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

INSERT IGNORE INTO state_rule (machine, version, from_state, to_state) VALUES
	('household', 1, 'registered', 'undone'),
	('household', 1, 'identity_matched', 'undone');
