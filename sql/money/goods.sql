-- Goods that are promised, sent and received: what cgi/domain/pledge.c asks and writes, then what
-- the pages below /pay/goods show. Each query of a page asks whether it is the person's.

-- ---- the kernel -------------------------------------------------------------------------

-- name: pledge_add
-- A promise of pieces of a locked post, on the hold that keeps them; it moves to claimed next.
-- writes
-- example: hold=1, post=1, account=1, quantity=2, anonymous=0, words=Keep warm
INSERT INTO pledge (hold_id, post_id, household_id, account_id, city, county, village, quantity,
       anonymous, words, state, claimed_at)
SELECT :hold, p.id, p.household_id, :account, p.city, p.county, p.village, :quantity, :anonymous,
       :words, '', UTC_TIMESTAMP(3)
  FROM post p
 WHERE p.id = :post;

-- name: pledge_lock
-- Locks a promise for a move.
-- writes
-- example: id=1
SELECT p.id FROM pledge p WHERE p.id = :id FOR UPDATE;

-- name: pledge_row
-- All that guards want to know of a promise.
-- example: id=1
SELECT p.id, p.state, p.version, p.hold_id, p.post_id, p.household_id, p.account_id, p.quantity,
       p.city, q.township, h.expires_at <= UTC_TIMESTAMP(3) AS is_over
  FROM pledge p
  JOIN post q ON q.id = p.post_id
  JOIN hold h ON h.id = p.hold_id
 WHERE p.id = :id;

-- name: pledge_set
-- Writes a promise's next state and what goes with it.
-- writes
-- example: id=1, to=dispatched, now=2026-11-25, way=courier, courier_number=SF1, received=1
UPDATE pledge p
   SET p.state = :to,
       p.version = p.version + 1,
       p.way = :way,                                            --? way
       p.courier_number = :courier_number,                      --? courier_number
       p.received_quantity = :received,                         --? received
       p.dispatched_at = IF(:to = 'dispatched', :now, p.dispatched_at),
       p.received_at = IF(:to = 'received', :now, p.received_at),
       p.ended_at = IF(:to IN ('lapsed', 'cancelled', 'returned'), :now, p.ended_at)
 WHERE p.id = :id;

-- name: pledge_given
-- A promise for the donor who made it: where its locks are.
-- example: pledge=1, account=1
SELECT p.id, p.post_id, p.hold_id, p.household_id, p.quantity
  FROM pledge p
 WHERE p.id = :pledge AND p.account_id = :account;

-- name: pledge_to_receive
-- A promise for the family that it is for, or a manager of the village: where its locks are.
-- example: pledge=1, account=1, household=1
SELECT p.id, p.post_id, p.hold_id, p.household_id, p.quantity, p.account_id = :account AS is_donor,
       COALESCE(p.household_id = :household, 0) AS is_family
  FROM pledge p
 WHERE p.id = :pledge
   AND (p.household_id = :household
        OR EXISTS (SELECT 1 FROM role_grant g
                    WHERE g.account_id = :account AND g.role = 'village' AND g.region = p.village
                      AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL));

-- name: pledge_to_dispute
-- A promise for those who sent it or wait for it: where its locks are.
-- example: pledge=1, account=1, household=1
SELECT p.id, p.post_id, p.hold_id, p.household_id, p.quantity, p.account_id = :account AS is_donor,
       COALESCE(p.household_id = :household, 0) AS is_family
  FROM pledge p
 WHERE p.id = :pledge
   AND (p.account_id = :account OR p.household_id = :household
        OR EXISTS (SELECT 1 FROM role_grant g
                    WHERE g.account_id = :account AND g.role = 'village' AND g.region = p.village
                      AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL));

-- name: pledge_to_settle
-- A promise for the county that decides about it: where its locks are.
-- example: pledge=1, account=1
SELECT p.id, p.post_id, p.hold_id, p.household_id, p.quantity, p.account_id = :account AS is_donor,
       0 AS is_family
  FROM pledge p
  JOIN role_grant g ON g.account_id = :account AND g.role = 'county' AND g.region = p.county
       AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL
 WHERE p.id = :pledge;

