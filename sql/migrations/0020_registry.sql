-- The way of a household through the register: visits by two people, the notice in the village and
-- what is said against it, and which moves there are.

CREATE TABLE IF NOT EXISTS household_visit (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	household_id BIGINT NOT NULL,
	first_by BIGINT NOT NULL COMMENT 'account, of the village',
	second_by BIGINT NOT NULL COMMENT 'account, of the village or above',
	at DATETIME(3) NOT NULL,
	replaced_at DATETIME(3) NULL COMMENT 'by a later visit; this one stays readable',
	current_household BIGINT AS (IF(replaced_at IS NULL, household_id, NULL)) PERSISTENT,
	UNIQUE KEY one_current (current_household),
	KEY household (household_id),
	CONSTRAINT two_people_visit CHECK (first_by <> second_by)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS household_publicity (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	household_id BIGINT NOT NULL,
	from_at DATETIME(3) NOT NULL,
	until_at DATETIME(3) NOT NULL COMMENT 'not before this it has passed',
	ended_at DATETIME(3) NULL,
	live_household BIGINT AS (IF(ended_at IS NULL, household_id, NULL)) PERSISTENT,
	UNIQUE KEY one_live (live_household),
	KEY household (household_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS household_objection (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	household_id BIGINT NOT NULL,
	raised_at DATETIME(3) NOT NULL,
	answered_at DATETIME(3) NULL,
	KEY household (household_id, answered_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

INSERT IGNORE INTO setting (name, region, plugin, version, value, from_at, changed_by, reason) VALUES
	('publicity_days', 0, '', 1, 7, '2026-01-01', NULL, 'as shipped');

INSERT IGNORE INTO state_rule (machine, version, from_state, to_state) VALUES
	('household', 1, 'registered', 'rejected'),
	('household', 1, 'identity_matched', 'rejected'),
	('household', 1, 'visited', 'rejected'),
	('household', 1, 'in_publicity', 'rejected'),
	('household', 1, 'village_passed', 'rejected'),
	('household', 1, 'township_checked', 'rejected');
