-- What the simulated gateway asks of its own tables.

-- name: add_nonce
-- Takes note of a request. A duplicate is a replay.
-- writes
-- example: nonce=0123456789abcdef
INSERT INTO sandbox_nonce (nonce, at) VALUES (:nonce, UTC_TIMESTAMP(3));

-- name: add_order
-- An order that can be paid. A duplicate is asked for again, or another one under its number.
-- writes
-- example: order=x1, merchant=bangfu, fen=100, title=gift, notify=/pay/notice, closes_at=2026-11-25 00:00:00
INSERT INTO sandbox_order (order_no, merchant, fen, title, notify, closes_at, state_at)
VALUES (:order, :merchant, :fen, :title, :notify, :closes_at, UTC_TIMESTAMP(3));

-- name: order
-- An order as it stands: one that nobody paid in time is closed.
-- example: order=x1
SELECT o.id, CONCAT('S', LPAD(o.id, 12, '0')) AS gateway_id, o.order_no, o.merchant, o.fen, o.title,
       o.notify, o.closes_at,
       CASE WHEN o.state = 'open' AND o.closes_at <= UTC_TIMESTAMP(3) THEN 'closed'
            ELSE CAST(o.state AS CHAR) END AS state,
       o.state_at
  FROM sandbox_order o
 WHERE o.order_no = :order;

-- name: settle_order
-- An open order comes to its end; matched 0: it is not open any more.
-- writes
-- example: order=x1, state=succeeded
UPDATE sandbox_order
   SET state = :state, state_at = UTC_TIMESTAMP(3)
 WHERE order_no = :order AND state = 'open'
   AND closes_at > UTC_TIMESTAMP(3)                                     --? state=succeeded
;

-- name: add_notice
-- A notice that is owed from then on.
-- writes
-- example: notify=/pay/notice, nonce=n, body=b, wrong=nothing, delay_s=0
INSERT INTO sandbox_notice (notify, nonce, body, wrong, due_at)
VALUES (:notify, :nonce, :body, :wrong, UTC_TIMESTAMP(3) + INTERVAL :delay_s SECOND);

-- name: due_notice
-- The notice that waits longest, unless another process is at it.
SELECT n.id, n.notify, n.nonce, n.body, n.wrong, n.tries
  FROM sandbox_notice n
 WHERE NOT n.done AND n.due_at <= UTC_TIMESTAMP(3)
 ORDER BY n.due_at
 LIMIT 1
   FOR UPDATE SKIP LOCKED;

-- name: lease_notice
-- Puts a notice off until its next try, before this one is made.
-- writes
-- example: notice=1, delay_s=5
UPDATE sandbox_notice
   SET tries = tries + 1, due_at = UTC_TIMESTAMP(3) + INTERVAL :delay_s SECOND
 WHERE id = :notice;

-- name: notice_answered
-- What the merchant said; 200 ends it.
-- writes
-- example: notice=1, answer=200, done=1
UPDATE sandbox_notice SET answer = :answer, done = :done WHERE id = :notice;

-- name: add_refund
-- Money given back. A duplicate was given back already.
-- writes
-- example: refund=r1, order_id=1, fen=100, kind=payer
INSERT INTO sandbox_refund (refund_no, order_id, fen, kind, at)
VALUES (:refund, :order_id, :fen, :kind, UTC_TIMESTAMP(3));

-- name: refund
-- A refund as it was asked for.
-- example: refund=r1
SELECT r.id, CONCAT('R', LPAD(r.id, 12, '0')) AS gateway_id, r.refund_no, r.order_id, r.fen, r.kind,
       r.at
  FROM sandbox_refund r
 WHERE r.refund_no = :refund;

-- name: lock_order
-- Keeps two refunds of an order from passing its sum together.
-- example: order=x1
SELECT o.id FROM sandbox_order o WHERE o.order_no = :order FOR UPDATE;

-- name: refunded
-- What of an order was given back so far.
-- example: order_id=1
SELECT CAST(COALESCE(SUM(r.fen), 0) AS SIGNED) AS fen FROM sandbox_refund r WHERE r.order_id = :order_id;

-- name: bill
-- What moved on a day of Asia/Shanghai.
-- example: day=2026-11-25
SELECT 'payment' AS kind, o.order_no AS number, CONCAT('S', LPAD(o.id, 12, '0')) AS gateway_id, o.fen,
       o.state_at AS at
  FROM sandbox_order o
 WHERE o.state = 'succeeded'
   AND o.state_at >= CAST(:day AS DATETIME) - INTERVAL 8 HOUR
   AND o.state_at < CAST(:day AS DATETIME) + INTERVAL 16 HOUR
 UNION ALL
SELECT 'refund', r.refund_no, CONCAT('R', LPAD(r.id, 12, '0')), r.fen, r.at
  FROM sandbox_refund r
 WHERE r.at >= CAST(:day AS DATETIME) - INTERVAL 8 HOUR
   AND r.at < CAST(:day AS DATETIME) + INTERVAL 16 HOUR;
