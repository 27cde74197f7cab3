-- What became of money that was given: what a post has kept, and how it ends.

-- The one definition of what can still be paid out. What a donor wants back is not touched while
-- somebody decides about it.
CREATE OR REPLACE SQL SECURITY INVOKER VIEW post_kept AS
SELECT p.id AS post_id,
       p.taken_fen
       - (SELECT CAST(COALESCE(SUM(o.fen), 0) AS SIGNED) FROM payout o
           WHERE o.post_id = p.id AND o.state <> 'cancelled')
       - (SELECT CAST(COALESCE(SUM(f.fen), 0) AS SIGNED)
            FROM payment q
            JOIN refund f ON f.payment_id = q.id AND f.state = 'requested'
           WHERE q.post_id = p.id) AS kept_fen
  FROM post p;

-- What is left of the money of a post that ended: first its family is asked, then its donors.
CREATE TABLE IF NOT EXISTS post_rest (
	post_id BIGINT NOT NULL PRIMARY KEY,
	family_until DATETIME(3) NULL COMMENT 'until then it may take what is there',
	choice ENUM ('accepted', 'declined') NULL COMMENT 'of the family',
	chosen_by BIGINT NULL COMMENT 'account',
	chosen_at DATETIME(3) NULL,
	donors_until DATETIME(3) NULL COMMENT 'they may choose; NULL: they are not asked yet',
	settled_at DATETIME(3) NULL COMMENT 'nothing is left to be decided',
	KEY due (settled_at, donors_until, family_until)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS rest_choice (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	post_id BIGINT NOT NULL,
	payment_id BIGINT NOT NULL,
	account_id BIGINT NOT NULL COMMENT 'its donor',
	fen BIGINT NOT NULL COMMENT 'of the gift that reached nobody',
	choice ENUM ('back', 'wallet', 'move') NULL,
	to_post BIGINT NULL COMMENT 'where it was moved to',
	done_at DATETIME(3) NULL,
	UNIQUE KEY payment (payment_id),
	KEY post (post_id, done_at),
	KEY waits (done_at, post_id),
	CHECK (fen > 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

ALTER TABLE post ADD INDEX IF NOT EXISTS deadline (listed, deadline_at);

INSERT IGNORE INTO setting (name, region, plugin, version, value, from_at, changed_by, reason) VALUES
	('rest_family_days', 0, '', 1, 7, '2026-01-01', NULL, 'as shipped'),
	('rest_choice_days', 0, '', 1, 30, '2026-01-01', NULL, 'as shipped');

INSERT IGNORE INTO state_rule (machine, version, from_state, to_state) VALUES
	('payout', 1, 'approved', 'cancelled');
