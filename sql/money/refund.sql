-- Money that donors want back: what can be given back still, what operators decide about, and the
-- wallet that it may be kept in. Used by cgi/domain/refund_act.c and the pages below /pay.

-- name: my_refundable
-- A gift of the person who asks, and how much of it no payout has taken: payouts cover the gifts
-- of a post from the oldest on, and what somebody wants back is in none. Once donors were asked
-- what becomes of a rest, that choice is the one way.
-- example: order=B0000000000000000001, account=1
SELECT q.id, q.number, q.ref, q.title, q.plugin, q.slug, q.fen, q.paid_at, q.wallet_only,
       EXISTS (SELECT 1 FROM rest_choice c
                WHERE c.payment_id = q.id AND c.done_at IS NULL) AS must_choose,
       GREATEST(0, LEAST(q.left_fen, q.upto_fen - q.paid_out_fen)) AS free_fen
  FROM (SELECT p.id, p.number, t.ref, t.title, t.plugin, z.slug, p.fen, p.paid_at,
               p.channel = 'wallet' OR p.paid_at < UTC_TIMESTAMP(3) - INTERVAL 365 DAY AS wallet_only,
               p.fen - (SELECT CAST(COALESCE(SUM(f.fen), 0) AS SIGNED) FROM refund f
                         WHERE f.payment_id = p.id AND f.state <> 'rejected') AS left_fen,
               (SELECT CAST(SUM(o.fen - (SELECT COALESCE(SUM(b.fen), 0)
                                           FROM payment y
                                           JOIN refund b ON b.payment_id = y.id
                                            AND b.state <> 'rejected'
                                          WHERE y.hold_id = o.hold_id)) AS SIGNED)
                  FROM gift o
                 WHERE o.post_id = p.post_id AND NOT o.returned
                   AND (o.given_at < g.given_at OR (o.given_at = g.given_at AND o.id <= g.id)))
               AS upto_fen,
               (SELECT CAST(COALESCE(SUM(o.fen), 0) AS SIGNED) FROM payout o
                 WHERE o.post_id = p.post_id AND o.state <> 'cancelled') AS paid_out_fen
          FROM payment p
          JOIN gift g ON g.hold_id = p.hold_id
          JOIN post t ON t.id = p.post_id
          JOIN city z ON z.region = t.city
         WHERE p.number = :order AND p.account_id = :account AND p.state = 'succeeded') q;

-- name: my_refunds
-- What the person who asks wanted back of a gift, the newest first.
-- example: order=B0000000000000000001, account=1
SELECT f.id, f.fen, CAST(f.state AS CHAR) AS state, CAST(f.destination AS CHAR) AS destination,
       f.requested_at, f.settled_at,
       (SELECT s.reason FROM state_history s
         WHERE s.machine = 'refund' AND s.object_id = f.id AND s.to_state = 'rejected') AS reason
  FROM payment p
  JOIN refund f ON f.payment_id = p.id
 WHERE p.number = :order AND p.account_id = :account
 ORDER BY f.id DESC
 LIMIT 50;

-- name: payment_of_order
-- Which payment of the person who asks an order is, to lock it.
-- example: order=B0000000000000000001, account=1
SELECT p.id, p.post_id FROM payment p WHERE p.number = :order AND p.account_id = :account;

-- name: refunds_to_decide
-- Refunds in the person's region that wait for somebody to agree, the oldest first.
-- example: account=1
SELECT f.id, f.fen, f.requested_at, t.title, t.county, f.requested_by = :account AS is_mine,
       f.first_approved_by IS NOT NULL AS is_agreed, f.first_approved_by <=> :account AS by_me,
       TIMESTAMPDIFF(DAY, f.requested_at, UTC_TIMESTAMP(3)) AS age_days
  FROM refund f
  JOIN payment p ON p.id = f.payment_id
  JOIN post t ON t.id = p.post_id
 WHERE f.state = 'requested'
   AND EXISTS (SELECT 1 FROM role_grant g
                 JOIN region_ancestor u ON u.ancestor = g.region AND u.region = t.county
                WHERE g.account_id = :account AND g.role = 'pay.approve'
                  AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL)
 ORDER BY f.requested_at, f.id
 LIMIT 100;

-- name: refund_here
-- A refund, for who approves in its region.
-- example: refund=1, account=1, alone_fen=100000
SELECT f.id, f.fen, CAST(f.state AS CHAR) AS state, CAST(f.destination AS CHAR) AS destination,
       f.requested_at, f.settled_at, f.requested_by <=> :account AS is_mine,
       f.first_approved_by <=> :account AS by_me, f.fen > :alone_fen AS wants_two,
       b.shown_name AS first_approver, p.fen AS gift_fen, p.paid_at, t.ref, t.title, t.plugin,
       z.slug, t.county, CAST(t.phase AS CHAR) AS phase,
       (SELECT s.reason FROM state_history s
         WHERE s.machine = 'refund' AND s.object_id = f.id AND s.to_state = 'requested') AS why,
       (SELECT s.reason FROM state_history s
         WHERE s.machine = 'refund' AND s.object_id = f.id AND s.to_state = 'rejected') AS reason
  FROM refund f
  JOIN payment p ON p.id = f.payment_id
  JOIN post t ON t.id = p.post_id
  JOIN city z ON z.region = t.city
  LEFT JOIN account b ON b.id = f.first_approved_by
 WHERE f.id = :refund
   AND EXISTS (SELECT 1 FROM role_grant g
                 JOIN region_ancestor u ON u.ancestor = g.region AND u.region = t.county
                WHERE g.account_id = :account AND g.role = 'pay.approve'
                  AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL);

-- name: wallet_lines
-- What came into the wallet of the person who asks and went out of it, the newest first.
-- page: sort_key, id
-- example: account=1, page_rows=21, after_key=100, after_id=100
SELECT l.id, l.id AS sort_key, -l.fen AS fen, j.at, j.subject_kind, p.number, t.title
  FROM ledger_account a
  JOIN ledger_line l ON l.ledger_account_id = a.id
  JOIN ledger_journal j ON j.id = l.journal_id
  LEFT JOIN refund f ON j.subject_kind = 'refund' AND f.id = j.subject_id
  LEFT JOIN payment p ON p.id = IF(j.subject_kind = 'payment', j.subject_id, f.payment_id)
  LEFT JOIN post t ON t.id = p.post_id
 WHERE a.code = CONCAT('wallet:', :account)
   AND l.id < :after_id                                                 --? after_key
 ORDER BY l.id DESC
 LIMIT :page_rows;
