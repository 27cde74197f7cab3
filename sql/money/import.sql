-- Imports of registers. Used by cgi/domain/import.c and household.c.

-- name: import_find
-- A run of the same file that was cut off.
-- example: hash=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
SELECT r.id
  FROM import_run r
 WHERE r.file_hash = UNHEX(:hash) AND r.state = 'running'
 ORDER BY r.id
 LIMIT 1;

-- name: import_begin
-- Begins a run.
-- writes
-- example: hash=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
INSERT INTO import_run (file_hash, state, position, started_at)
VALUES (UNHEX(:hash), 'running', 0, UTC_TIMESTAMP(3));

-- name: import_row
-- How far a run is.
-- example: run=1
SELECT r.id, r.state, r.position, r.added, r.again, r.refused, r.list_bytes
  FROM import_run r
 WHERE r.id = :run;

-- name: import_lock
-- The same, locked: what a chunk does and how far the run is are written together.
-- example: run=1
SELECT r.id, r.state, r.position, r.added, r.again, r.refused, r.list_bytes
  FROM import_run r
 WHERE r.id = :run
   FOR UPDATE;

-- name: import_save
-- How far a run is, in the transaction of the chunk that it came by.
-- writes
-- example: run=1, position=200, added=198, again=1, refused=1, list_bytes=80
UPDATE import_run r
   SET r.position = :position, r.added = :added, r.again = :again, r.refused = :refused,
       r.list_bytes = :list_bytes
 WHERE r.id = :run;

-- name: import_set
-- A run is over, or is taken back.
-- writes
-- example: run=1, state=done
UPDATE import_run r
   SET r.state = :state, r.ended_at = UTC_TIMESTAMP(3)
 WHERE r.id = :run;

-- name: import_depends
-- Households of a run that somebody has gone on with.
-- example: run=1
SELECT h.id, h.state, EXISTS (SELECT 1 FROM post p WHERE p.household_id = h.id) AS has_post
  FROM household h
 WHERE h.import_run = :run AND h.state <> 'undone'
   AND (h.state NOT IN ('registered', 'identity_matched')
        OR EXISTS (SELECT 1 FROM post p WHERE p.household_id = h.id)
        OR EXISTS (SELECT 1 FROM household_account a WHERE a.household_id = h.id))
 ORDER BY h.id
 LIMIT 101;

-- name: import_left
-- Households of a run that are to be taken back, some at a time.
-- example: run=1
SELECT h.id
  FROM household h
 WHERE h.import_run = :run AND h.state IN ('registered', 'identity_matched')
 ORDER BY h.id
 LIMIT 200;

-- name: registry_undo_people
-- What was sealed of the people whom nothing but this household knows is forgotten.
-- writes
-- example: id=1
UPDATE membership m
  JOIN person p ON p.id = m.person_id
  LEFT JOIN membership o ON o.person_id = m.person_id AND o.household_id <> m.household_id
   SET p.name_sealed = NULL, p.id_sealed = NULL, p.id_masked = NULL, p.id_hash = NULL
 WHERE m.household_id = :id AND m.to_at IS NULL AND o.id IS NULL;

-- name: registry_undo_members
-- Its people belong to it no more.
-- writes
-- example: id=1
UPDATE membership m
   SET m.to_at = UTC_TIMESTAMP(3)
 WHERE m.household_id = :id AND m.to_at IS NULL;

-- name: registry_undo_client
-- Its sender's number is free again.
-- writes
-- example: id=1
UPDATE household h SET h.client_id = NULL, h.client_body = NULL WHERE h.id = :id;
