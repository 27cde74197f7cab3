-- I5, I16: nothing is taken twice, and parts add up.

-- name: i5_capacity
-- Each capacity holds what its holds say, and never more than there is.
-- scans: all holds are added up
SELECT c.id AS capacity_id, c.total, c.open_sum, c.taken_sum
  FROM capacity c
  LEFT JOIN (SELECT h.capacity_id, SUM(IF(h.state = 'open', h.amount, 0)) AS open_sum,
                    SUM(IF(h.state = 'taken', h.amount, 0)) AS taken_sum
               FROM hold h GROUP BY h.capacity_id) s ON s.capacity_id = c.id
  LEFT JOIN (SELECT h.capacity_id, SUM(r.amount) AS back
               FROM hold_return r JOIN hold h ON h.id = r.hold_id
              GROUP BY h.capacity_id) b ON b.capacity_id = c.id
 WHERE c.open_sum <> COALESCE(s.open_sum, 0)
    OR c.taken_sum <> COALESCE(s.taken_sum, 0) - COALESCE(b.back, 0)
    OR c.open_sum + c.taken_sum > c.total;

-- name: i5_capacity_counted
-- Holds.
-- scans: all are counted
SELECT COUNT(*) AS holds FROM hold;

-- name: i5_returns
-- No hold gives back more than it took, or without having taken.
-- scans: all returns are added up
SELECT h.id AS hold_id, h.amount, CAST(SUM(r.amount) AS SIGNED) AS back
  FROM hold_return r
  JOIN hold h ON h.id = r.hold_id
 GROUP BY h.id, h.amount, h.state
HAVING back > h.amount OR h.state <> 'taken';

-- name: i5_returns_counted
-- Returns.
-- scans: all are counted
SELECT COUNT(*) AS hold_returns FROM hold_return;

-- name: i5_payment_has_hold
-- Nothing was charged without a hold of the same amount, by the same person, made before.
-- scans: all payments are looked at
SELECT p.id AS payment_id, p.hold_id
  FROM payment p
  LEFT JOIN hold h ON h.id = p.hold_id AND h.amount = p.fen AND h.account_id = p.account_id
       AND h.created_at <= p.paid_at AND h.state = 'taken'
 WHERE p.state = 'succeeded' AND NOT p.settled_as <=> 'refund' AND h.id IS NULL;

-- name: i5_payment_has_hold_counted
-- Payments.
-- scans: all are counted
SELECT COUNT(*) AS payments FROM payment;

-- name: i5_gift_is_hold
-- Each gift is a taken hold of the same amount on the post's own capacity.
-- scans: all gifts are looked at
SELECT g.id AS gift_id, g.hold_id
  FROM gift g
  LEFT JOIN hold h ON h.id = g.hold_id AND h.state = 'taken' AND h.account_id = g.account_id
       AND h.amount = COALESCE(g.fen, g.quantity)
  LEFT JOIN capacity c ON c.id = h.capacity_id AND c.post_id = g.post_id
 WHERE c.id IS NULL;

-- name: i5_gift_is_hold_counted
-- Gifts.
-- scans: all are counted
SELECT COUNT(*) AS gifts FROM gift;

-- name: i16_refunds
-- Refunds of a payment are at most what was paid. One that failed is sent again, and counts.
-- scans: all refunds are added up
SELECT p.id AS payment_id, p.fen, CAST(SUM(r.fen) AS SIGNED) AS refunded_fen
  FROM refund r
  JOIN payment p ON p.id = r.payment_id
 WHERE r.state <> 'rejected'
 GROUP BY p.id, p.fen
HAVING refunded_fen > p.fen;

-- name: i16_refunds_counted
-- Refunds.
-- scans: all are counted
SELECT COUNT(*) AS refunds FROM refund;

-- name: i16_escrow
-- What a post took and did not pay out or give back lies in its escrow.
-- scans: all posts of money are looked at
SELECT p.id AS post_id, p.taken_fen, CAST(COALESCE(o.fen, 0) AS SIGNED) AS payouts_fen,
       COALESCE(a.balance_fen, 0) AS balance_fen
  FROM post p
  LEFT JOIN (SELECT o.post_id, SUM(o.fen) AS fen
               FROM payout o WHERE o.state <> 'cancelled' GROUP BY o.post_id) o
    ON o.post_id = p.id
  LEFT JOIN ledger_account a ON a.code = CONCAT('escrow:', p.id)
 WHERE p.taken_fen - COALESCE(o.fen, 0) <> -COALESCE(a.balance_fen, 0);

