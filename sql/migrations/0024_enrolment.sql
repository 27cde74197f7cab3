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
