-- The daily chain in public: each sealed journal's place in it, and the keys that sign its heads.

CREATE TABLE IF NOT EXISTS ledger_link (
	journal_id BIGINT NOT NULL PRIMARY KEY,
	day DATE NOT NULL,
	hash CHAR(64) NOT NULL COMMENT 'of the chain up to this journal, BLAKE2b-256',
	KEY day (day, journal_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'names the journal where a day no longer gives its head';

CREATE TABLE IF NOT EXISTS ledger_key (
	id VARCHAR(32) NOT NULL PRIMARY KEY COMMENT 'ledger_day.signed_with',
	public_key CHAR(64) NOT NULL COMMENT 'Ed25519',
	from_at DATETIME(3) NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'published with the first head that it signs';

CREATE TRIGGER IF NOT EXISTS ledger_link_update BEFORE UPDATE ON ledger_link FOR EACH ROW
	SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a link of the chain is never changed';

CREATE TRIGGER IF NOT EXISTS ledger_link_delete BEFORE DELETE ON ledger_link FOR EACH ROW
	SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a link of the chain is never deleted';

CREATE TRIGGER IF NOT EXISTS ledger_key_update BEFORE UPDATE ON ledger_key FOR EACH ROW
	SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a published key is never changed';

CREATE TRIGGER IF NOT EXISTS ledger_key_delete BEFORE DELETE ON ledger_key FOR EACH ROW
	SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a published key is never deleted';
