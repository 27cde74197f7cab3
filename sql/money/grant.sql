-- Roles of offices: giving and ending them. Used by cgi/domain/grant.c.

-- name: grant_place
-- A region that lies in one where the person holds a role.
-- example: account=1, of_region=430523, giver=config
SELECT r.code, r.level
  FROM region r
 WHERE r.code = :of_region
   AND EXISTS (SELECT 1 FROM role_grant g
                 JOIN region_ancestor u ON u.ancestor = g.region AND u.region = r.code
                WHERE g.account_id = :account AND g.role = :giver
                  AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL);

-- name: grant_account_lock
-- An account that is in use, locked.
-- writes
-- example: of_account=1
SELECT a.id FROM account a WHERE a.id = :of_account AND a.closed_at IS NULL FOR UPDATE;

-- name: grant_of
-- A role that an account holds in a region.
-- example: of_account=1, role=county, of_region=430523
SELECT g.id
  FROM role_grant g
 WHERE g.account_id = :of_account AND g.role = :role AND g.region = :of_region AND g.to_at IS NULL;

-- name: grant_add
-- A role from now on.
-- writes
-- example: of_account=1, role=county, of_region=430523, actor=1
INSERT INTO role_grant (account_id, role, region, from_at, given_by)
VALUES (:of_account, :role, :of_region, UTC_TIMESTAMP(3), :actor);

-- name: grant_look
-- A role of somebody.
-- example: grant=1
SELECT g.id, g.account_id, g.role, g.region FROM role_grant g WHERE g.id = :grant;

-- name: grant_holders
-- All who hold a role in a region, locked.
-- writes
-- example: role=county, of_region=430523
SELECT g.id, g.account_id
  FROM role_grant g
  JOIN account a ON a.id = g.account_id AND a.closed_at IS NULL
 WHERE g.role = :role AND g.region = :of_region AND g.to_at IS NULL
 ORDER BY g.id
   FOR UPDATE;

-- name: grant_end
-- A role until now.
-- writes
-- example: grant=1, actor=1, reason=x
UPDATE role_grant g
   SET g.to_at = UTC_TIMESTAMP(3), g.ended_by = :actor, g.end_reason = :reason
 WHERE g.id = :grant AND g.to_at IS NULL;

-- name: grant_event
-- What happened to a role, in its region and the city of it.
-- writes
-- example: type=grant.given, grant=1, actor=1
INSERT INTO event (type, subject_id, actor_id, city, region, at)
SELECT :type, g.id, :actor,
       (SELECT u.ancestor FROM region_ancestor u
          JOIN region c ON c.code = u.ancestor AND c.level = 2
         WHERE u.region = g.region), g.region, UTC_TIMESTAMP(3)
  FROM role_grant g
 WHERE g.id = :grant;

-- ---- pages: cgi/site/people.c -----------------------------------------------------------

-- name: grant_region
-- A region that the person configures, or one in it.
-- example: account=1, of_region=430523, lang=zh
SELECT r.code AS id, r.level, CASE :lang WHEN 'en' THEN r.name_en ELSE r.name END AS name
  FROM region r
 WHERE r.code = :of_region
   AND EXISTS (SELECT 1 FROM role_grant g
                 JOIN region_ancestor u ON u.ancestor = g.region AND u.region = r.code
                WHERE g.account_id = :account AND g.role = 'config'
                  AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL);

-- name: grant_region_parts
-- What a region that the person configures is made of.
-- example: account=1, of_region=430523, lang=zh
SELECT p.code AS id, CASE :lang WHEN 'en' THEN p.name_en ELSE p.name END AS name
  FROM region p
 WHERE p.parent = :of_region
   AND EXISTS (SELECT 1 FROM role_grant g
                 JOIN region_ancestor u ON u.ancestor = g.region AND u.region = p.parent
                WHERE g.account_id = :account AND g.role = 'config'
                  AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL)
 ORDER BY p.code
 LIMIT 500;

-- name: grants_in_region
-- Who holds a role in exactly this region, which the person configures.
-- example: account=1, of_region=430523
SELECT g.id, g.role, g.from_at, a.shown_name AS name,
       g.account_id <> :account AND g.role NOT IN ('config', 'province', 'national') AS may_end
  FROM role_grant g
  JOIN account a ON a.id = g.account_id
 WHERE g.region = :of_region AND g.to_at IS NULL
   AND EXISTS (SELECT 1 FROM role_grant m
                 JOIN region_ancestor u ON u.ancestor = m.region AND u.region = g.region
                WHERE m.account_id = :account AND m.role = 'config'
                  AND m.from_at <= UTC_TIMESTAMP(3) AND m.to_at IS NULL)
 ORDER BY g.role, g.id
 LIMIT 200;

-- name: grant_here
-- A role in a region that the person configures, and what became of it.
-- example: grant=1, account=1, lang=zh
SELECT g.id, g.role, g.region, g.from_at, g.to_at, g.end_reason, a.shown_name AS name, r.level,
       CASE :lang WHEN 'en' THEN r.name_en ELSE r.name END AS region_name,
       b.shown_name AS given_by_name, e.shown_name AS ended_by_name,
       g.account_id = :account AS is_own
  FROM role_grant g
  JOIN account a ON a.id = g.account_id
  JOIN region r ON r.code = g.region
  LEFT JOIN account b ON b.id = g.given_by
  LEFT JOIN account e ON e.id = g.ended_by
 WHERE g.id = :grant
   AND EXISTS (SELECT 1 FROM role_grant m
                 JOIN region_ancestor u ON u.ancestor = m.region AND u.region = g.region
                WHERE m.account_id = :account AND m.role = 'config'
                  AND m.from_at <= UTC_TIMESTAMP(3) AND m.to_at IS NULL);
