-- How households come into the register. Used by cgi/domain/enrol.c.

-- name: enrol_place
-- Where a village of today lies, what day it is there, and whether the person is of its office.
-- example: village=430523100001, account=1
SELECT t.code AS township, c.code AS county, z.region AS city,
       CAST(DATE_FORMAT(UTC_TIMESTAMP() + INTERVAL 8 HOUR, '%Y%m%d') AS SIGNED) AS today,
       EXISTS (SELECT 1 FROM role_grant g
                WHERE g.account_id = :account AND g.role = 'village' AND g.region = v.code
                  AND g.from_at <= UTC_TIMESTAMP(3)
                  AND (g.to_at IS NULL OR g.to_at > UTC_TIMESTAMP(3))) AS is_village
  FROM region v
  JOIN region t ON t.code = v.parent
  JOIN region c ON c.code = t.parent
  JOIN region_ancestor a ON a.region = v.code
  JOIN city z ON z.region = a.ancestor
 WHERE v.code = :village AND v.level = 5
   AND v.valid_from <= DATE(UTC_TIMESTAMP() + INTERVAL 8 HOUR)
   AND (v.valid_to IS NULL OR v.valid_to > DATE(UTC_TIMESTAMP() + INTERVAL 8 HOUR));

-- name: enrol_sent_before
-- What came of a client's number before, and whether the same was sent with it.
-- example: client_id=village/1, body=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
SELECT h.id, h.client_body = UNHEX(:body) AS is_same
  FROM household h
 WHERE h.client_id = :client_id;

-- name: enrol_known
-- The person of an ID number, and the household in which it is.
-- example: hash=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
SELECT p.id, p.state, HEX(p.name_sealed) AS name_sealed, p.birth_year, m.household_id, h.village
  FROM person p
  LEFT JOIN membership m ON m.active_person = p.id
  LEFT JOIN household h ON h.id = m.household_id
 WHERE p.id_hash = UNHEX(:hash);

-- name: enrol_add_household
-- A household that has no state yet.
-- writes
-- example: city=430500, county=430523, township=430523100, village=430523100001, shown_name=李**
-- example: people=1, client_id=village/1, run=1
-- example: body=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
INSERT INTO household (city, county, township, village, shown_name, people, state, registered_at,
       client_id, client_body, import_run)
VALUES (:city, :county, :township, :village, :shown_name, :people, '', UTC_TIMESTAMP(3),
       :client_id, UNHEX(:body), :run);

-- name: enrol_add_person
-- A person; what is sealed comes once its number is known, for it is bound to it.
-- writes
-- example: shown_name=李**, id_masked=990*************12, birth_year=1970
-- example: hash=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
INSERT INTO person (shown_name, id_masked, id_hash, birth_year, state)
VALUES (:shown_name, :id_masked, UNHEX(:hash), :birth_year, 'current');

-- name: enrol_seal_person
-- The full name and the number of a person that was just added, sealed.
-- writes
-- example: person=1, name_sealed=0101, id_sealed=0101
UPDATE person p
   SET p.name_sealed = UNHEX(:name_sealed), p.id_sealed = UNHEX(:id_sealed)
 WHERE p.id = :person;

-- name: enrol_add_member
-- A person belongs to a household from now on.
-- writes
-- example: id=1, person=1, role=head
INSERT INTO membership (household_id, person_id, role, from_at)
VALUES (:id, :person, :role, UTC_TIMESTAMP(3));

-- name: registry_publicity_due
-- Notices that have hung for their time without an open objection.
SELECT y.household_id AS id
  FROM household_publicity y
  JOIN household h ON h.id = y.household_id AND h.state = 'in_publicity'
 WHERE y.ended_at IS NULL AND y.until_at <= UTC_TIMESTAMP(3)
   AND NOT EXISTS (SELECT 1 FROM household_objection o
                    WHERE o.household_id = y.household_id AND o.answered_at IS NULL)
 ORDER BY y.until_at
 LIMIT 50;
