-- The way of a household through the register. Used by cgi/domain/household.c.

-- name: registry_household_lock
-- Locks a household for a move.
-- example: id=1
SELECT h.id FROM household h WHERE h.id = :id FOR UPDATE;

-- name: registry_household_row
-- All that guards want to know of a household, and what the person has to do with it.
-- example: id=1, account=1
SELECT h.id, h.state, h.version, h.city, h.county, h.township, h.village,
       (EXISTS (SELECT 1 FROM declared_relative d
                 WHERE d.account_id = :account AND d.household_id = h.id)
        OR EXISTS (SELECT 1 FROM household_account a
                    WHERE a.account_id = :account AND a.household_id = h.id
                      AND a.to_at IS NULL)) AS is_own,
       (EXISTS (SELECT 1 FROM state_history s
                 WHERE s.machine = 'household' AND s.object_id = h.id
                   AND s.actor_id = :account)
        OR EXISTS (SELECT 1 FROM household_visit v
                    WHERE v.household_id = h.id AND v.second_by = :account)) AS has_acted,
       EXISTS (SELECT 1 FROM membership m
                 JOIN person p ON p.id = m.person_id
                WHERE m.household_id = h.id AND m.to_at IS NULL AND m.role = 'head'
                  AND p.state = 'current' AND p.id_hash IS NOT NULL) AS head_is_known,
       EXISTS (SELECT 1 FROM household_publicity y
                WHERE y.household_id = h.id AND y.ended_at IS NULL
                  AND y.until_at <= UTC_TIMESTAMP(3)) AS publicity_is_over,
       EXISTS (SELECT 1 FROM household_objection o
                WHERE o.household_id = h.id AND o.answered_at IS NULL) AS has_objection
  FROM household h
 WHERE h.id = :id;

-- name: registry_household_set
-- Writes a household's next state.
-- writes
-- example: id=1, to=visited
UPDATE household h SET h.state = :to, h.version = h.version + 1 WHERE h.id = :id;

-- name: registry_levels
-- As what a person acts for a household: by the regions of their roles, none of them is no row.
-- example: id=1, account=1
SELECT MAX(g.role = 'village' AND g.region = h.village) AS is_village,
       MAX(g.role = 'township' AND g.region = h.township) AS is_township,
       MAX(g.role = 'county' AND g.region = h.county) AS is_county
  FROM household h
  JOIN role_grant g ON g.account_id = :account AND g.from_at <= UTC_TIMESTAMP(3)
       AND (g.to_at IS NULL OR g.to_at > UTC_TIMESTAMP(3))
       AND g.role IN ('village', 'township', 'county')
       AND g.region IN (h.village, h.township, h.county)
 WHERE h.id = :id
HAVING COUNT(*) > 0;

-- name: registry_second_visitor
-- The second person of a visit: with a role over the household, and no relative of it.
-- example: id=1, second=2
SELECT g.account_id
  FROM household h
  JOIN role_grant g ON g.account_id = :second AND g.from_at <= UTC_TIMESTAMP(3)
       AND (g.to_at IS NULL OR g.to_at > UTC_TIMESTAMP(3))
       AND g.role IN ('village', 'township', 'county')
       AND g.region IN (h.village, h.township, h.county)
 WHERE h.id = :id
   AND NOT EXISTS (SELECT 1 FROM declared_relative d
                    WHERE d.account_id = :second AND d.household_id = h.id)
 LIMIT 1;

-- name: registry_visit_replace
-- The visit before is kept, and is no longer the current one.
-- writes
-- example: id=1
UPDATE household_visit v
   SET v.replaced_at = UTC_TIMESTAMP(3)
 WHERE v.household_id = :id AND v.replaced_at IS NULL;

-- name: registry_visit_add
-- Two people were with the family.
-- writes
-- example: id=1, account=1, second=2
INSERT INTO household_visit (household_id, first_by, second_by, at)
VALUES (:id, :account, :second, UTC_TIMESTAMP(3));

-- name: registry_publicity_add
-- The notice hangs in the village from now on.
-- writes
-- example: id=1, days=7
INSERT INTO household_publicity (household_id, from_at, until_at)
VALUES (:id, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) + INTERVAL :days DAY);

-- name: registry_publicity_end
-- The notice comes off.
-- writes
-- example: id=1
UPDATE household_publicity y
   SET y.ended_at = UTC_TIMESTAMP(3)
 WHERE y.household_id = :id AND y.ended_at IS NULL;
