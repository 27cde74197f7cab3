-- The operators' console: what runs where as a machine of its own, with each version readable
-- back; stopping the payments of a city.

ALTER TABLE city_plugin ADD COLUMN IF NOT EXISTS
	id BIGINT NOT NULL AUTO_INCREMENT UNIQUE COMMENT 'the object of its moves';

ALTER TABLE city_plugin ADD COLUMN IF NOT EXISTS
	public_text VARCHAR(200) NULL COMMENT 'what visitors are told while it is closing';

-- A row begins without a state, as every object of a machine.
ALTER TABLE city_plugin MODIFY COLUMN state VARCHAR(16) NOT NULL;

ALTER TABLE city_plugin ADD INDEX IF NOT EXISTS turning (state, from_at);

CREATE TABLE IF NOT EXISTS city_plugin_version (
	city_plugin_id BIGINT NOT NULL,
	version INT NOT NULL,
	state VARCHAR(16) NOT NULL,
	from_at DATETIME(3) NOT NULL,
	public_text VARCHAR(200) NULL,
	reason VARCHAR(200) NOT NULL,
	changed_by BIGINT NULL COMMENT 'account; NULL: a job',
	at DATETIME(3) NOT NULL,
	PRIMARY KEY (city_plugin_id, version)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'insert-only: each change of city_plugin as it stood after';

INSERT IGNORE INTO state_rule (machine, version, from_state, to_state) VALUES
	('city_plugin', 1, '', 'off'),
	('city_plugin', 1, 'off', 'scheduled'),
	('city_plugin', 1, 'scheduled', 'off'),
	('city_plugin', 1, 'scheduled', 'on'),
	('city_plugin', 1, 'on', 'draining'),
	('city_plugin', 1, 'draining', 'on'),
	('city_plugin', 1, 'draining', 'off');

CREATE TABLE IF NOT EXISTS payment_stop (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	city BIGINT NOT NULL,
	case_number VARCHAR(32) NOT NULL,
	public_text VARCHAR(200) NOT NULL COMMENT 'what donors are told',
	stopped_by BIGINT NOT NULL COMMENT 'account: one is enough',
	at DATETIME(3) NOT NULL,
	asked_by BIGINT NULL COMMENT 'account: who wants payments back on',
	asked_at DATETIME(3) NULL,
	asked_reason VARCHAR(200) NULL,
	ended_by BIGINT NULL COMMENT 'account: the second person',
	ended_at DATETIME(3) NULL,
	live_city BIGINT AS (IF(ended_at IS NULL, city, NULL)) PERSISTENT,
	UNIQUE KEY once (live_city),
	KEY city (city, id),
	CONSTRAINT two_people_turn_on CHECK (ended_by IS NULL OR ended_by <> asked_by)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'while one of a city is not ended, no payment begins there';

-- Which pilot cities an operator sees, by which of its roles.
CREATE OR REPLACE SQL SECURITY INVOKER VIEW operator_city AS
SELECT g.account_id, g.role, c.region AS city, c.province, c.slug, c.place
  FROM role_grant g
  JOIN city c ON c.region = g.region OR c.province = g.region
       OR (g.role = 'national' AND g.region IS NULL)
 WHERE g.role IN ('city', 'province', 'national', 'inspector', 'config', 'export')
   AND g.from_at <= UTC_TIMESTAMP(3) AND (g.to_at IS NULL OR g.to_at > UTC_TIMESTAMP(3));
