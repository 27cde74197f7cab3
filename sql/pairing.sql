-- A donor and a family who stay connected, and their updates. Used by cgi/domain/pairing.c and the
-- pages of both sides.

-- name: pairing_lock
-- Locks a connection for a move.
-- writes
-- example: id=1
SELECT p.id FROM pairing p WHERE p.id = :id FOR UPDATE;

-- name: pairing_row
-- All that guards want to know of a connection.
-- example: id=1
SELECT p.id, p.state, p.version, p.household_id, p.donor_id, p.city, p.township
  FROM pairing p
 WHERE p.id = :id;

-- name: pairing_set
-- Writes a connection's next state.
-- writes
-- example: id=1, to=active, now=2026-11-25, account=1
UPDATE pairing p
   SET p.state = :to, p.version = p.version + 1,
       p.active_at = IF(:to = 'active', :now, p.active_at),
       p.ended_by = IF(:to IN ('ended', 'declined', 'withdrawn'), :account, p.ended_by),
       p.ended_at = IF(:to IN ('ended', 'declined', 'withdrawn'), :now, p.ended_at)
 WHERE p.id = :id;

-- name: pairing_asked
-- The family of a post to which the person gave, and whether a gift of theirs has come: payouts
-- cover the gifts of a post from the oldest on. What stands in the way: a connection that lives,
-- or a no.
-- example: ref=4T8K2M9QXA, account=1, household=1
SELECT q.id AS post_id, q.ref, q.title, q.household_id, h.shown_name AS family_name,
       q.household_id <=> :household AS is_own,
       EXISTS (SELECT 1 FROM gift a JOIN post r ON r.id = a.post_id
                WHERE a.account_id = :account AND r.household_id = q.household_id AND a.anonymous)
       AS anonymous,
       EXISTS (SELECT 1 FROM gift g
                WHERE g.post_id = q.id AND g.account_id = :account AND NOT g.returned
                  AND (EXISTS (SELECT 1 FROM delivery d
                                WHERE d.gift_id = g.id AND d.received_at IS NOT NULL)
                       OR (SELECT SUM(o.fen - (SELECT COALESCE(SUM(b.amount), 0) FROM hold_return b
                                              WHERE b.hold_id = o.hold_id))
                             FROM gift o
                            WHERE o.post_id = q.id AND NOT o.returned
                              AND (o.given_at < g.given_at
                                   OR (o.given_at = g.given_at AND o.id <= g.id)))
                          <= (SELECT SUM(d.fen) FROM delivery d
                               WHERE d.post_id = q.id AND d.received_at IS NOT NULL
                                 AND d.returned_at IS NULL))) AS has_come,
       (SELECT l.ref FROM pairing l
         WHERE l.donor_id = :account AND l.live_household = q.household_id) AS live_ref,
       EXISTS (SELECT 1 FROM pairing n
                WHERE n.donor_id = :account AND n.household_id = q.household_id
                  AND n.state = 'declined') AS was_declined
  FROM post q
  JOIN household h ON h.id = q.household_id
 WHERE q.ref = :ref
   AND EXISTS (SELECT 1 FROM gift g WHERE g.post_id = q.id AND g.account_id = :account);

-- name: pairing_add
-- A connection that a donor asks for; its first move follows.
-- writes
-- example: new_ref=4T8K2M9QXA, post=1, account=1, anonymous=0
INSERT INTO pairing (ref, donor_id, household_id, post_id, city, county, township, village,
       anonymous, state, proposed_at)
SELECT :new_ref, :account, q.household_id, q.id, q.city, q.county, q.township, q.village,
       :anonymous, '', UTC_TIMESTAMP(3)
  FROM post q
 WHERE q.id = :post;

-- name: own_pairing
-- A connection of the person's: as its donor, as the family, or as a manager of its village. The
-- family sees of an anonymous donor that there is one.
-- example: ref=4T8K2M9QXA, account=1, household=1
SELECT p.id, p.ref, p.state, p.version, p.household_id, p.proposed_at, p.active_at, p.ended_at,
       p.anonymous, p.donor_id = :account AS is_donor, p.household_id <=> :household AS is_family,
       h.shown_name AS family_name, IF(p.anonymous, NULL, a.shown_name) AS donor_name,
       q.title
  FROM pairing p
  JOIN household h ON h.id = p.household_id
  JOIN account a ON a.id = p.donor_id
  JOIN post q ON q.id = p.post_id
 WHERE p.ref = :ref
   AND (p.donor_id = :account OR p.household_id = :household
        OR EXISTS (SELECT 1 FROM role_grant g
                    WHERE g.account_id = :account AND g.role = 'village' AND g.region = p.village
                      AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL));

