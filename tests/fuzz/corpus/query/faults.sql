SELECT 1;
-- name: Bad
SELECT ?;
-- name: a
-- C.
SELECT 'open
  , /* x
  , :Name --? x=
;
-- name: a
-- C.
-- pages: x
DELETE FROM t; SELECT 2;
-- name: end
-- C.
SELECT /*! 1 */ 2