-- name: pledge_of_hold
-- The promise that a hold keeps pieces for.
-- example: hold=1
SELECT p.id FROM pledge p WHERE p.hold_id = :hold;

-- name: gift_add_goods
-- A promise that was sent is a gift, as people see it.
-- writes
-- example: pledge=1
INSERT INTO gift (hold_id, post_id, account_id, anonymous, quantity, words, given_at)
SELECT p.hold_id, p.post_id, p.account_id, p.anonymous, p.quantity, p.words, p.dispatched_at
  FROM pledge p
 WHERE p.id = :pledge;

-- name: delivery_add_goods
-- The goods of a gift are on their way.
-- writes
-- example: gift=1, pledge=1
INSERT INTO delivery (kind, post_id, household_id, gift_id, quantity, sent_at)
SELECT 'goods', p.post_id, p.household_id, :gift, p.quantity, p.dispatched_at
  FROM pledge p
 WHERE p.id = :pledge;

-- name: gift_of_hold
-- The gift of a taken hold.
-- example: hold=1
SELECT g.id FROM gift g WHERE g.hold_id = :hold;

-- name: delivery_received_goods
-- The goods of a gift arrived, so many of them; the household's row is locked.
-- writes
-- example: gift=1, received=2, account=1
UPDATE delivery d
   SET d.received_at = COALESCE(d.received_at, UTC_TIMESTAMP(3)),
       d.confirmed_at = UTC_TIMESTAMP(3), d.confirmed_by = :account, d.received_quantity = :received
 WHERE d.gift_id = :gift AND d.confirmed_at IS NULL;

-- name: delivery_lost_goods
-- Nothing of the goods of a gift arrived.
-- writes
-- example: gift=1
UPDATE delivery d
   SET d.received_at = NULL, d.received_quantity = 0
 WHERE d.gift_id = :gift AND d.confirmed_at IS NULL;

-- name: delivery_thanked
-- What the family says to who gave the goods; it is shown once somebody has read it.
-- writes
-- example: gift=1, thanks=They are warm
UPDATE delivery d SET d.thanks = :thanks WHERE d.gift_id = :gift;

-- name: household_connected
-- A household is connected since the first help that it received: goods, or a payout.
-- writes
-- example: gift=1, payout=1
UPDATE household h
  JOIN delivery d ON d.household_id = h.id
       AND d.gift_id = :gift                                            --? gift
       AND d.payout_id = :payout                                        --? !gift
   SET h.connected_at = d.received_at
 WHERE h.connected_at IS NULL;

-- name: figures_connected
-- One more family is connected, in its city and in the whole trial.
-- writes
-- example: city=430500
UPDATE figure f SET f.connected_families = f.connected_families + 1 WHERE f.region IN (0, :city);

-- name: post_goods_moved
-- What a locked post shows of goods as sent and confirmed, changed by so much.
-- writes
-- example: post=1, sent=1, confirmed=0
UPDATE post p
   SET p.sent_quantity = p.sent_quantity + :sent,
       p.confirmed_quantity = p.confirmed_quantity + :confirmed
 WHERE p.id = :post;

-- ---- the pages ----------------------------------------------------------------------------

-- name: goods_post
-- A listed post that asks for goods, with what nobody has promised of it now.
-- example: ref=WP7A9X8NWP, household=1
SELECT p.id, p.ref, p.title, p.plugin, z.slug, p.item, p.unit, p.quantity, p.deadline_at,
       COALESCE(p.household_id = :household, 0) AS is_own,
       CASE WHEN p.phase = 'open' THEN c.total - c.open_sum - c.taken_sum ELSE 0 END AS left_quantity,
       (SELECT MAX(s.decided_at) FROM review_step s
         WHERE s.post_id = p.id AND s.state = 'approved') AS checked_at
  FROM post p
  JOIN city z ON z.region = p.city
  JOIN capacity c ON c.post_id = p.id AND c.kind = 'goods_line'
 WHERE p.ref = :ref AND p.listed IS NOT NULL AND p.form = 'goods';

