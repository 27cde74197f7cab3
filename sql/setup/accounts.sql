-- The database accounts of bangfu, run once in its database by the server's administrator,
-- before the first `bangfu migrate`; running it again changes nothing.
--
-- As they stand here they have no password: right for a private server whose socket only bangfu
-- can reach. On any other server make them beforehand, each for an operating-system user of its
-- own, and this file leaves them as they are:
--   CREATE USER bangfu_web@localhost IDENTIFIED VIA unix_socket;

CREATE USER IF NOT EXISTS bangfu_web@localhost;
CREATE USER IF NOT EXISTS bangfu_money@localhost;
CREATE USER IF NOT EXISTS bangfu_migrate@localhost;
CREATE USER IF NOT EXISTS bangfu_verify@localhost;

-- The workers that sign people in and move money read all; what they may write stands in grants.sql.
GRANT SELECT ON * TO bangfu_money@localhost;

-- Migrations, imports and demo data.
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES,
	TRIGGER, CREATE VIEW, SHOW VIEW ON * TO bangfu_migrate@localhost;

-- `bangfu verify` reads all and writes nothing.
GRANT SELECT ON * TO bangfu_verify@localhost;
