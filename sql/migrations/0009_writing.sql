-- Writing and checking a help post: what a draft may leave open, who wrote it for whom, what a
-- step of review says, appeals, the settings posts are judged by, and acts that were refused.

ALTER TABLE post ADD COLUMN IF NOT EXISTS
	relation ENUM ('village_manager', 'relative', 'neighbour') NULL
		COMMENT 'of who wrote it to the family; NULL: the family wrote it';

-- A draft lacks what nobody has typed yet; nothing that was published does.
ALTER TABLE post DROP CONSTRAINT IF EXISTS asks_one_thing;

ALTER TABLE post ADD CONSTRAINT IF NOT EXISTS asks_one_thing_when_sent CHECK (
	(opened_at IS NULL AND CAST(phase AS CHAR) IN ('draft', 'ended'))
	OR (form = 'money' AND target_fen > 0 AND quantity IS NULL)
	OR (form = 'goods' AND quantity > 0 AND unit IS NOT NULL AND target_fen IS NULL));

ALTER TABLE post ADD INDEX IF NOT EXISTS submitter (submitter_id, id);

ALTER TABLE review_step ADD COLUMN IF NOT EXISTS
	due_at DATETIME(3) NULL COMMENT 'when its clock runs out';

ALTER TABLE review_step ADD COLUMN IF NOT EXISTS
	reason_code VARCHAR(32) NULL COMMENT 'of a rejection';

ALTER TABLE review_step ADD COLUMN IF NOT EXISTS
	fields VARCHAR(200) NULL COMMENT 'of a return: what to correct, with commas between';

ALTER TABLE review_step ADD COLUMN IF NOT EXISTS
	carried BOOLEAN NOT NULL DEFAULT FALSE
		COMMENT 'approved in the round before, which an appeal took up again';

CREATE TABLE IF NOT EXISTS declared_relative (
	account_id BIGINT NOT NULL,
	household_id BIGINT NOT NULL,
	at DATETIME(3) NOT NULL,
	PRIMARY KEY (account_id, household_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'an official says that a family is of their own: they check nothing of it';

CREATE TABLE IF NOT EXISTS appeal (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	post_id BIGINT NOT NULL,
	step_id BIGINT NOT NULL COMMENT 'the review_step that rejected it',
	level ENUM ('township', 'county', 'city') NOT NULL COMMENT 'above that step',
	office BIGINT NOT NULL COMMENT 'region of the office that decides',
	appealed_by BIGINT NOT NULL COMMENT 'account',
	text VARCHAR(1000) NOT NULL,
	at DATETIME(3) NOT NULL,
	outcome ENUM ('upheld', 'overturned') NULL COMMENT 'NULL: not decided yet',
	decided_by BIGINT NULL COMMENT 'account',
	decided_at DATETIME(3) NULL,
	reason VARCHAR(200) NULL,
	UNIQUE KEY once (post_id),
	KEY queue (office, outcome, at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- An appeal that is overturned takes the post up again at the step that rejected it.
INSERT IGNORE INTO state_rule (machine, version, from_state, to_state) VALUES
	('post', 1, 'rejected', 'submitted'),
	('post', 1, 'rejected', 'village_checked'),
	('post', 1, 'rejected', 'township_verified');

CREATE TABLE IF NOT EXISTS setting (
	name VARCHAR(48) NOT NULL COMMENT 'the unit is its end: _fen, _days, _posts',
	region BIGINT NOT NULL COMMENT '0: the country; a province or city may only tighten',
	plugin VARCHAR(32) NOT NULL COMMENT 'empty: all kinds of aid',
	version INT NOT NULL COMMENT 'the highest that has begun counts',
	value BIGINT NOT NULL,
	from_at DATETIME(3) NOT NULL,
	changed_by BIGINT NULL COMMENT 'account; NULL: it came with bangfu',
	reason VARCHAR(200) NOT NULL,
	PRIMARY KEY (name, region, plugin, version)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'insert-only: a change is a new version, the old ones stay comparable';

INSERT IGNORE INTO setting (name, region, plugin, version, value, from_at, changed_by, reason) VALUES
	('cap_necessities_fen', 0, '', 1, 100000, '2026-01-01', NULL, 'as shipped'),
	('cap_other_fen', 0, '', 1, 100000, '2026-01-01', NULL, 'as shipped'),
	('cap_production_fen', 0, '', 1, 1000000, '2026-01-01', NULL, 'as shipped'),
	('cap_employment_fen', 0, '', 1, 1000000, '2026-01-01', NULL, 'as shipped'),
	('cap_training_fen', 0, '', 1, 1000000, '2026-01-01', NULL, 'as shipped'),
	('cap_disaster_fen', 0, '', 1, 500000, '2026-01-01', NULL, 'as shipped'),
	('cap_education_fen', 0, '', 1, 2000000, '2026-01-01', NULL, 'as shipped'),
	('cap_housing_fen', 0, '', 1, 5000000, '2026-01-01', NULL, 'as shipped'),
	('cap_medical_fen', 0, '', 1, 5000000, '2026-01-01', NULL, 'as shipped'),
	('household_open_posts', 0, '', 1, 3, '2026-01-01', NULL, 'as shipped'),
	('post_deadline_days', 0, '', 1, 60, '2026-01-01', NULL, 'as shipped'),
	('appeal_days', 0, '', 1, 30, '2026-01-01', NULL, 'as shipped'),
	('step_village_days', 0, '', 1, 3, '2026-01-01', NULL, 'as shipped'),
	('step_township_days', 0, '', 1, 3, '2026-01-01', NULL, 'as shipped'),
	('step_county_days', 0, '', 1, 5, '2026-01-01', NULL, 'as shipped');

CREATE TABLE IF NOT EXISTS refused_act (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	machine VARCHAR(24) NOT NULL,
	object_id BIGINT NOT NULL,
	from_state VARCHAR(24) NOT NULL,
	to_state VARCHAR(24) NOT NULL,
	actor_id BIGINT NULL COMMENT 'account; NULL: a job',
	status SMALLINT NOT NULL COMMENT 'how it was answered: 403, 409, 422',
	why VARCHAR(200) NOT NULL,
	at DATETIME(3) NOT NULL,
	KEY object (machine, object_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'moves that were asked for and refused, written once';
