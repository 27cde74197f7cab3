-- How people sign in. Nobody's phone, address or password stands here in clear: handles are keyed
-- hashes beside a masked form and a sealed one, passwords are Argon2id over a keyed hash, and of
-- sessions, codes and tickets there is only a hash. The keys are in a file of the money pool.

CREATE TABLE IF NOT EXISTS login_handle (
	handle_hash BINARY(32) NOT NULL PRIMARY KEY COMMENT 'keyed; one handle, one account',
	account_id BIGINT NOT NULL,
	kind ENUM ('phone', 'mail') NOT NULL,
	masked VARCHAR(64) NOT NULL,
	sealed VARBINARY(400) NULL COMMENT 'to send to; NULL in the demo',
	bound_at DATETIME(3) NOT NULL,
	KEY account (account_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS credential (
	account_id BIGINT NOT NULL PRIMARY KEY,
	password_hash VARCHAR(128) NOT NULL COMMENT 'Argon2id with its parameters',
	pepper_key TINYINT UNSIGNED NOT NULL COMMENT 'the key id of the hash below it',
	changed_at DATETIME(3) NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS second_factor (
	account_id BIGINT NOT NULL PRIMARY KEY,
	secret_sealed VARBINARY(255) NOT NULL COMMENT 'of TOTP',
	last_step BIGINT NOT NULL DEFAULT 0 COMMENT 'the last one used: none serves twice',
	made_at DATETIME(3) NOT NULL,
	confirmed_at DATETIME(3) NULL COMMENT 'NULL: shown, and not yet proven'
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS recovery_code (
	account_id BIGINT NOT NULL,
	code_hash BINARY(32) NOT NULL,
	used_at DATETIME(3) NULL,
	PRIMARY KEY (account_id, code_hash)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS session (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	sid_hash BINARY(32) NOT NULL COMMENT 'BLAKE2b of the cookie, which is 256 random bits',
	account_id BIGINT NOT NULL,
	created_at DATETIME(3) NOT NULL,
	expires_at DATETIME(3) NOT NULL,
	second_factor_at DATETIME(3) NULL COMMENT 'when it was last proven in this session',
	ended_at DATETIME(3) NULL,
	UNIQUE KEY sid (sid_hash),
	KEY account (account_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS session_seen (
	session_id BIGINT NOT NULL PRIMARY KEY,
	seen_at DATETIME(3) NOT NULL COMMENT 'written at most once a minute'
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'apart from session, so that the web workers, who see people come, write no secret';

CREATE TABLE IF NOT EXISTS sign_in_try (
	subject BINARY(32) NOT NULL PRIMARY KEY COMMENT 'keyed hash of a handle, account or address',
	tries INT NOT NULL COMMENT 'failed, since',
	since_at DATETIME(3) NOT NULL,
	locked_until DATETIME(3) NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS one_time_code (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	ticket_hash BINARY(32) NOT NULL COMMENT 'of the address of the page that asks for the code',
	handle_hash BINARY(32) NOT NULL,
	purpose ENUM ('register', 'reset') NOT NULL,
	account_id BIGINT NULL COMMENT 'of a reset',
	code_hash BINARY(32) NULL COMMENT 'keyed; NULL: none was sent, so that none is right',
	tries INT NOT NULL DEFAULT 0,
	created_at DATETIME(3) NOT NULL,
	expires_at DATETIME(3) NOT NULL,
	used_at DATETIME(3) NULL,
	UNIQUE KEY ticket (ticket_hash),
	KEY handle (handle_hash, created_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS registration (
	code_id BIGINT NOT NULL PRIMARY KEY,
	kind ENUM ('phone', 'mail') NOT NULL,
	masked VARCHAR(64) NOT NULL,
	handle_sealed VARBINARY(400) NOT NULL,
	shown_name VARCHAR(64) NOT NULL,
	name_sealed VARBINARY(255) NOT NULL,
	password_hash VARCHAR(128) NOT NULL,
	pepper_key TINYINT UNSIGNED NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'what becomes an account when its code comes';

CREATE TABLE IF NOT EXISTS household_account (
	account_id BIGINT NOT NULL PRIMARY KEY,
	household_id BIGINT NOT NULL,
	person_id BIGINT NOT NULL COMMENT 'the adult whose account it is',
	from_at DATETIME(3) NOT NULL,
	to_at DATETIME(3) NULL,
	KEY household (household_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS notice (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	account_id BIGINT NOT NULL,
	template VARCHAR(32) NOT NULL COMMENT '"password_changed": which words',
	params VARCHAR(400) NOT NULL DEFAULT '{}' COMMENT 'JSON; ids only',
	created_at DATETIME(3) NOT NULL,
	read_at DATETIME(3) NULL,
	KEY account (account_id, id),
	KEY unread (account_id, read_at),
	CHECK (JSON_VALID(params))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS outbox (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	channel ENUM ('sms', 'mail', 'app') NOT NULL,
	account_id BIGINT NULL COMMENT 'to its handles; NULL: to the sealed one',
	to_sealed VARBINARY(400) NULL,
	template VARCHAR(32) NOT NULL,
	secret_sealed VARBINARY(255) NULL COMMENT 'a code on its way; emptied when it is sent',
	state ENUM ('queued', 'sent', 'failed') NOT NULL DEFAULT 'queued',
	tries INT NOT NULL DEFAULT 0,
	next_at DATETIME(3) NOT NULL,
	created_at DATETIME(3) NOT NULL,
	KEY due (state, next_at),
	KEY account (account_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'what is to be sent; a job sends it, so that no request waits for others';
