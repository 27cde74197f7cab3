-- name: a
-- C.
SELECT 5---- x
3;
-- name: b
-- C.
SELECT 5--/* x */3, 5--3;
-- name: a
-- C.
SELECT 5--;