-- name: own_pairings
-- The connections of the person, of its family, and those of its village that live.
-- example: account=1, household=1
SELECT p.id, p.ref, p.state, p.proposed_at, p.anonymous, p.donor_id = :account AS is_donor,
       h.shown_name AS family_name, IF(p.anonymous, NULL, a.shown_name) AS donor_name
  FROM (SELECT d.id FROM pairing d WHERE d.donor_id = :account
         UNION
        SELECT f.id FROM pairing f WHERE f.household_id = :household
         UNION
        SELECT v.id
          FROM role_grant g
          JOIN pairing v ON v.village = g.region AND v.state IN ('proposed', 'active')
         WHERE g.account_id = :account AND g.role = 'village'
           AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL) w
  JOIN pairing p ON p.id = w.id
  JOIN household h ON h.id = p.household_id
  JOIN account a ON a.id = p.donor_id
 ORDER BY p.ended_at IS NOT NULL, p.id DESC
 LIMIT 50;

-- name: pairing_updates
-- What was written in a connection: what may be shown, and what the person's own side wrote.
-- example: pairing=1, side=donor
SELECT u.id, CAST(u.side AS CHAR) AS side, u.side = :side AS is_own, u.on_behalf, u.words,
       u.written_at, u.waits_since, u.shown
  FROM pairing_update u
 WHERE u.pairing_id = :pairing AND (u.shown OR u.side = :side)
 ORDER BY u.id DESC
 LIMIT 50;

-- name: pairing_update_add
-- Words from one side to the other; nobody else sees them until somebody has looked at them.
-- writes
-- example: pairing=1, side=donor, account=1, on_behalf=0, words=x
INSERT INTO pairing_update (pairing_id, side, author_id, on_behalf, words, written_at, waits_since)
VALUES (:pairing, :side, :account, :on_behalf, :words, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3));

-- name: updates_queue
-- Updates that wait in the person's village or county, the oldest first.
-- example: account=1
SELECT u.id, CAST(u.side AS CHAR) AS side, u.words, u.waits_since, h.shown_name AS family_name,
       u.author_id = :account AS is_own
  FROM pairing_update u
  JOIN pairing p ON p.id = u.pairing_id
  JOIN household h ON h.id = p.household_id
 WHERE u.waits_since IS NOT NULL AND p.donor_id <> :account
   AND EXISTS (SELECT 1 FROM role_grant g
                WHERE g.account_id = :account AND g.from_at <= UTC_TIMESTAMP(3)
                  AND g.to_at IS NULL
                  AND ((g.role = 'village' AND g.region = p.village)
                       OR (g.role = 'county' AND g.region = p.county)))
 ORDER BY u.waits_since, u.id
 LIMIT 50;

-- name: update_here
-- An update that waits in the person's village or county, and is not to or from them as a donor.
-- example: update=1, account=1
SELECT u.id, u.pairing_id, u.author_id
  FROM pairing_update u
  JOIN pairing p ON p.id = u.pairing_id
 WHERE u.id = :update AND u.waits_since IS NOT NULL AND p.donor_id <> :account
   AND EXISTS (SELECT 1 FROM role_grant g
                WHERE g.account_id = :account AND g.from_at <= UTC_TIMESTAMP(3)
                  AND g.to_at IS NULL
                  AND ((g.role = 'village' AND g.region = p.village)
                       OR (g.role = 'county' AND g.region = p.county)));

-- name: update_decide
-- Somebody has looked at an update: it is shown, or not.
-- writes
-- example: update=1, account=1, shown=1
UPDATE pairing_update u
   SET u.shown = :shown, u.checked_by = :account, u.checked_at = UTC_TIMESTAMP(3),
       u.waits_since = NULL
 WHERE u.id = :update AND u.waits_since IS NOT NULL;

-- name: update_event
-- An update may be read, in the places of its connection.
-- writes
-- example: update=1, account=1
INSERT INTO event (type, subject_id, actor_id, city, region, at)
SELECT 'pairing.updated', u.id, :account, p.city, p.township, UTC_TIMESTAMP(3)
  FROM pairing_update u
  JOIN pairing p ON p.id = u.pairing_id
 WHERE u.id = :update;
