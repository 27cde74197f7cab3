-- Help that came to a family: confirming it, and words of thanks. Used by cgi/domain/delivery.c
-- and the pages of families, villages and counties.

-- name: own_deliveries
-- Money that was sent to the person's family, or to one of their village: what is to be confirmed
-- first, then what was confirmed lately.
-- example: account=1, household=1
SELECT d.id, d.fen, d.sent_at, d.received_at, d.confirmed_at, d.thanks, d.thanks_shown,
       d.thanks_waits_since, p.ref, p.title, p.need_kind, h.shown_name AS family_name,
       d.household_id <=> :household AS is_own
  FROM (SELECT o.id FROM household o WHERE o.id = :household
         UNION
        SELECT v.id
          FROM role_grant g
          JOIN household v ON v.village = g.region
         WHERE g.account_id = :account AND g.role = 'village'
           AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL) w
  JOIN delivery d ON d.household_id = w.id
  JOIN post p ON p.id = d.post_id
  JOIN household h ON h.id = w.id
 WHERE d.kind = 'money' AND d.returned_at IS NULL
   AND (d.confirmed_at IS NULL OR (d.household_id <=> :household AND d.thanks IS NULL)
        OR d.confirmed_at > UTC_TIMESTAMP(3) - INTERVAL 7 DAY)
 ORDER BY d.confirmed_at IS NULL DESC, d.sent_at DESC, d.id DESC
 LIMIT 50;

-- name: own_delivery
-- Money that was sent to the person's family, or to one of their village.
-- example: delivery=1, account=1, household=1
SELECT d.id, d.post_id, d.household_id, d.fen, d.sent_at, d.received_at, d.confirmed_at, d.thanks,
       d.thanks_shown, d.thanks_waits_since, p.ref, p.title, p.phase,
       h.shown_name AS family_name, d.household_id <=> :household AS is_own
  FROM delivery d
  JOIN post p ON p.id = d.post_id
  JOIN household h ON h.id = d.household_id
 WHERE d.id = :delivery AND d.kind = 'money'
   AND (d.household_id = :household
        OR EXISTS (SELECT 1 FROM role_grant g
                    WHERE g.account_id = :account AND g.role = 'village' AND g.region = h.village
                      AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL));

-- name: delivery_confirm
-- A family has what was sent, or the manager of its village says so and why not the family.
-- writes
-- example: delivery=1, account=1, reason=x
UPDATE delivery d
   SET d.confirmed_at = UTC_TIMESTAMP(3), d.confirmed_by = :account, d.confirm_reason = :reason
 WHERE d.id = :delivery AND d.received_at IS NOT NULL AND d.confirmed_at IS NULL;

-- name: post_confirmed
-- A locked post shows so much more as confirmed.
-- writes
-- example: post=1, fen=5000
UPDATE post p SET p.confirmed_fen = p.confirmed_fen + :fen WHERE p.id = :post;

-- name: delivery_thank
-- Words of thanks, once; nobody sees them until somebody has looked at them.
-- writes
-- example: delivery=1, account=1, thanks=x
UPDATE delivery d
   SET d.thanks = :thanks, d.thanks_by = :account, d.thanks_waits_since = UTC_TIMESTAMP(3)
 WHERE d.id = :delivery AND d.confirmed_at IS NOT NULL AND d.thanks IS NULL;

-- name: thanks_queue
-- Words of thanks that wait in the person's village or county, the oldest first.
-- example: account=1
SELECT d.id, d.thanks, d.thanks_waits_since, p.ref, p.title, h.shown_name AS family_name,
       d.thanks_by = :account AS is_own
  FROM delivery d
  JOIN post p ON p.id = d.post_id
  JOIN household h ON h.id = d.household_id
 WHERE d.thanks_waits_since IS NOT NULL
   AND EXISTS (SELECT 1 FROM role_grant g
                WHERE g.account_id = :account AND g.from_at <= UTC_TIMESTAMP(3)
                  AND g.to_at IS NULL
                  AND ((g.role = 'village' AND g.region = h.village)
                       OR (g.role = 'county' AND g.region = h.county)))
 ORDER BY d.thanks_waits_since, d.id
 LIMIT 50;

-- name: thanks_here
-- Words of thanks that wait in the person's village or county.
-- example: delivery=1, account=1
SELECT d.id, d.post_id, d.thanks_by
  FROM delivery d
  JOIN household h ON h.id = d.household_id
 WHERE d.id = :delivery AND d.thanks_waits_since IS NOT NULL
   AND EXISTS (SELECT 1 FROM role_grant g
                WHERE g.account_id = :account AND g.from_at <= UTC_TIMESTAMP(3)
                  AND g.to_at IS NULL
                  AND ((g.role = 'village' AND g.region = h.village)
                       OR (g.role = 'county' AND g.region = h.county)));

-- name: thanks_decide
-- Somebody has looked at words of thanks: they are shown, or not.
-- writes
-- example: delivery=1, account=1, shown=1
UPDATE delivery d
   SET d.thanks_shown = :shown, d.thanks_checked_by = :account, d.thanks_waits_since = NULL
 WHERE d.id = :delivery AND d.thanks_waits_since IS NOT NULL;

-- name: delivery_event
-- What happened to a delivery, in the places of its post.
-- writes
-- example: type=delivery.confirmed, delivery=1, account=1
INSERT INTO event (type, subject_id, actor_id, city, region, at)
SELECT :type, d.id, :account, p.city, p.township, UTC_TIMESTAMP(3)
  FROM delivery d
  JOIN post p ON p.id = d.post_id
 WHERE d.id = :delivery;
