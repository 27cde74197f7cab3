-- name: add_gift
-- Adds a gift.
-- writes
INSERT INTO `gift` (post, amount_fen, at) # the money
VALUES (:post, :amount, UTC_TIMESTAMP(3));

-- name: count
-- How many.
-- scans: once a day
WITH x AS (SELECT 5--3 AS n)
SELECT @a := COUNT(*), b::c FROM x, :x;
