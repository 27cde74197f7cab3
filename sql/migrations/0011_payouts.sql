-- Paying out and saying thanks: when a job takes a payout on, who confirmed for a family and why,
-- and words of thanks until somebody has looked at them.

ALTER TABLE payout
	ADD COLUMN IF NOT EXISTS due_at DATETIME(3) NULL
		COMMENT 'when a job goes on with it; NULL: none does',
	ADD KEY IF NOT EXISTS due (state, due_at);

ALTER TABLE delivery
	ADD COLUMN IF NOT EXISTS confirm_reason VARCHAR(200) NULL
		COMMENT 'of a village manager: why the family did not confirm itself',
	ADD COLUMN IF NOT EXISTS thanks_by BIGINT NULL COMMENT 'account that wrote them',
	ADD COLUMN IF NOT EXISTS thanks_waits_since DATETIME(3) NULL
		COMMENT 'until somebody has looked at the words',
	ADD COLUMN IF NOT EXISTS thanks_checked_by BIGINT NULL COMMENT 'account, another person',
	ADD KEY IF NOT EXISTS thanks_queue (thanks_waits_since);
