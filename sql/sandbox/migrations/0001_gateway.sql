-- What the simulated gateway knows: orders to be paid, refunds, and the notices that it owes. It
-- stands for somebody else's database: nothing of bangfu reads or joins these tables.

CREATE TABLE IF NOT EXISTS sandbox_order (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	order_no VARCHAR(64) NOT NULL COMMENT 'the merchant''s number',
	merchant VARCHAR(64) NOT NULL,
	fen BIGINT NOT NULL,
	title VARCHAR(200) NOT NULL,
	notify VARCHAR(200) NOT NULL COMMENT 'path at the merchant''s site',
	closes_at DATETIME(3) NOT NULL,
	state ENUM ('open', 'succeeded', 'failed', 'closed') NOT NULL DEFAULT 'open',
	state_at DATETIME(3) NOT NULL,
	UNIQUE KEY order_no (order_no),
	KEY day (state, state_at),
	CHECK (fen > 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS sandbox_refund (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	refund_no VARCHAR(64) NOT NULL,
	order_id BIGINT NOT NULL,
	fen BIGINT NOT NULL,
	kind VARCHAR(32) NOT NULL,
	at DATETIME(3) NOT NULL,
	UNIQUE KEY refund_no (refund_no),
	KEY of_order (order_id),
	KEY day (at),
	CHECK (fen > 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS sandbox_notice (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	notify VARCHAR(200) NOT NULL,
	nonce VARCHAR(64) NOT NULL,
	body VARCHAR(2000) NOT NULL,
	wrong ENUM ('nothing', 'signature', 'time') NOT NULL,
	due_at DATETIME(3) NOT NULL,
	tries INT NOT NULL DEFAULT 0,
	answer INT NOT NULL DEFAULT 0 COMMENT 'the last status; 0: none yet',
	done BOOLEAN NOT NULL DEFAULT FALSE,
	KEY due (done, due_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS sandbox_nonce (
	nonce VARCHAR(64) NOT NULL PRIMARY KEY,
	at DATETIME(3) NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'of requests that were answered: a second use is a replay';
