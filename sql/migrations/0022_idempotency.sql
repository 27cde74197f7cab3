-- Both pools keep what their forms did; an answer that was given is never another one.

-- begin
CREATE TRIGGER IF NOT EXISTS idempotency_answer_stays BEFORE UPDATE ON idempotency FOR EACH ROW
BEGIN
	IF OLD.status IS NOT NULL AND NOT (NEW.status <=> OLD.status
		AND NEW.location <=> OLD.location AND NEW.request_hash = OLD.request_hash) THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the answer to a request is never changed';
	END IF;
END
-- end
