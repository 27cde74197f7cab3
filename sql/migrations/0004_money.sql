-- Claims and money: capacities and holds, payments, the ledger, payouts, deliveries.
-- Money is whole fen. In the ledger debit is + and credit is -.

CREATE TABLE IF NOT EXISTS capacity (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	kind ENUM ('money_gap', 'goods_line', 'stock', 'tier', 'sponsor_place', 'slot', 'pool') NOT NULL,
	post_id BIGINT NULL,
	total BIGINT NOT NULL,
	open_sum BIGINT NOT NULL DEFAULT 0,
	taken_sum BIGINT NOT NULL DEFAULT 0 COMMENT 'taken holds less returns',
	KEY post (post_id),
	CONSTRAINT never_oversold CHECK (
		open_sum >= 0 AND taken_sum >= 0 AND open_sum + taken_sum <= total)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS hold (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	capacity_id BIGINT NOT NULL,
	account_id BIGINT NOT NULL,
	amount BIGINT NOT NULL COMMENT 'fen, or pieces of goods',
	state ENUM ('open', 'taken', 'released', 'expired') NOT NULL,
	created_at DATETIME(3) NOT NULL,
	expires_at DATETIME(3) NOT NULL,
	decided_at DATETIME(3) NULL,
	KEY capacity (capacity_id, state),
	KEY expiry (state, expires_at),
	CHECK (amount > 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'taken, released and expired are final; giving back is a hold_return';

CREATE TABLE IF NOT EXISTS hold_return (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	hold_id BIGINT NOT NULL,
	amount BIGINT NOT NULL,
	cause VARCHAR(64) NOT NULL COMMENT 'what gave it back, once: "refund:17"',
	at DATETIME(3) NOT NULL,
	UNIQUE KEY once (hold_id, cause),
	CHECK (amount > 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS payment (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	hold_id BIGINT NOT NULL,
	post_id BIGINT NOT NULL,
	account_id BIGINT NOT NULL,
	channel VARCHAR(32) NOT NULL,
	gateway_id VARCHAR(64) NULL,
	fen BIGINT NOT NULL,
	state ENUM ('created', 'pending', 'succeeded', 'failed', 'expired', 'disputed', 'reversed')
		NOT NULL,
	created_at DATETIME(3) NOT NULL,
	paid_at DATETIME(3) NULL,
	UNIQUE KEY gateway (channel, gateway_id),
	UNIQUE KEY hold (hold_id),
	KEY post (post_id),
	KEY account (account_id, paid_at),
	CHECK (fen > 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS refund (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	payment_id BIGINT NOT NULL,
	kind ENUM ('over_capacity', 'late', 'duplicate', 'fraud', 'payer', 'failed_project', 'surplus',
		'cancelled', 'returned', 'dispute') NOT NULL,
	fen BIGINT NOT NULL,
	state ENUM ('requested', 'approved', 'rejected', 'sent', 'succeeded', 'failed') NOT NULL,
	requested_at DATETIME(3) NOT NULL,
	settled_at DATETIME(3) NULL,
	KEY payment (payment_id),
	CHECK (fen > 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS receipt (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	issuer VARCHAR(32) NOT NULL,
	year SMALLINT NOT NULL,
	number BIGINT NOT NULL COMMENT 'without a gap within issuer and year',
	payment_id BIGINT NOT NULL,
	issued_at DATETIME(3) NOT NULL,
	voided_at DATETIME(3) NULL COMMENT 'a voided receipt stays',
	UNIQUE KEY number (issuer, year, number),
	UNIQUE KEY payment (payment_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS gift (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	hold_id BIGINT NOT NULL,
	post_id BIGINT NOT NULL,
	account_id BIGINT NOT NULL,
	anonymous BOOLEAN NOT NULL,
	fen BIGINT NULL,
	quantity INT NULL,
	words VARCHAR(200) NULL,
	words_shown BOOLEAN NOT NULL DEFAULT FALSE COMMENT 'passed the moderation of words',
	given_at DATETIME(3) NOT NULL COMMENT 'paid, or dispatched',
	returned BOOLEAN NOT NULL DEFAULT FALSE COMMENT 'wholly given back',
	UNIQUE KEY hold (hold_id),
	KEY post (post_id, returned, given_at),
	KEY account (account_id, given_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'a taken hold as people see it: who gave what to which post, in which words';

CREATE TABLE IF NOT EXISTS payout (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	kind ENUM ('help', 'benefit_share') NOT NULL,
	post_id BIGINT NULL COMMENT 'NULL: a benefit share of the store',
	household_id BIGINT NOT NULL,
	fen BIGINT NOT NULL,
	state ENUM ('requested', 'approved', 'cancelled', 'sent', 'confirmed', 'returned') NOT NULL,
	prepared_by BIGINT NOT NULL COMMENT 'account with pay.prepare',
	approved_by BIGINT NULL COMMENT 'account with pay.approve, another person',
	requested_at DATETIME(3) NOT NULL,
	sent_at DATETIME(3) NULL,
	confirmed_at DATETIME(3) NULL COMMENT 'by the bank statement',
	KEY post (post_id),
	KEY household (household_id),
	CHECK (fen > 0),
	CONSTRAINT two_people CHECK (approved_by IS NULL OR approved_by <> prepared_by)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS delivery (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	kind ENUM ('money', 'goods', 'benefit_share') NOT NULL,
	post_id BIGINT NULL,
	household_id BIGINT NOT NULL,
	payout_id BIGINT NULL,
	gift_id BIGINT NULL COMMENT 'the goods that travel',
	fen BIGINT NULL,
	quantity INT NULL,
	sent_at DATETIME(3) NOT NULL,
	received_at DATETIME(3) NULL,
	confirmed_at DATETIME(3) NULL COMMENT 'by the family, or its manager with evidence',
	confirmed_by BIGINT NULL COMMENT 'account',
	thanks VARCHAR(500) NULL,
	thanks_shown BOOLEAN NOT NULL DEFAULT FALSE COMMENT 'passed the moderation of words',
	UNIQUE KEY payout (payout_id),
	UNIQUE KEY gift (gift_id),
	KEY post (post_id, sent_at),
	KEY household (household_id, received_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'help on its way to a family: sent, received, confirmed, thanked';

CREATE TABLE IF NOT EXISTS ledger_account (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	code VARCHAR(64) NOT NULL COMMENT '"escrow:<post>", "clearing:<channel>", ...',
	class ENUM ('asset', 'liability', 'income') NOT NULL,
	balance_fen BIGINT NOT NULL DEFAULT 0 COMMENT 'kept: the sum of its lines',
	UNIQUE KEY code (code),
	CONSTRAINT owes_or_nothing CHECK (class <> 'liability' OR balance_fen <= 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS ledger_journal (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	subject_kind VARCHAR(16) NOT NULL COMMENT 'payment, payout, refund, settlement, order',
	subject_id BIGINT NOT NULL,
	step VARCHAR(16) NOT NULL COMMENT 'paid, requested, sent, confirmed, ...',
	mirrors BIGINT NULL COMMENT 'the journal that this one corrects',
	at DATETIME(3) NOT NULL,
	UNIQUE KEY once (subject_kind, subject_id, step)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS ledger_line (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	journal_id BIGINT NOT NULL,
	ledger_account_id BIGINT NOT NULL,
	fen BIGINT NOT NULL COMMENT 'debit +, credit -',
	KEY journal (journal_id, fen),
	KEY account (ledger_account_id, fen),
	CHECK (fen <> 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Written once: the second fence behind the grants.

CREATE TRIGGER IF NOT EXISTS ledger_line_update BEFORE UPDATE ON ledger_line FOR EACH ROW
	SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a ledger line is never changed';

CREATE TRIGGER IF NOT EXISTS ledger_line_delete BEFORE DELETE ON ledger_line FOR EACH ROW
	SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a ledger line is never deleted';

CREATE TRIGGER IF NOT EXISTS ledger_journal_update BEFORE UPDATE ON ledger_journal FOR EACH ROW
	SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a journal is never changed';

CREATE TRIGGER IF NOT EXISTS ledger_journal_delete BEFORE DELETE ON ledger_journal FOR EACH ROW
	SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a journal is never deleted';
