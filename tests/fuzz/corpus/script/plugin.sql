CREATE TABLE IF NOT EXISTS `coats_need` (id INT REFERENCES post (id));
ALTER ONLINE TABLE IF EXISTS coats_need ADD x TEXT DEFAULT '', RENAME COLUMN a TO b, RENAME TO coats_b;
CREATE UNIQUE INDEX IF NOT EXISTS by_x USING BTREE ON coats_need (x);
DROP TABLE coats_a, post;
RENAME TABLE coats_a TO coats_b, coats_c TO coats_d;
INSERT IGNORE INTO coats_need SELECT id FROM post;
UPDATE coats_a, post SET id = 1;
DELETE FROM coats_need WHERE id = 1;
