-- Where money goes to: the bank account of each household, a new version at each change, and which
-- version a payout goes to. Names and numbers are sealed by the keys of the pool money; a keyed
-- hash tells whether several households name the same account.

CREATE TABLE IF NOT EXISTS payee_account (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	household_id BIGINT NOT NULL,
	version INT NOT NULL COMMENT 'from 1, raised at each change',
	state ENUM ('entered', 'bank_checked', 'verified', 'refused', 'superseded') NOT NULL,
	holder_sealed VARBINARY(400) NULL COMMENT 'name; NULL in the demo data',
	number_sealed VARBINARY(400) NULL COMMENT 'of card or account; NULL in the demo data',
	number_hash BINARY(32) NULL COMMENT 'keyed; NULL in the demo data',
	last_digits CHAR(4) NOT NULL COMMENT 'all that is shown',
	relation ENUM ('family', 'village_manager') NOT NULL COMMENT 'who entered it, to the family',
	entered_by BIGINT NOT NULL COMMENT 'account',
	entered_at DATETIME(3) NOT NULL COMMENT 'the change; payouts wait from here',
	bank_checked_at DATETIME(3) NULL,
	decided_by BIGINT NULL COMMENT 'account of the county; NULL: not yet, or the bank refused',
	decided_at DATETIME(3) NULL,
	reason VARCHAR(200) NULL COMMENT 'why the county refused it',
	verified_household BIGINT AS (IF(state = 'verified', household_id, NULL)) PERSISTENT,
	waiting_household BIGINT AS (IF(state IN ('entered', 'bank_checked'), household_id, NULL))
		PERSISTENT,
	UNIQUE KEY version (household_id, version),
	UNIQUE KEY one_verified (verified_household),
	UNIQUE KEY one_waiting (waiting_household),
	KEY number_hash (number_hash),
	KEY state (state, entered_at),
	CONSTRAINT two_people_know_it CHECK (decided_by IS NULL OR decided_by <> entered_by)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

ALTER TABLE payout
	ADD COLUMN IF NOT EXISTS payee_id BIGINT NULL COMMENT 'the version that it goes to';

ALTER TABLE delivery
	ADD COLUMN IF NOT EXISTS returned_at DATETIME(3) NULL COMMENT 'money that the bank sent back';

INSERT IGNORE INTO setting (name, region, plugin, version, value, from_at, changed_by, reason) VALUES
	('payee_wait_hours', 0, '', 1, 48, '2026-01-01', NULL, 'as shipped');

INSERT IGNORE INTO state_rule (machine, version, from_state, to_state) VALUES
	('payee', 1, '', 'entered'),
	('payee', 1, 'entered', 'bank_checked'),
	('payee', 1, 'entered', 'refused'),
	('payee', 1, 'entered', 'superseded'),
	('payee', 1, 'bank_checked', 'verified'),
	('payee', 1, 'bank_checked', 'refused'),
	('payee', 1, 'bank_checked', 'superseded'),
	('payee', 1, 'verified', 'superseded'),
	('payout', 1, 'approved', 'requested'),
	('payout', 1, 'returned', 'cancelled');

-- Who gave a role, and who ended it and why.
ALTER TABLE role_grant
	ADD COLUMN IF NOT EXISTS given_by BIGINT NULL COMMENT 'account',
	ADD COLUMN IF NOT EXISTS ended_by BIGINT NULL COMMENT 'account',
	ADD COLUMN IF NOT EXISTS end_reason VARCHAR(200) NULL;
