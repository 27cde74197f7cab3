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