-- name: my_pledges
-- Goods that the person who asks has promised: the newest first.
-- page: sort_key, id
-- example: account=1, page_rows=21, after_key=100, after_id=100
SELECT p.id, p.id AS sort_key, q.ref, q.title, q.plugin, z.slug, q.item, q.unit, p.quantity, p.state,
       p.received_quantity, p.claimed_at, h.expires_at, h.expires_at <= UTC_TIMESTAMP(3) AS is_over
  FROM pledge p
  JOIN post q ON q.id = p.post_id
  JOIN city z ON z.region = q.city
  JOIN hold h ON h.id = p.hold_id
 WHERE p.account_id = :account
   AND p.id < :after_id                                                 --? after_key
 ORDER BY p.id DESC
 LIMIT :page_rows;

-- name: my_pledge
-- A promise of the person who asks, as it stands.
-- example: pledge=1, account=1
SELECT p.id, q.ref, q.title, q.plugin, z.slug, q.item, q.unit, p.quantity, p.state, p.version, p.way,
       p.courier_number, p.claimed_at, p.dispatched_at, p.received_at, p.received_quantity,
       h.expires_at, h.expires_at <= UTC_TIMESTAMP(3) AS is_over, q.phase = 'suspended' AS is_stopped,
       p.state = 'claimed' AND h.expires_at > UTC_TIMESTAMP(3) AS waits,
       GREATEST(0, TIMESTAMPDIFF(HOUR, UTC_TIMESTAMP(3), h.expires_at)) AS hours_left,
       CASE WHEN d.thanks_shown THEN d.thanks END AS thanks
  FROM pledge p
  JOIN post q ON q.id = p.post_id
  JOIN city z ON z.region = q.city
  JOIN hold h ON h.id = p.hold_id
  LEFT JOIN gift g ON g.hold_id = p.hold_id
  LEFT JOIN delivery d ON d.gift_id = g.id
 WHERE p.id = :pledge AND p.account_id = :account;

-- name: pledge_address
-- Where promised goods are sent: the village point, for the donor alone, while the promise waits.
-- example: pledge=1, account=1
SELECT p.id, p.post_id, q.ref, r.name AS province_name, c.name AS city_name, n.name AS county_name,
       t.name AS township_name, v.name AS village_name
  FROM pledge p
  JOIN post q ON q.id = p.post_id
  JOIN hold h ON h.id = p.hold_id
  JOIN region v ON v.code = p.village
  JOIN region t ON t.code = q.township
  JOIN region n ON n.code = q.county
  JOIN region c ON c.code = q.city
  JOIN region r ON r.code = c.parent
 WHERE p.id = :pledge AND p.account_id = :account AND p.state = 'claimed'
   AND h.expires_at > UTC_TIMESTAMP(3);

-- name: arrivals
-- Goods on their way to the person's family, or to families of a village that they manage, and
-- what came of the last ones: what waits to be counted first.
-- page: sort_key, id
-- example: account=1, household=1, page_rows=21, after_key=100, after_id=100
SELECT p.id, p.id + IF(p.state = 'dispatched', 1000000000000, 0) AS sort_key, q.ref, q.title, q.item,
       q.unit, p.quantity, p.state, p.received_quantity, p.way, p.courier_number, p.dispatched_at,
       h.shown_name AS family_name, CASE WHEN p.anonymous THEN NULL ELSE a.shown_name END AS donor
  FROM (SELECT b.id FROM pledge b
         WHERE b.household_id = :household
           AND b.state IN ('claimed', 'dispatched', 'received', 'thanked', 'disputed', 'returned')
         UNION
        SELECT b.id FROM role_grant g
          JOIN pledge b ON b.village = g.region
               AND b.state IN ('claimed', 'dispatched', 'received', 'thanked', 'disputed', 'returned')
         WHERE g.account_id = :account AND g.role = 'village' AND g.from_at <= UTC_TIMESTAMP(3)
           AND g.to_at IS NULL) o
  JOIN pledge p ON p.id = o.id
  JOIN post q ON q.id = p.post_id
  JOIN household h ON h.id = p.household_id
  JOIN account a ON a.id = p.account_id
 WHERE TRUE
   AND p.id + IF(p.state = 'dispatched', 1000000000000, 0) < :after_key --? after_key
   AND :after_id > 0                                                    --? after_key
 ORDER BY sort_key DESC
 LIMIT :page_rows;

