-- The base; with a trigger.
CREATE TABLE IF NOT EXISTS a (
  id INT PRIMARY KEY, -- the key;
  t TEXT DEFAULT 'it''s; \' "x"' /* no; */ # more
);
/*!50000 SET @x = 5--3 */ ;
-- begin
CREATE OR REPLACE TRIGGER t BEFORE DELETE ON a FOR EACH ROW
BEGIN
  SET @y = `a;b`;
END;
-- end
