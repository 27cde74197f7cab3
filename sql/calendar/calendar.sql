-- What `bangfu migrate` makes of sql/holidays.csv. Only that verb reads this file.

-- name: forget_workdays
-- What was announced may be announced anew: the file has the last word.
-- writes
DELETE FROM workday_exception;

-- name: note_workdays
-- All days of the file.
-- writes
-- example: days=[]
INSERT INTO workday_exception (day, is_workday, name)
SELECT j.day, j.is_workday, j.name
  FROM JSON_TABLE(:days, '$[*]' COLUMNS (day DATE PATH '$.day', is_workday BOOLEAN PATH '$.is_workday',
                                         name VARCHAR(32) PATH '$.name')) j;
