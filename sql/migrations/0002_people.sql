-- Who they are: accounts and their roles, households and the people in them. Full names and
-- ID numbers exist sealed only (columns ..._sealed, filled once the keys are there); what
-- pages may show is stored masked, so that the web's database account reads nothing else.

CREATE TABLE IF NOT EXISTS account (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	kind ENUM ('person', 'organisation') NOT NULL,
	shown_name VARCHAR(64) NOT NULL COMMENT 'a person masked, an organisation in full',
	name_sealed VARBINARY(255) NULL,
	phone_masked VARCHAR(16) NULL,
	phone_bound_at DATETIME(3) NULL,
	created_at DATETIME(3) NOT NULL,
	closed_at DATETIME(3) NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS role_grant (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	account_id BIGINT NOT NULL,
	role VARCHAR(32) NOT NULL COMMENT 'donor, village, township, county, pay.prepare, ...',
	region BIGINT NULL COMMENT 'the region it holds for; NULL for donors',
	from_at DATETIME(3) NOT NULL,
	to_at DATETIME(3) NULL,
	KEY account (account_id, role),
	KEY role_region (role, region)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS household (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	city BIGINT NOT NULL,
	county BIGINT NOT NULL,
	township BIGINT NOT NULL,
	village BIGINT NOT NULL,
	shown_name VARCHAR(64) NOT NULL COMMENT 'its head, masked',
	people INT NOT NULL,
	state VARCHAR(24) NOT NULL,
	registered_at DATETIME(3) NOT NULL,
	connected_at DATETIME(3) NULL COMMENT 'kept: its first delivered help',
	version INT NOT NULL DEFAULT 1,
	KEY village (village),
	KEY city_state (city, state),
	CHECK (people > 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS person (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	shown_name VARCHAR(64) NOT NULL COMMENT 'masked',
	name_sealed VARBINARY(255) NULL,
	id_masked VARCHAR(18) NULL COMMENT 'first three and last two characters',
	id_sealed VARBINARY(255) NULL,
	id_hash BINARY(32) NULL COMMENT 'keyed, to find duplicates',
	birth_year SMALLINT NOT NULL,
	state ENUM ('current', 'deceased', 'merged') NOT NULL,
	UNIQUE KEY id_hash (id_hash)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS membership (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	household_id BIGINT NOT NULL,
	person_id BIGINT NOT NULL,
	role ENUM ('head', 'spouse', 'child', 'parent', 'other') NOT NULL,
	from_at DATETIME(3) NOT NULL,
	to_at DATETIME(3) NULL,
	active_person BIGINT AS (IF(to_at IS NULL, person_id, NULL)) PERSISTENT,
	active_head BIGINT AS (IF(to_at IS NULL AND role = 'head', household_id, NULL)) PERSISTENT,
	UNIQUE KEY one_household (active_person),
	UNIQUE KEY one_head (active_head),
	KEY household (household_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'a person is in one household at a time, a household has one head';
