-- Who holds which role, for operators of its region. Used by cgi/site/people.c. What they see is
-- decided here: the regions below those in which they are an official, configure or inspect.

-- name: people_here
-- Who holds which role in the person's regions, the newest first.
-- page: sort_key, id
-- example: account=1, lang=zh, role=county, of_region=430523, person_name=x, page_rows=20
-- example: after_key=1000, after_id=1000
SELECT g.id, g.role, g.region, g.from_at, a.shown_name AS name, a.id AS account_number, r.level,
       CASE :lang WHEN 'en' THEN r.name_en ELSE r.name END AS region_name,
       g.role NOT IN ('config', 'province', 'national')
       AND EXISTS (SELECT 1 FROM role_grant m
                 JOIN region_ancestor x ON x.ancestor = m.region AND x.region = g.region
                WHERE m.account_id = :account AND m.role = 'config' AND m.to_at IS NULL
                  AND m.from_at <= UTC_TIMESTAMP(3) AND m.account_id <> g.account_id) AS may_end,
       g.id AS sort_key
  FROM (SELECT DISTINCT u.region
          FROM role_grant m
          JOIN region_ancestor u ON u.ancestor = m.region
         WHERE m.account_id = :account AND m.role IN ('city', 'province', 'inspector', 'config')
           AND m.from_at <= UTC_TIMESTAMP(3) AND (m.to_at IS NULL OR m.to_at > UTC_TIMESTAMP(3))) w
  JOIN role_grant g ON g.region = w.region AND g.to_at IS NULL
       AND g.role = :role                                                  --? role
  JOIN account a ON a.id = g.account_id
  JOIN region r ON r.code = g.region
 WHERE TRUE
   AND EXISTS (SELECT 1 FROM region_ancestor x WHERE x.region = g.region AND x.ancestor = :of_region) --? of_region
   AND LEFT(a.shown_name, CHAR_LENGTH(:person_name)) = :person_name        --? person_name
   AND g.id < :after_key                                                   --? after_key
   AND :after_id > 0                                                       --? after_key
 ORDER BY g.id DESC
 LIMIT :page_rows;

-- name: people_regions
-- The cities and counties of the person's regions, to choose from.
-- example: account=1, lang=zh
SELECT DISTINCT r.code AS id, r.level, CASE :lang WHEN 'en' THEN r.name_en ELSE r.name END AS name
  FROM role_grant m
  JOIN region_ancestor u ON u.ancestor = m.region
  JOIN region r ON r.code = u.region AND r.level IN (1, 2, 3)
 WHERE m.account_id = :account AND m.role IN ('city', 'province', 'inspector', 'config')
   AND m.from_at <= UTC_TIMESTAMP(3) AND (m.to_at IS NULL OR m.to_at > UTC_TIMESTAMP(3))
 ORDER BY r.code;
