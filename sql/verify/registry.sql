-- I14, R1, R3: numbers of people are sealed, hashed and masked; nobody decides what they did
-- themselves; no notice in a village came off early.

-- name: i14_persons
-- A sealed name or number begins with an algorithm and a key that are known and has no number in
-- clear in it; a number has its keyed hash, and the masked form that pages show. (The demo's people
-- have the masked form alone.)
-- scans: all persons are looked at
SELECT p.id AS person_id
  FROM person p
 WHERE (p.id_sealed IS NULL) <> (p.id_hash IS NULL)
    OR (p.id_sealed IS NOT NULL AND p.id_masked IS NULL)
    OR p.id_masked NOT REGEXP '^[0-9]{3}[*]{13}[0-9][0-9X]$'
    OR ORD(p.id_sealed) NOT IN (1, 2) OR ORD(SUBSTR(p.id_sealed, 2)) = 0
    OR ORD(p.name_sealed) NOT IN (1, 2) OR ORD(SUBSTR(p.name_sealed, 2)) = 0
    OR CONVERT(p.id_sealed USING latin1) REGEXP '[0-9]{17}[0-9Xx]'
    OR p.shown_name REGEXP '[0-9]{17}[0-9Xx]';

-- name: i14_persons_counted
-- Persons.
-- scans: all are counted
SELECT COUNT(*) AS persons FROM person;

-- name: r1_households
-- Who decided about a household at township or county did no other step of it, and visited it not.
-- scans: all moves are looked at
SELECT h.object_id AS household_id, h.actor_id
  FROM state_history h
 WHERE h.machine = 'household' AND h.to_state IN ('township_checked', 'active')
   AND (EXISTS (SELECT 1 FROM state_history o
                 WHERE o.machine = 'household' AND o.object_id = h.object_id
                   AND o.step < h.step AND o.actor_id = h.actor_id)
        OR EXISTS (SELECT 1 FROM household_visit v
                    WHERE v.household_id = h.object_id AND v.second_by = h.actor_id));

-- name: r1_households_counted
-- Moves of households.
-- scans: all are counted
SELECT COUNT(*) AS moves FROM state_history h WHERE h.machine = 'household';

-- name: publicity_kept
-- A household passed its village only after the notice had hung for its time.
-- scans: all notices are looked at
SELECT y.household_id
  FROM household_publicity y
  JOIN state_history h ON h.machine = 'household' AND h.object_id = y.household_id
       AND h.from_state = 'in_publicity' AND h.to_state = 'village_passed'
 WHERE h.at BETWEEN y.from_at AND y.until_at - INTERVAL 1 SECOND;

-- name: publicity_kept_counted
-- Notices.
-- scans: all are counted
SELECT COUNT(*) AS notices FROM household_publicity;
