-- Paying out what was given: what can be prepared, what waits for the second person, each step of
-- a payout. Who asks sees and does nothing outside of the region of their grant. Used by
-- cgi/domain/payout.c and the pages below /pay/payouts.

-- ---- pages ------------------------------------------------------------------------------

-- name: payouts_to_prepare
-- Posts in the person's region whose kept money can be paid out now, what waits longest first.
-- example: account=1, min_fen=5000, days=7
-- scans: which plugins there are is a handful of rows
SELECT q.id, q.ref, q.title, q.need_kind, q.phase, q.family_name, q.county, q.kept_fen, q.waits_since,
       TIMESTAMPDIFF(DAY, q.waits_since, UTC_TIMESTAMP(3)) AS age_days
  FROM (SELECT p.id, p.ref, p.title, p.need_kind, CAST(p.phase AS CHAR) AS phase,
               h.shown_name AS family_name, p.county,
               (SELECT k.kept_fen FROM post_kept k WHERE k.post_id = p.id) AS kept_fen,
               (SELECT MAX(g.given_at) FROM gift g
                 WHERE g.post_id = p.id AND NOT g.returned) AS waits_since
          FROM region r
          JOIN (SELECT DISTINCT c.plugin FROM city_plugin c) u
          JOIN post p ON p.plugin = u.plugin AND p.county = r.code AND p.listed IN ('open', 'full', 'ended')
                   AND (p.listed <> 'ended' OR EXISTS (SELECT 1 FROM post_rest e
                                                        WHERE e.post_id = p.id AND e.choice = 'accepted'
                                                          AND e.settled_at IS NULL))
          JOIN household h ON h.id = p.household_id
         WHERE r.code IN (SELECT a.region
                            FROM role_grant g
                            JOIN region_ancestor a ON a.ancestor = g.region
                           WHERE g.account_id = :account AND g.role = 'pay.prepare'
                             AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL)
           AND r.level = 3 AND p.form = 'money' AND p.taken_fen > p.sent_fen
           AND NOT EXISTS (SELECT 1 FROM payout l
                            WHERE l.post_id = p.id AND l.state <> 'cancelled'
                              AND l.requested_at > UTC_TIMESTAMP(3) - INTERVAL :days DAY)) q
 WHERE q.kept_fen >= :min_fen OR (q.kept_fen > 0 AND q.phase <> 'open')
 ORDER BY q.waits_since, q.id
 LIMIT 100;

-- name: payouts_under_way
-- Payouts in the person's region that are not at the family yet, the oldest first.
-- example: account=1
SELECT o.id, o.fen, CAST(o.state AS CHAR) AS state, o.requested_at, p.title, h.shown_name AS family_name,
       p.county, a.shown_name AS preparer, o.prepared_by = :account AS is_mine,
       TIMESTAMPDIFF(DAY, o.requested_at, UTC_TIMESTAMP(3)) AS age_days
  FROM payout o
  JOIN post p ON p.id = o.post_id
  JOIN household h ON h.id = o.household_id
  JOIN account a ON a.id = o.prepared_by
 WHERE o.state IN ('requested', 'approved', 'sent', 'returned')
   AND EXISTS (SELECT 1 FROM role_grant g
                 JOIN region_ancestor u ON u.ancestor = g.region AND u.region = p.county
                WHERE g.account_id = :account AND g.role IN ('pay.prepare', 'pay.approve')
                  AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL)
 ORDER BY o.state IN ('requested', 'returned') DESC, o.requested_at, o.id
 LIMIT 100;

-- name: payout_post
-- A published post that asks for money, for who prepares payouts in its region.
-- example: ref=WP7A9X8NWP, account=1
SELECT p.id, p.ref, p.title, p.plugin, z.slug, CAST(p.phase AS CHAR) AS phase, p.household_id,
       h.shown_name AS family_name, p.county, p.target_fen, p.taken_fen, p.sent_fen,
       (SELECT k.kept_fen FROM post_kept k WHERE k.post_id = p.id) AS kept_fen
  FROM post p
  JOIN household h ON h.id = p.household_id
  JOIN city z ON z.region = p.city
 WHERE p.ref = :ref AND p.form = 'money' AND p.opened_at IS NOT NULL
   AND EXISTS (SELECT 1 FROM role_grant g
                 JOIN region_ancestor u ON u.ancestor = g.region AND u.region = p.county
                WHERE g.account_id = :account AND g.role = 'pay.prepare'
                  AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL);

