-- One way out for all that leaves: codes and other words to an address wait beside the copies of
-- notices. The table outbox is not written any more and goes with a later migration; what lies in
-- it was never sent, and its codes served ten minutes.

ALTER TABLE notice_delivery
	MODIFY COLUMN notice_id BIGINT NULL COMMENT 'NULL: words to an address alone',
	ADD COLUMN IF NOT EXISTS template VARCHAR(32) NULL COMMENT 'which words, without a notice',
	ADD COLUMN IF NOT EXISTS lang ENUM ('zh', 'en') NULL COMMENT 'of them',
	ADD COLUMN IF NOT EXISTS to_sealed VARBINARY(400) NULL COMMENT 'where they go',
	ADD COLUMN IF NOT EXISTS secret_sealed VARBINARY(255) NULL
		COMMENT 'a code on its way; emptied when it is sent, but in a demo',
	ADD COLUMN IF NOT EXISTS until_at DATETIME(3) NULL COMMENT 'of no use from then on',
	ADD KEY IF NOT EXISTS until (until_at);

DELETE FROM outbox;
