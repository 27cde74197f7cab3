-- Where things are: divisions of the country, the pilot cities, and what runs in each city.
-- Region codes are GB/T 2260 (6 digits) and, below counties, statistical codes (9 and 12).

CREATE TABLE IF NOT EXISTS region (
	code BIGINT NOT NULL PRIMARY KEY,
	parent BIGINT NOT NULL COMMENT '0: a province',
	level TINYINT NOT NULL COMMENT '1 province, 2 prefecture, 3 county, 4 township, 5 village',
	name VARCHAR(64) NOT NULL,
	name_en VARCHAR(64) NOT NULL COMMENT 'pinyin, or the usual English name',
	valid_from DATE NOT NULL,
	valid_to DATE NULL COMMENT 'the first day on which it is no more',
	KEY parent (parent),
	CHECK (level BETWEEN 1 AND 5)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS region_ancestor (
	region BIGINT NOT NULL,
	ancestor BIGINT NOT NULL COMMENT 'the region itself, its parent, and so on up',
	PRIMARY KEY (region, ancestor),
	KEY ancestor (ancestor)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = '"inside a region" is a join with this, never a prefix of digits';

CREATE TABLE IF NOT EXISTS city (
	region BIGINT NOT NULL PRIMARY KEY,
	province BIGINT NOT NULL,
	slug VARCHAR(32) NOT NULL COMMENT 'its part of the address',
	place INT NOT NULL COMMENT 'the order of the cities on pages',
	opened_at DATETIME(3) NOT NULL,
	UNIQUE KEY slug (slug),
	FOREIGN KEY (region) REFERENCES region (code),
	FOREIGN KEY (province) REFERENCES region (code)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin COMMENT = 'the pilot cities';

CREATE TABLE IF NOT EXISTS city_plugin (
	city BIGINT NOT NULL,
	plugin VARCHAR(32) NOT NULL,
	state ENUM ('off', 'scheduled', 'on', 'draining') NOT NULL,
	from_at DATETIME(3) NOT NULL COMMENT 'since when, or from when a scheduled one is on',
	changed_by BIGINT NOT NULL COMMENT 'account',
	reason VARCHAR(200) NOT NULL,
	version INT NOT NULL DEFAULT 1,
	PRIMARY KEY (city, plugin),
	FOREIGN KEY (city) REFERENCES city (region)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'what runs where, by the state table "a plugin in a city"';
