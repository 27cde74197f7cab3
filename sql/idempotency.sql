-- A changing request is done once, however often it is sent. Used by cgi/domain/idempotency.c in
-- both pools.

-- name: idempotency_claim
-- The request is this transaction's; a twin waits here until it is known how it ended.
-- writes
-- example: actor=account:1, key=k, hash=00
INSERT INTO idempotency (actor, idempotency_key, request_hash, created_at)
VALUES (:actor, :key, :hash, UTC_TIMESTAMP(3))
    ON DUPLICATE KEY UPDATE actor = VALUES(actor);

-- name: idempotency_look
-- How a request was answered; waits for a transaction that is still at it.
-- writes
-- example: actor=account:1, key=k
SELECT i.request_hash, i.status, i.location
  FROM idempotency i
 WHERE i.actor = :actor AND i.idempotency_key = :key
   FOR UPDATE;

-- name: idempotency_answer
-- The answer of this transaction's request.
-- writes
-- example: actor=account:1, key=k, status=303, location=/en/
UPDATE idempotency i
   SET i.status = :status, i.location = :location
 WHERE i.actor = :actor AND i.idempotency_key = :key AND i.status IS NULL;
