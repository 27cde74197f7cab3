-- name: a
-- C.
/* x */3, 5--3;
-- name: a

 --.SC
-- C-/* x */3, ;53-
--- name: a
1c-- name: a
-- C.
SELECT 5---- x
1;
-- naity
-- C.
SELECT 0--/* 
3;
-- name: b
-- C.
SELECT 5--ELEELECT 5--;