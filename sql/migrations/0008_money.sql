-- What taking money for real needs: what a payer asked for, its numbers at the gateway, receipts
-- without a gap, refunds that are checked and sent again, days of the ledger, doubled requests.

CREATE TABLE IF NOT EXISTS idempotency (
	actor VARCHAR(40) NOT NULL COMMENT '"account:17", "gateway:simulated"',
	idempotency_key VARCHAR(64) NOT NULL COMMENT 'of the form, or the number of the notice',
	request_hash CHAR(64) NOT NULL COMMENT 'BLAKE2b of route and body',
	status SMALLINT NULL COMMENT 'of the answer; NULL: the transaction is not over',
	location VARCHAR(200) NULL COMMENT 'where the answer sent the person',
	created_at DATETIME(3) NOT NULL,
	PRIMARY KEY (actor, idempotency_key),
	KEY created (created_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'each changing request once; kept for 30 days';

ALTER TABLE payment
	ADD COLUMN IF NOT EXISTS number CHAR(20) NULL COMMENT 'the order''s number at the gateway',
	ADD COLUMN IF NOT EXISTS merchant VARCHAR(32) NULL COMMENT 'who the gateway pays',
	ADD COLUMN IF NOT EXISTS household_id BIGINT NULL COMMENT 'whom it is for',
	ADD COLUMN IF NOT EXISTS anonymous BOOLEAN NOT NULL DEFAULT FALSE,
	ADD COLUMN IF NOT EXISTS words VARCHAR(200) NULL COMMENT 'to the family',
	ADD COLUMN IF NOT EXISTS dedication VARCHAR(60) NULL COMMENT 'in whose name',
	ADD COLUMN IF NOT EXISTS closes_at DATETIME(3) NULL COMMENT 'the gateway takes no money later',
	ADD COLUMN IF NOT EXISTS settled_as ENUM ('gift', 'refund') NULL
		COMMENT 'refund: it came too late for what was left. NULL: a gift, or not paid',
	ADD COLUMN IF NOT EXISTS queries INT NOT NULL DEFAULT 0 COMMENT 'asked after at the gateway',
	ADD COLUMN IF NOT EXISTS query_at DATETIME(3) NULL COMMENT 'when it is asked after next',
	ADD COLUMN IF NOT EXISTS leased_until DATETIME(3) NULL COMMENT 'a job works on it',
	ADD UNIQUE KEY IF NOT EXISTS number (number),
	ADD KEY IF NOT EXISTS due (state, query_at);

ALTER TABLE gift
	ADD COLUMN IF NOT EXISTS dedication VARCHAR(60) NULL COMMENT 'in whose name';

ALTER TABLE refund
	ADD COLUMN IF NOT EXISTS number CHAR(20) NULL COMMENT 'the same at each attempt',
	ADD COLUMN IF NOT EXISTS gateway_id VARCHAR(64) NULL,
	ADD COLUMN IF NOT EXISTS destination ENUM ('channel', 'wallet') NOT NULL DEFAULT 'channel',
	ADD COLUMN IF NOT EXISTS requested_by BIGINT NULL COMMENT 'account; NULL: a job',
	ADD COLUMN IF NOT EXISTS first_approved_by BIGINT NULL COMMENT 'of two, above the limit',
	ADD COLUMN IF NOT EXISTS approved_by BIGINT NULL,
	ADD COLUMN IF NOT EXISTS attempts INT NOT NULL DEFAULT 0,
	ADD COLUMN IF NOT EXISTS sent_at DATETIME(3) NULL COMMENT 'the last time',
	ADD COLUMN IF NOT EXISTS try_at DATETIME(3) NULL COMMENT 'when a job sends it, or asks',
	ADD COLUMN IF NOT EXISTS leased_until DATETIME(3) NULL,
	ADD UNIQUE KEY IF NOT EXISTS number (number),
	ADD KEY IF NOT EXISTS due (state, try_at);

ALTER TABLE hold
	ADD COLUMN IF NOT EXISTS leased_until DATETIME(3) NULL COMMENT 'a job closes its payment';

CREATE TABLE IF NOT EXISTS receipt_counter (
	issuer VARCHAR(32) NOT NULL,
	year SMALLINT NOT NULL,
	last_number BIGINT NOT NULL,
	PRIMARY KEY (issuer, year)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'locked by who draws the next number, until it is committed or given back';

CREATE TABLE IF NOT EXISTS ledger_day (
	day DATE NOT NULL PRIMARY KEY COMMENT 'of Asia/Shanghai',
	state ENUM ('open', 'closed') NOT NULL,
	closed_at DATETIME(3) NULL,
	journals BIGINT NULL COMMENT 'stamped with this day; NULL: not yet chained',
	head CHAR(64) NULL COMMENT 'of the chain, BLAKE2b-256',
	signature CHAR(128) NULL COMMENT 'of day and head, Ed25519',
	signed_with VARCHAR(32) NULL COMMENT 'the key''s id',
	KEY state (state, day)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'a closed day takes no journal';

ALTER TABLE ledger_journal
	ADD COLUMN IF NOT EXISTS day DATE NULL COMMENT 'of the chain; NULL: older than the chain',
	ADD KEY IF NOT EXISTS day (day, id);

CREATE TABLE IF NOT EXISTS gateway_nonce (
	channel VARCHAR(32) NOT NULL,
	nonce VARCHAR(64) NOT NULL,
	body_hash CHAR(64) NOT NULL,
	seen_at DATETIME(3) NOT NULL,
	PRIMARY KEY (channel, nonce),
	KEY seen (seen_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'signed notices: the same nonce with another body is refused';

CREATE TABLE IF NOT EXISTS gateway_refusal (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	channel VARCHAR(32) NOT NULL,
	reason VARCHAR(200) NOT NULL,
	headers VARCHAR(500) NOT NULL,
	body VARBINARY(4000) NOT NULL COMMENT 'raw, its beginning',
	at DATETIME(3) NOT NULL,
	KEY at (at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'notices that were not believed';

INSERT IGNORE INTO state_rule (machine, version, from_state, to_state) VALUES
	('payment', 1, 'created', 'failed'),
	('payment', 1, 'created', 'expired');

-- What was paid stays what it was: an amount that is wrong is put right by a journal.

-- begin
CREATE TRIGGER IF NOT EXISTS payment_amount_stays BEFORE UPDATE ON payment FOR EACH ROW
BEGIN
	IF NEW.fen <> OLD.fen AND OLD.state NOT IN ('created', 'pending') THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the amount of a decided payment is never changed';
	END IF;
END
-- end

-- begin
CREATE TRIGGER IF NOT EXISTS refund_amount_stays BEFORE UPDATE ON refund FOR EACH ROW
BEGIN
	IF NEW.fen <> OLD.fen THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the amount of a refund is never changed';
	END IF;
END
-- end