-- name: arrival
-- Goods on their way, for the family that they are for or a manager of its village.
-- example: pledge=1, account=1, household=1
SELECT p.id, q.ref, q.title, q.item, q.unit, p.quantity, p.state, p.version, p.received_quantity,
       p.way, p.courier_number, p.dispatched_at, p.received_at, h.shown_name AS family_name, p.words,
       CASE WHEN p.anonymous THEN NULL ELSE a.shown_name END AS donor,
       q.phase = 'suspended' AS is_stopped, p.account_id = :account AS is_donor,
       COALESCE(p.household_id = :household, 0) AS is_family, d.thanks
  FROM pledge p
  JOIN post q ON q.id = p.post_id
  JOIN household h ON h.id = p.household_id
  JOIN account a ON a.id = p.account_id
  LEFT JOIN gift g ON g.hold_id = p.hold_id
  LEFT JOIN delivery d ON d.gift_id = g.id
 WHERE p.id = :pledge AND p.state NOT IN ('lapsed', 'cancelled')
   AND (p.household_id = :household
        OR EXISTS (SELECT 1 FROM role_grant g
                    WHERE g.account_id = :account AND g.role = 'village' AND g.region = p.village
                      AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL));

-- name: disputes
-- Goods of which the person's county has to say what became of them: the oldest first.
-- example: account=1
SELECT p.id, q.ref, q.title, q.item, q.unit, p.quantity, p.way, p.courier_number, p.dispatched_at,
       h.shown_name AS family_name,
       (SELECT s.reason FROM state_history s
         WHERE s.machine = 'pledge' AND s.object_id = p.id AND s.to_state = 'disputed'
         ORDER BY s.step DESC LIMIT 1) AS concern
  FROM role_grant g
  JOIN pledge p ON p.state = 'disputed' AND p.county = g.region
  JOIN household h ON h.id = p.household_id
  JOIN post q ON q.id = p.post_id
 WHERE g.account_id = :account AND g.role = 'county' AND g.from_at <= UTC_TIMESTAMP(3)
   AND g.to_at IS NULL
 ORDER BY p.id
 LIMIT 100;

-- name: dispute
-- Goods of which the person's county has to say, or has said, what became of them.
-- example: pledge=1, account=1
SELECT p.id, q.ref, q.title, q.item, q.unit, p.quantity, p.state, p.received_quantity, p.way,
       p.courier_number, p.dispatched_at, h.shown_name AS family_name,
       CASE WHEN p.anonymous THEN NULL ELSE a.shown_name END AS donor,
       p.account_id = :account AS is_donor, s.reason AS concern,
       CASE WHEN p.anonymous AND b.id = a.id THEN NULL ELSE b.shown_name END AS raised_by
  FROM pledge p
  JOIN role_grant g ON g.account_id = :account AND g.role = 'county' AND g.region = p.county
       AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL
  JOIN state_history s ON s.machine = 'pledge' AND s.object_id = p.id AND s.to_state = 'disputed'
  JOIN post q ON q.id = p.post_id
  JOIN household h ON h.id = p.household_id
  JOIN account a ON a.id = p.account_id
  JOIN account b ON b.id = s.actor_id
 WHERE p.id = :pledge;
