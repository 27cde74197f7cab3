-- I15: everybody is told once, and nothing is left lying.

-- name: i15_once
-- No person is told of an event twice.
-- scans: all notices are looked at
SELECT n.event_id, n.account_id, COUNT(*) AS notices
  FROM notice n
 WHERE n.event_id IS NOT NULL
 GROUP BY n.event_id, n.account_id
HAVING COUNT(*) > 1;

-- name: i15_once_counted
-- Notices of events.
-- scans: all are counted
SELECT COUNT(*) AS notices FROM notice WHERE event_id IS NOT NULL;

-- name: i15_copies
-- Each copy belongs to a notice, no two of an event and a person go the same way, and none is still
-- to be sent when all its tries are used up.
-- scans: all copies are looked at
SELECT MIN(d.id) AS id, CAST(d.channel AS CHAR) AS channel, COUNT(*) AS copies
  FROM notice_delivery d
  LEFT JOIN notice n ON n.id = d.notice_id
 WHERE d.notice_id IS NOT NULL
 GROUP BY COALESCE(n.event_id, -d.notice_id), n.account_id, d.channel
HAVING COUNT(*) > 1 OR MAX(n.id) IS NULL
    OR MAX(d.state = 'queued' AND d.tries > 5) > 0;

-- name: i15_copies_counted
-- Copies.
-- scans: all are counted
SELECT COUNT(*) AS copies FROM notice_delivery WHERE notice_id IS NOT NULL;

-- name: i15_messages
-- What goes to an address alone says what, where and until when; no code outlives it in a message
-- that was given up, and a copy of a notice has none.
-- scans: all messages are looked at
SELECT d.id, CAST(d.state AS CHAR) AS state
  FROM notice_delivery d
 WHERE (d.notice_id IS NULL
        AND (d.template IS NULL OR d.lang IS NULL OR d.to_sealed IS NULL OR d.until_at IS NULL
             OR (d.state = 'failed' AND d.secret_sealed IS NOT NULL)
             OR (d.state = 'queued' AND d.tries > 5)))
    OR (d.notice_id IS NOT NULL AND (d.to_sealed IS NOT NULL OR d.secret_sealed IS NOT NULL));

-- name: i15_messages_counted
-- Messages to an address alone.
-- scans: all are counted
SELECT COUNT(*) AS messages FROM notice_delivery WHERE notice_id IS NULL;

-- name: i15_events
-- Nothing that the cursor has passed is still kept as done, and no event was done that never was.
-- scans: few are kept
SELECT d.event_id
  FROM event_done d
  JOIN event_cursor c ON c.listener = d.listener
  LEFT JOIN event e ON e.id = d.event_id
 WHERE d.event_id <= c.event_id OR e.id IS NULL;

-- name: i15_events_counted
-- Events that are done and not passed.
-- scans: few are kept
SELECT COUNT(*) AS events FROM event_done;
