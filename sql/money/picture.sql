-- What the job of the pictures asks and writes. Used by cgi/domain/picture_job.c.

-- name: picture_next
-- The picture that waits longest.
SELECT c.id, c.name FROM picture c WHERE c.state = 'uploaded' ORDER BY c.id LIMIT 1;

-- name: picture_set
-- How it went; a picture that was taken away meanwhile is not there any more.
-- writes
-- example: id=1, to=refused, reason=moves
UPDATE picture c SET c.state = :to, c.reason = :reason WHERE c.id = :id AND c.state = 'uploaded';

-- name: picture_of_file
-- How the picture stands that a file is of.
-- example: name=00000000000000000000000000000000
SELECT c.state FROM picture c WHERE c.name = :name;

-- name: pictures_ready
-- A thousand names of pictures that have files, after a number.
-- example: after=1
SELECT c.id, c.name FROM picture c WHERE c.state = 'ready' AND c.id > :after ORDER BY c.id LIMIT 1000;
