-- Who asks: read in every request that brings a sign-in cookie, by the web workers as well.

-- name: session_person
-- The account behind a session, its roles with commas between, its household and unread notices.
-- example: sid_hash=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
SELECT s.id AS session, s.account_id AS account, a.shown_name AS name,
       TIMESTAMPDIFF(SECOND, t.seen_at, UTC_TIMESTAMP(3)) AS idle_s,
       TIMESTAMPDIFF(SECOND, s.second_factor_at, UTC_TIMESTAMP(3)) AS second_factor_s,
       (SELECT GROUP_CONCAT(g.role) FROM role_grant g
         WHERE g.account_id = s.account_id AND g.from_at <= UTC_TIMESTAMP(3)
           AND (g.to_at IS NULL OR g.to_at > UTC_TIMESTAMP(3))) AS roles,
       (SELECT h.household_id FROM household_account h
         WHERE h.account_id = s.account_id AND h.to_at IS NULL) AS household,
       (SELECT COUNT(*) FROM notice n
         WHERE n.account_id = s.account_id AND n.read_at IS NULL) AS notices
  FROM session s
  JOIN session_seen t ON t.session_id = s.id
  JOIN account a ON a.id = s.account_id
 WHERE s.sid_hash = UNHEX(:sid_hash) AND s.ended_at IS NULL
   AND s.expires_at > UTC_TIMESTAMP(3) AND a.closed_at IS NULL;

-- name: session_is_seen
-- Notes that a session is in use.
-- writes
-- example: session=1
UPDATE session_seen SET seen_at = UTC_TIMESTAMP(3) WHERE session_id = :session;
