-- Goods that were promised: from the claim to the thanks, beside hold, gift and delivery.

CREATE TABLE IF NOT EXISTS pledge (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	hold_id BIGINT NOT NULL COMMENT 'the pieces that are kept for it',
	post_id BIGINT NOT NULL,
	household_id BIGINT NOT NULL COMMENT 'whom it is for',
	account_id BIGINT NOT NULL COMMENT 'the donor',
	city BIGINT NOT NULL,
	county BIGINT NOT NULL COMMENT 'that decides where somebody disputes it',
	village BIGINT NOT NULL COMMENT 'whose managers may take it over',
	quantity INT NOT NULL COMMENT 'pieces',
	anonymous BOOLEAN NOT NULL,
	words VARCHAR(200) NULL COMMENT 'to the family',
	state VARCHAR(24) NOT NULL,
	version INT NOT NULL DEFAULT 1,
	way ENUM ('courier', 'village_point') NULL COMMENT 'how it was sent',
	courier_number VARCHAR(40) NULL,
	claimed_at DATETIME(3) NOT NULL,
	dispatched_at DATETIME(3) NULL,
	received_at DATETIME(3) NULL,
	received_quantity INT NULL COMMENT 'pieces that arrived',
	ended_at DATETIME(3) NULL COMMENT 'lapsed, cancelled or returned',
	UNIQUE KEY hold (hold_id),
	KEY account (account_id, id),
	KEY household (household_id, state),
	KEY village (village, state),
	KEY post (post_id, state),
	KEY county (county, state),
	CHECK (quantity > 0),
	CONSTRAINT arrived_is_at_most_sent CHECK (
		received_quantity IS NULL OR received_quantity BETWEEN 0 AND quantity),
	CONSTRAINT sent_by_a_way CHECK (
		way IS NULL OR (CAST(way AS CHAR) = 'courier') = (courier_number IS NOT NULL))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'a donor promises pieces, sends them within 72 hours, and the family counts them';

ALTER TABLE delivery ADD COLUMN IF NOT EXISTS
	received_quantity INT NULL
		COMMENT 'goods: pieces that arrived; NULL: as many as were sent, or on the way';

INSERT IGNORE INTO state_rule (machine, version, from_state, to_state) VALUES
	('pledge', 1, '', 'claimed'),
	('pledge', 1, 'claimed', 'lapsed'),
	('pledge', 1, 'claimed', 'cancelled'),
	('pledge', 1, 'claimed', 'dispatched'),
	('pledge', 1, 'dispatched', 'received'),
	('pledge', 1, 'received', 'thanked'),
	('pledge', 1, 'dispatched', 'disputed'),
	('pledge', 1, 'disputed', 'received'),
	('pledge', 1, 'disputed', 'returned');
