-- name: a
-- C.
-- page
SELECT 1;
-- name: b
-- C.
-- example
SELECT 1;
