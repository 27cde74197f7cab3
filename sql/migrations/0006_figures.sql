-- Numbers kept for pages, and the note of a demo load. `bangfu verify` proves each of them.

CREATE TABLE IF NOT EXISTS figure (
	region BIGINT NOT NULL PRIMARY KEY COMMENT 'a pilot city, or 0 for all of them',
	registered_donors BIGINT NOT NULL DEFAULT 0 COMMENT 'of the whole country only',
	connected_families BIGINT NOT NULL DEFAULT 0,
	published_posts BIGINT NOT NULL DEFAULT 0,
	open_posts BIGINT NOT NULL DEFAULT 0,
	met_posts BIGINT NOT NULL DEFAULT 0,
	partly_met_posts BIGINT NOT NULL DEFAULT 0,
	delivered_fen BIGINT NOT NULL DEFAULT 0,
	as_of DATETIME(3) NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

INSERT IGNORE INTO figure (region, as_of) VALUES (0, UTC_TIMESTAMP(3));

CREATE TABLE IF NOT EXISTS post_count (
	plugin VARCHAR(32) NOT NULL,
	city BIGINT NOT NULL,
	listed ENUM ('open', 'full', 'met', 'ended') NOT NULL,
	county BIGINT NOT NULL COMMENT '0: all of them',
	need_kind VARCHAR(16) NOT NULL COMMENT 'empty: all of them',
	posts BIGINT NOT NULL,
	PRIMARY KEY (plugin, city, listed, county, need_kind)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'how many posts each list holds';

-- The definitions. What pages show is copied from these views by jobs, and verified against them.

CREATE OR REPLACE SQL SECURITY INVOKER VIEW post_measure AS
SELECT p.id, p.city, p.phase = 'open' AS is_open,
       CASE p.form WHEN 'money' THEN p.confirmed_fen >= p.target_fen
            ELSE p.confirmed_quantity >= p.quantity END AS is_met,
       EXISTS (SELECT 1 FROM delivery d
                WHERE d.post_id = p.id AND d.received_at IS NOT NULL) AS is_helped
  FROM post p
 WHERE p.opened_at IS NOT NULL AND p.state NOT IN ('cancelled', 'duplicate');

CREATE OR REPLACE SQL SECURITY INVOKER VIEW city_measure AS
SELECT c.region,
       (SELECT COUNT(DISTINCT d.household_id)
          FROM delivery d JOIN household h ON h.id = d.household_id
         WHERE h.city = c.region AND d.received_at IS NOT NULL) AS connected_families,
       COUNT(m.id) AS published_posts,
       CAST(COALESCE(SUM(m.is_open), 0) AS SIGNED) AS open_posts,
       CAST(COALESCE(SUM(m.is_met), 0) AS SIGNED) AS met_posts,
       CAST(COALESCE(SUM(m.is_helped AND NOT m.is_met), 0) AS SIGNED) AS partly_met_posts,
       (SELECT CAST(COALESCE(SUM(o.fen), 0) AS SIGNED)
          FROM payout o JOIN household h ON h.id = o.household_id
         WHERE h.city = c.region AND o.state = 'confirmed') AS delivered_fen
  FROM city c
  LEFT JOIN post_measure m ON m.city = c.region
 GROUP BY c.region;

CREATE OR REPLACE SQL SECURITY INVOKER VIEW country_measure AS
SELECT 0 AS region,
       (SELECT COUNT(DISTINCT a.id)
          FROM account a
          JOIN role_grant g ON g.account_id = a.id AND g.role = 'donor' AND g.to_at IS NULL
         WHERE a.phone_bound_at IS NOT NULL AND a.closed_at IS NULL) AS registered_donors,
       CAST(COALESCE(SUM(m.connected_families), 0) AS SIGNED) AS connected_families,
       CAST(COALESCE(SUM(m.published_posts), 0) AS SIGNED) AS published_posts,
       CAST(COALESCE(SUM(m.open_posts), 0) AS SIGNED) AS open_posts,
       CAST(COALESCE(SUM(m.met_posts), 0) AS SIGNED) AS met_posts,
       CAST(COALESCE(SUM(m.partly_met_posts), 0) AS SIGNED) AS partly_met_posts,
       CAST(COALESCE(SUM(m.delivered_fen), 0) AS SIGNED) AS delivered_fen
  FROM city_measure m;

CREATE OR REPLACE SQL SECURITY INVOKER VIEW list_measure AS
SELECT p.plugin, p.city, p.listed, p.county, CAST(p.need_kind AS CHAR) AS need_kind,
       COUNT(*) AS posts
  FROM post p WHERE p.listed IS NOT NULL
 GROUP BY p.plugin, p.city, p.listed, p.county, p.need_kind
 UNION ALL
SELECT p.plugin, p.city, p.listed, 0, CAST(p.need_kind AS CHAR), COUNT(*)
  FROM post p WHERE p.listed IS NOT NULL
 GROUP BY p.plugin, p.city, p.listed, p.need_kind
 UNION ALL
SELECT p.plugin, p.city, p.listed, p.county, '', COUNT(*)
  FROM post p WHERE p.listed IS NOT NULL
 GROUP BY p.plugin, p.city, p.listed, p.county
 UNION ALL
SELECT p.plugin, p.city, p.listed, 0, '', COUNT(*)
  FROM post p WHERE p.listed IS NOT NULL
 GROUP BY p.plugin, p.city, p.listed;

CREATE TABLE IF NOT EXISTS demo_load (
	id TINYINT NOT NULL PRIMARY KEY COMMENT 'always 1',
	seed BIGINT NOT NULL,
	scale VARCHAR(8) NOT NULL,
	as_of DATETIME(3) NOT NULL,
	state ENUM ('loading', 'complete') NOT NULL,
	manifest VARCHAR(2000) NULL COMMENT 'counts and sums as they were made',
	CHECK (id = 1)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'present in a demo only: production refuses to start with it';