-- name: i16_escrow_counted
-- Posts.
-- scans: all are counted
SELECT COUNT(*) AS posts FROM post;

-- name: i16_delivery
-- Each delivery carries what its payout or gift says, and only what was sent.
-- scans: all deliveries are looked at
SELECT d.id AS delivery_id, d.payout_id, d.gift_id
  FROM delivery d
  LEFT JOIN payout o ON o.id = d.payout_id
  LEFT JOIN gift g ON g.id = d.gift_id
 WHERE (d.kind = 'goods' AND (g.id IS NULL OR g.quantity <> d.quantity))
    OR (d.kind <> 'goods' AND (o.id IS NULL OR o.fen <> d.fen OR o.sent_at IS NULL
                               OR (d.received_at IS NULL) <> (o.confirmed_at IS NULL)))
    OR (d.confirmed_at IS NOT NULL AND d.received_at IS NULL);

-- name: i16_delivery_counted
-- Deliveries.
-- scans: all are counted
SELECT COUNT(*) AS deliveries FROM delivery;

-- name: l9_receipts
-- Receipt numbers have no gap within issuer and year.
-- scans: all receipts are looked at
SELECT r.issuer, r.year, MAX(r.number) AS last_number, COUNT(*) AS receipts
  FROM receipt r
 GROUP BY r.issuer, r.year
HAVING last_number <> receipts OR MIN(r.number) <> 1;

-- name: l9_receipts_counted
-- Receipts.
-- scans: all are counted
SELECT COUNT(*) AS receipts FROM receipt;

-- name: l9_counters
-- The counter of an issuer and year stands at its last receipt.
-- scans: all receipts are looked at
SELECT c.issuer, c.year, c.last_number, r.last_receipt
  FROM receipt_counter c
  LEFT JOIN (SELECT t.issuer, t.year, MAX(t.number) AS last_receipt
               FROM receipt t GROUP BY t.issuer, t.year) r
    ON r.issuer = c.issuer AND r.year = c.year
 WHERE NOT c.last_number <=> r.last_receipt;

-- name: l9_counters_counted
-- Counters of receipts.
-- scans: all are counted
SELECT COUNT(*) AS receipt_counters FROM receipt_counter;

-- name: i5_payment_waits
-- A payment waits as long as its hold is open: neither outlives the other.
-- scans: all payments are looked at
SELECT p.id AS payment_id, p.state, h.state AS hold_state
  FROM payment p
  LEFT JOIN hold h ON h.id = p.hold_id
 WHERE h.id IS NULL
    OR (p.state IN ('created', 'pending')) <> (h.state = 'open')
    OR (p.state IN ('failed', 'expired') AND h.state = 'taken');

-- name: i5_payment_waits_counted
-- Payments.
-- scans: all are counted
SELECT COUNT(*) AS payments FROM payment;

-- name: i3_effects
-- A payment that became a gift did so once: one gift on its hold, one receipt; no other has any.
-- scans: all payments are looked at
SELECT p.id AS payment_id, p.state, p.settled_as, COUNT(DISTINCT g.id) AS gifts,
       COUNT(DISTINCT r.id) AS receipts
  FROM payment p
  LEFT JOIN gift g ON g.hold_id = p.hold_id AND g.fen = p.fen AND g.account_id = p.account_id
  LEFT JOIN receipt r ON r.payment_id = p.id
 GROUP BY p.id, p.state, p.settled_as
HAVING gifts <> IF(p.state IN ('succeeded', 'disputed', 'reversed')
                   AND NOT p.settled_as <=> 'refund', 1, 0)
    OR receipts <> gifts;

-- name: i3_effects_counted
-- Payments.
-- scans: all are counted
SELECT COUNT(*) AS payments FROM payment;

