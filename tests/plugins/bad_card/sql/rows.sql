-- name: rows
-- One number, which needs no table.
SELECT 1 AS n;
