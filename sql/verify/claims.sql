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
 WHERE p.state = 'succeeded' AND h.id IS NULL;

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
-- Refunds of a payment are at most what was paid.
-- scans: all refunds are added up
SELECT p.id AS payment_id, p.fen, CAST(SUM(r.fen) AS SIGNED) AS refunded_fen
  FROM refund r
  JOIN payment p ON p.id = r.payment_id
 WHERE r.state NOT IN ('rejected', 'failed')
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