-- name: payout_gifts
-- Gifts of a post that no payout covers, or only in part, the oldest first: what is left of each.
-- example: post=1
SELECT q.id, q.given_at, LEAST(q.fen, q.running_fen - q.paid_fen) AS fen
  FROM (SELECT g.id, g.given_at, g.fen - g.back_fen AS fen,
               CAST(SUM(g.fen - g.back_fen) OVER (ORDER BY g.given_at, g.id) AS SIGNED) AS running_fen,
               g.paid_fen
          FROM (SELECT t.id, t.given_at, t.fen,
                       (SELECT CAST(COALESCE(SUM(f.fen), 0) AS SIGNED)
                          FROM payment y
                          JOIN refund f ON f.payment_id = y.id AND f.state <> 'rejected'
                         WHERE y.hold_id = t.hold_id) AS back_fen,
                       (SELECT CAST(COALESCE(SUM(o.fen), 0) AS SIGNED) FROM payout o
                         WHERE o.post_id = :post AND o.state <> 'cancelled') AS paid_fen
                  FROM gift t
                 WHERE t.post_id = :post AND NOT t.returned) g) q
 WHERE q.running_fen > q.paid_fen
 ORDER BY q.given_at, q.id
 LIMIT 200;

-- name: payout_here
-- A payout, for who prepares or approves payouts in its region.
-- example: payout=1, account=1
SELECT o.id, o.post_id, o.fen, CAST(o.state AS CHAR) AS state, o.requested_at, o.sent_at,
       o.confirmed_at, p.ref, p.title, p.plugin, z.slug, CAST(p.phase AS CHAR) AS phase,
       h.shown_name AS family_name, p.county, a.shown_name AS preparer, b.shown_name AS approver,
       o.prepared_by = :account AS is_mine,
       EXISTS (SELECT 1 FROM role_grant g
                 JOIN region_ancestor u ON u.ancestor = g.region AND u.region = p.county
                WHERE g.account_id = :account AND g.role = 'pay.approve'
                  AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL) AS may_approve,
       (SELECT s.reason FROM state_history s
         WHERE s.machine = 'payout' AND s.object_id = o.id AND s.reason IS NOT NULL
         ORDER BY s.step DESC LIMIT 1) AS reason, y.last_digits,
       EXISTS (SELECT 1 FROM state_history s
                WHERE s.machine = 'payout' AND s.object_id = o.id AND s.from_state = 'approved'
                  AND s.to_state = 'requested') AS was_changed
  FROM payout o
  JOIN post p ON p.id = o.post_id
  JOIN household h ON h.id = o.household_id
  JOIN city z ON z.region = p.city
  JOIN account a ON a.id = o.prepared_by
  LEFT JOIN account b ON b.id = o.approved_by
  LEFT JOIN payee_account y ON y.id = o.payee_id
 WHERE o.id = :payout
   AND EXISTS (SELECT 1 FROM role_grant g
                 JOIN region_ancestor u ON u.ancestor = g.region AND u.region = p.county
                WHERE g.account_id = :account AND g.role IN ('pay.prepare', 'pay.approve')
                  AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL);

-- ---- steps ------------------------------------------------------------------------------

-- name: payout_room
-- What a locked post has kept and not yet paid out, and whether one was asked for lately.
-- example: post=1, days=7
SELECT p.household_id,
       (SELECT k.kept_fen FROM post_kept k WHERE k.post_id = p.id) AS kept_fen,
       EXISTS (SELECT 1 FROM payout l
                WHERE l.post_id = p.id AND l.state <> 'cancelled'
                  AND l.requested_at > UTC_TIMESTAMP(3) - INTERVAL :days DAY) AS is_early,
       EXISTS (SELECT 1 FROM post_rest e
                WHERE e.post_id = p.id AND e.choice = 'accepted') AS is_accepted
  FROM post p
 WHERE p.id = :post;

