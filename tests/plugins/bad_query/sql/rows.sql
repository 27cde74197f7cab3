-- name: rows
-- A column that is not there.
SELECT colour FROM post;