-- name: i3_answers
-- Each request that was committed has its answer.
-- scans: all requests of the last 30 days are looked at
SELECT i.actor, i.idempotency_key
  FROM idempotency i
 WHERE i.status IS NULL;

-- name: i3_answers_counted
-- Requests.
-- scans: all are counted
SELECT COUNT(*) AS requests FROM idempotency;

-- name: i16_returned
-- What a refund gives back of a gift, its hold gave back once, by that cause.
-- scans: all refunds are looked at
SELECT r.id AS refund_id, r.fen, b.amount
  FROM refund r
  JOIN payment p ON p.id = r.payment_id
  LEFT JOIN hold_return b ON b.hold_id = p.hold_id AND b.cause = CONCAT('refund:', r.id)
 WHERE (r.state IN ('approved', 'sent', 'failed', 'succeeded')
        AND NOT p.settled_as <=> 'refund') <> (b.id IS NOT NULL)
    OR b.amount <> r.fen;

-- name: i16_returned_counted
-- Refunds.
-- scans: all are counted
SELECT COUNT(*) AS refunds FROM refund;

-- name: i16_owed
-- What is owed to payers is what refunds are still to bring them.
-- scans: all refunds are added up
SELECT a.code, a.balance_fen, COALESCE(s.fen, 0) AS due_fen
  FROM ledger_account a
  LEFT JOIN (SELECT r.payment_id, CAST(SUM(r.fen) AS SIGNED) AS fen
               FROM refund r WHERE r.state IN ('approved', 'sent', 'failed')
              GROUP BY r.payment_id) s ON a.code = CONCAT('refund_payable:', s.payment_id)
 WHERE a.code LIKE 'refund_payable:%' AND a.balance_fen <> -COALESCE(s.fen, 0);

-- name: i16_owed_counted
-- Accounts of what is owed to payers.
-- scans: all are counted
SELECT COUNT(*) AS payers_owed FROM ledger_account a WHERE a.code LIKE 'refund_payable:%';

-- name: i5_pledges
-- A promise of goods keeps exactly its pieces: they are held while it waits, taken once they are
-- sent, and what did not arrive is given back.
-- scans: all promises are looked at
SELECT p.id AS pledge_id, p.state, h.state AS hold_state, p.quantity, p.received_quantity,
       CAST(COALESCE(b.back, 0) AS SIGNED) AS back
  FROM pledge p
  LEFT JOIN hold h ON h.id = p.hold_id AND h.amount = p.quantity AND h.account_id = p.account_id
  LEFT JOIN capacity c ON c.id = h.capacity_id AND c.kind = 'goods_line' AND c.post_id = p.post_id
  LEFT JOIN gift g ON g.hold_id = p.hold_id
  LEFT JOIN delivery d ON d.gift_id = g.id
  LEFT JOIN (SELECT r.hold_id, SUM(r.amount) AS back
               FROM hold_return r GROUP BY r.hold_id) b ON b.hold_id = p.hold_id
 WHERE c.id IS NULL
    OR CAST(h.state AS CHAR) <> CASE p.state WHEN 'claimed' THEN 'open' WHEN 'lapsed' THEN 'expired'
                                             WHEN 'cancelled' THEN 'released' ELSE 'taken' END
    OR (p.state IN ('claimed', 'lapsed', 'cancelled')) <> (d.id IS NULL)
    OR NOT d.received_quantity <=> p.received_quantity
    OR COALESCE(b.back, 0) <> p.quantity - COALESCE(p.received_quantity, p.quantity);

-- name: i5_pledges_counted
-- Promises of goods.
-- scans: all are counted
SELECT COUNT(*) AS pledges FROM pledge;

-- name: p4_goods_lines
-- No line of goods is promised beyond what is asked for.
-- scans: all lines are looked at
SELECT c.id AS capacity_id, c.post_id, p.quantity, c.open_sum, c.taken_sum
  FROM capacity c
  JOIN post p ON p.id = c.post_id
 WHERE c.kind = 'goods_line' AND (c.total <> p.quantity OR c.open_sum + c.taken_sum > p.quantity);

-- name: p4_goods_lines_counted
-- Lines of goods.
-- scans: all are counted
SELECT COUNT(*) AS goods_lines FROM capacity c WHERE c.kind = 'goods_line';