-- name: payout_add
-- A payout is asked for.
-- writes
-- example: post=1, of_household=1, fen=5000, payee=1, actor=1
INSERT INTO payout (kind, post_id, household_id, fen, payee_id, state, prepared_by, requested_at)
VALUES ('help', :post, :of_household, :fen, :payee, 'requested', :actor, UTC_TIMESTAMP(3));

-- name: payout_look
-- Of which post a payout is: to lock them in their order.
-- example: payout=1
SELECT o.id, o.post_id FROM payout o WHERE o.id = :payout AND o.post_id IS NOT NULL;

-- name: payout_lock
-- A payout, locked.
-- writes
-- example: payout=1
SELECT o.id, o.post_id, o.household_id, o.fen, CAST(o.state AS CHAR) AS state, o.prepared_by,
       o.payee_id
  FROM payout o
 WHERE o.id = :payout
   FOR UPDATE;

-- name: payout_move
-- A locked payout comes to its next state; a job goes on with it after so many seconds.
-- writes
-- example: payout=1, from=requested, to=approved, actor=1, payee=1, after_s=0
UPDATE payout o
   SET o.approved_by = CASE :to WHEN 'approved' THEN :actor WHEN 'requested' THEN NULL
                                ELSE o.approved_by END,
       o.payee_id = :payee,
       o.sent_at = IF(:to = 'sent', UTC_TIMESTAMP(3), o.sent_at),
       o.confirmed_at = IF(:to = 'confirmed', UTC_TIMESTAMP(3), o.confirmed_at),
       o.due_at = IF(:to IN ('approved', 'sent'), UTC_TIMESTAMP(3) + INTERVAL :after_s SECOND, NULL),
       o.state = :to
 WHERE o.id = :payout AND o.state = :from;

-- name: payout_due
-- A payout that a job goes on with; one of a suspended post waits, and one of a post that the
-- county ended is taken back.
SELECT o.id, CAST(o.state AS CHAR) AS state, y.last_digits
  FROM payout o
  LEFT JOIN payee_account y ON y.id = o.payee_id
  JOIN post p ON p.id = o.post_id
 WHERE o.state IN ('approved', 'sent') AND o.due_at <= UTC_TIMESTAMP(3)
   AND (o.state = 'sent' OR (p.phase <> 'suspended' AND p.state <> 'cancelled'))
 ORDER BY o.due_at
 LIMIT 1;

-- name: payout_wait
-- A payout whose account has to wait is looked at again later.
-- writes
-- example: payout=1, seconds=60
UPDATE payout o SET o.due_at = UTC_TIMESTAMP(3) + INTERVAL :seconds SECOND WHERE o.id = :payout;

-- name: payout_delivery_returned
-- Money that was on its way came back: its delivery has ended.
-- writes
-- example: payout=1
UPDATE delivery d
   SET d.returned_at = UTC_TIMESTAMP(3)
 WHERE d.payout_id = :payout AND d.received_at IS NULL;

-- name: payout_delivery_add
-- What was sent is on its way to the family.
-- writes
-- example: payout=1
INSERT INTO delivery (kind, post_id, household_id, payout_id, fen, sent_at)
SELECT 'money', o.post_id, o.household_id, o.id, o.fen, o.sent_at
  FROM payout o
 WHERE o.id = :payout;

-- name: post_sent
-- A locked post shows so much more as sent.
-- writes
-- example: post=1, fen=5000
UPDATE post p SET p.sent_fen = p.sent_fen + :fen WHERE p.id = :post;

-- name: payout_delivery_received
-- The delivery of a payout has arrived.
-- writes
-- example: payout=1
UPDATE delivery d
   SET d.received_at = UTC_TIMESTAMP(3)
 WHERE d.payout_id = :payout AND d.received_at IS NULL;

-- name: figures_delivered
-- Help that arrived, in the figures of its city and of the whole trial.
-- writes
-- example: city=430500, fen=5000, connected=1
UPDATE figure f
   SET f.delivered_fen = f.delivered_fen + :fen,
       f.connected_families = f.connected_families + :connected
 WHERE f.region IN (0, :city);
