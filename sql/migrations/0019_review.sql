-- The review desk: working days, checklists with what was ticked and seen, rejections that need a
-- second person, clocks that ran out, and posts that nobody has met for a month.

CREATE TABLE IF NOT EXISTS workday_exception (
	day DATE NOT NULL PRIMARY KEY COMMENT 'of the calendar in Shanghai',
	is_workday BOOLEAN NOT NULL COMMENT 'a Saturday or Sunday that is worked; else a free weekday',
	name VARCHAR(32) NOT NULL COMMENT 'the holiday that it belongs to'
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'as sql/holidays.csv has them; a day without a row is as its day of the week says';

CREATE TABLE IF NOT EXISTS checklist_item (
	level ENUM ('village', 'township', 'county') NOT NULL,
	form ENUM ('money', 'goods') NOT NULL,
	version INT NOT NULL COMMENT 'the highest one counts; old ones stay readable',
	item INT NOT NULL COMMENT 'its place, from 1 to 6',
	code VARCHAR(32) NOT NULL COMMENT 'of the enumeration check_item',
	PRIMARY KEY (level, form, version, item)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'what an office answers before it approves; insert-only';

INSERT IGNORE INTO checklist_item (level, form, version, item, code) VALUES
	('village', 'money', 1, 1, 'evidence_read'),
	('village', 'money', 1, 2, 'family_known'),
	('village', 'money', 1, 3, 'need_seen'),
	('village', 'money', 1, 4, 'amount_fits'),
	('village', 'goods', 1, 1, 'evidence_read'),
	('village', 'goods', 1, 2, 'family_known'),
	('village', 'goods', 1, 3, 'need_seen'),
	('village', 'goods', 1, 4, 'number_fits'),
	('village', 'goods', 1, 5, 'place_to_keep'),
	('township', 'money', 1, 1, 'evidence_read'),
	('township', 'money', 1, 2, 'not_covered'),
	('township', 'money', 1, 3, 'price_is_local'),
	('township', 'money', 1, 4, 'village_was_there'),
	('township', 'goods', 1, 1, 'evidence_read'),
	('township', 'goods', 1, 2, 'not_covered'),
	('township', 'goods', 1, 3, 'goods_are_useful'),
	('township', 'goods', 1, 4, 'village_was_there'),
	('county', 'money', 1, 1, 'evidence_read'),
	('county', 'money', 1, 2, 'rules_provide'),
	('county', 'money', 1, 3, 'amount_right'),
	('county', 'money', 1, 4, 'dignity_kept'),
	('county', 'money', 1, 5, 'different_people'),
	('county', 'goods', 1, 1, 'evidence_read'),
	('county', 'goods', 1, 2, 'rules_provide'),
	('county', 'goods', 1, 3, 'dignity_kept'),
	('county', 'goods', 1, 4, 'different_people');

-- What an office has before it when it decides, as one number that any change of it changes.
CREATE OR REPLACE SQL SECURITY INVOKER VIEW post_evidence AS
SELECT p.id AS post_id,
       SHA2(CONCAT_WS('\n', p.household_id, p.need_kind, p.form, p.title, p.item,
                      COALESCE(p.unit, ''), COALESCE(p.quantity, 0), COALESCE(p.target_fen, 0),
                      x.story, x.reason, x.price_source), 256) AS evidence_hash
  FROM post p
  JOIN post_text x ON x.post_id = p.id;

CREATE TABLE IF NOT EXISTS review_check (
	step_id BIGINT NOT NULL PRIMARY KEY COMMENT 'review_step that was approved',
	form ENUM ('money', 'goods') NOT NULL,
	version INT NOT NULL COMMENT 'of the checklist; 0: decided before there were any',
	items VARCHAR(250) NOT NULL COMMENT 'codes that were ticked, with commas between',
	evidence_hash CHAR(64) NOT NULL COMMENT 'post_evidence as it was seen'
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'written with the decision and never changed';

INSERT IGNORE INTO review_check (step_id, form, version, items, evidence_hash)
SELECT s.id, p.form, 0, '', e.evidence_hash
  FROM review_step s
  JOIN post p ON p.id = s.post_id
  JOIN post_evidence e ON e.post_id = p.id
 WHERE s.state = 'approved' AND NOT s.carried;

CREATE TRIGGER IF NOT EXISTS review_check_update BEFORE UPDATE ON review_check FOR EACH ROW
	SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'what was checked is never changed';

CREATE TRIGGER IF NOT EXISTS review_check_delete BEFORE DELETE ON review_check FOR EACH ROW
	SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'what was checked is never deleted';
