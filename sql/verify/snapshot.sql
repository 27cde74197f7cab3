-- What a run of checks begins with.

-- name: snapshot
-- The transaction that follows reads one state of all tables and writes nothing. Where several
-- processes check, each has its own.
-- writes
SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
