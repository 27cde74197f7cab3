-- The review desk: working days, checklists with what was ticked and seen, rejections that need a
-- second person, clocks that ran out, and posts that nobody has met for a month.

CREATE TABLE IF NOT EXISTS workday_exception (
	day DATE NOT NULL PRIMARY KEY COMMENT 'of the calendar in Shanghai',
	is_workday BOOLEAN NOT NULL COMMENT 'a Saturday or Sunday that is worked; else a free weekday',
	name VARCHAR(32) NOT NULL COMMENT 'the holiday that it belongs to'
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'as sql/holidays.csv has them; a day without a row is as its day of the week says';
