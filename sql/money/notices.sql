-- From events to notices and their copies; what is old and forgotten. For the jobs, and the page on
-- which people say what they want.

-- ---- reading events -----------------------------------------------------------------------

-- name: notice_cursor
-- Up to where events are told, locked; no row: another job reads.
-- writes
SELECT c.event_id, CAST(UNIX_TIMESTAMP() AS SIGNED) AS now_s
  FROM event_cursor c
 WHERE c.listener = 'notices'
   FOR UPDATE SKIP LOCKED;

-- name: notice_events
-- The next events that nobody was told of.
-- example: cursor=1, rows=50
SELECT e.id, e.type, e.subject_id AS subject, COALESCE(e.actor_id, 0) AS actor
  FROM event e
 WHERE e.id > :cursor
   AND NOT EXISTS (SELECT 1 FROM event_done d
                    WHERE d.listener = 'notices' AND d.event_id = e.id)
 ORDER BY e.id
 LIMIT :rows;

-- name: notice_event_done
-- An event is told.
-- writes
-- example: event=1
INSERT INTO event_done (listener, event_id) VALUES ('notices', :event);

-- name: move_notice_cursor
-- Passes what is done. Numbers are given before they are committed: behind an event of two minutes
-- ago no lower one comes any more, for no transaction lives so long.
-- writes
-- example: cursor=1
UPDATE event_cursor c
   SET c.event_id = GREATEST(c.event_id, COALESCE(
       (SELECT MAX(d.event_id)
          FROM event_done d
          JOIN event e ON e.id = d.event_id
         WHERE d.listener = 'notices' AND d.event_id > :cursor
           AND e.at <= UTC_TIMESTAMP(3) - INTERVAL 2 MINUTE), 0))
 WHERE c.listener = 'notices';

-- name: forget_events_done
-- What the cursor has passed.
-- writes
DELETE FROM event_done
 WHERE listener = 'notices'
   AND event_id <= (SELECT c.event_id FROM event_cursor c WHERE c.listener = 'notices');

-- ---- who is told --------------------------------------------------------------------------

-- What an event is about: post, payment, payer and household; 0: none.

-- name: notice_about_post
-- Of an event of a post.
-- example: id=1
SELECT p.id AS post, 0 AS payment, 0 AS payer, p.household_id AS household
  FROM post p
 WHERE p.id = :id;

-- name: notice_about_payment
-- Of an event of a payment.
-- example: id=1
SELECT p.id AS post, m.id AS payment, m.account_id AS payer, p.household_id AS household
  FROM payment m
  JOIN post p ON p.id = m.post_id
 WHERE m.id = :id;

-- name: notice_about_gift
-- Of an event of a gift.
-- example: id=1
SELECT p.id AS post, COALESCE(m.id, 0) AS payment, g.account_id AS payer,
       p.household_id AS household
  FROM gift g
  JOIN post p ON p.id = g.post_id
  LEFT JOIN payment m ON m.hold_id = g.hold_id
 WHERE g.id = :id;

-- name: notice_about_refund
-- Of an event of a refund.
-- example: id=1
SELECT p.id AS post, m.id AS payment, m.account_id AS payer, p.household_id AS household
  FROM refund r
  JOIN payment m ON m.id = r.payment_id
  JOIN post p ON p.id = m.post_id
 WHERE r.id = :id;

-- name: notice_about_payout
-- Of an event of a payout, which may be for no post.
-- example: id=1
SELECT COALESCE(y.post_id, 0) AS post, 0 AS payment, 0 AS payer, y.household_id AS household
  FROM payout y
 WHERE y.id = :id;

-- name: notice_about_payee
-- Of an event of a household's bank account.
-- example: id=1
SELECT 0 AS post, 0 AS payment, 0 AS payer, y.household_id AS household
  FROM payee_account y
 WHERE y.id = :id;

-- name: notice_about_pledge
-- Of an event of a promise of goods.
-- example: id=1
SELECT p.id AS post, 0 AS payment, l.account_id AS payer, p.household_id AS household
  FROM pledge l
  JOIN post p ON p.id = l.post_id
 WHERE l.id = :id;

-- name: notice_about_delivery
-- Of an event of a delivery: of a gift of goods, or of a payout.
-- example: id=1
SELECT COALESCE(d.post_id, 0) AS post, 0 AS payment, COALESCE(g.account_id, 0) AS payer,
       d.household_id AS household
  FROM delivery d
  LEFT JOIN gift g ON g.id = d.gift_id
 WHERE d.id = :id;

-- name: notice_about_pairing
-- Of an event of a connection; who ended it knows.
-- example: id=1
SELECT p.post_id AS post, 0 AS payment, IF(p.ended_by <=> p.donor_id, 0, p.donor_id) AS payer,
       p.household_id AS household
  FROM pairing p
 WHERE p.id = :id;

-- name: notice_about_update
-- Of words in a connection, for the side that did not write them.
-- example: id=1
SELECT IF(u.side = 'donor', p.post_id, 0) AS post, 0 AS payment,
       IF(u.side = 'family', p.donor_id, 0) AS payer,
       IF(u.side = 'donor', p.household_id, 0) AS household
  FROM pairing_update u
  JOIN pairing p ON p.id = u.pairing_id
 WHERE u.id = :id AND u.shown;

-- name: notice_family
-- The accounts of a household, and the one that wrote its post.
-- example: household=1, post=1
SELECT h.account_id AS account FROM household_account h
 WHERE h.household_id = :household AND h.to_at IS NULL
 UNION
SELECT p.submitter_id FROM post p WHERE p.id = :post;

-- name: notice_payee
-- The accounts of a household, and those that entered a bank account for it.
-- example: household=1
SELECT h.account_id AS account FROM household_account h
 WHERE h.household_id = :household AND h.to_at IS NULL
 UNION
SELECT y.entered_by FROM payee_account y WHERE y.household_id = :household;

-- name: notice_reviewers
-- Who may check a post next: the office of its open step, but for who wrote it.
-- example: post=1
SELECT DISTINCT g.account_id AS account
  FROM review_step s
  JOIN role_grant g ON g.role = CAST(s.level AS CHAR) AND g.region = s.office
       AND g.from_at <= UTC_TIMESTAMP(3) AND (g.to_at IS NULL OR g.to_at > UTC_TIMESTAMP(3))
  JOIN post p ON p.id = s.post_id
 WHERE s.post_id = :post AND s.state = 'open' AND g.account_id <> p.submitter_id;

-- name: notice_leads
-- Who is above the office of a post's step that is overdue.
-- example: post=1
SELECT DISTINCT g.account_id AS account
  FROM review_step s
  JOIN post p ON p.id = s.post_id
  JOIN role_grant g ON g.role = CASE CAST(s.level AS CHAR) WHEN 'village' THEN 'township'
                                     WHEN 'township' THEN 'county' ELSE 'city' END
       AND g.region = CASE CAST(s.level AS CHAR) WHEN 'village' THEN p.township
                           WHEN 'township' THEN p.county ELSE p.city END
       AND g.from_at <= UTC_TIMESTAMP(3) AND (g.to_at IS NULL OR g.to_at > UTC_TIMESTAMP(3))
 WHERE s.post_id = :post AND s.state IN ('open', 'assigned') AND s.overdue_at IS NOT NULL;

-- name: notice_second
-- Who is asked about a rejection of a post that waits.
-- example: post=1
SELECT DISTINCT k.account_id AS account FROM rejection_asked k WHERE k.post_id = :post;

-- name: notice_county
-- Who is of the county of a post.
-- example: post=1
SELECT DISTINCT g.account_id AS account
  FROM post p
  JOIN role_grant g ON g.role = 'county' AND g.region = p.county
       AND g.from_at <= UTC_TIMESTAMP(3) AND (g.to_at IS NULL OR g.to_at > UTC_TIMESTAMP(3))
 WHERE p.id = :post;

-- name: notice_donors
-- Who gave to a post and was not given back.
-- example: post=1
SELECT DISTINCT g.account_id AS account FROM gift g WHERE g.post_id = :post AND NOT g.returned;

-- name: add_event_notice
-- Tells a person of an event; nothing where they were told before.
-- writes
-- example: account=1, template=gift_arrived, event=1, post=1, payment=1
INSERT IGNORE INTO notice (account_id, template, event_id, post_id, payment_id, created_at)
SELECT a.id, :template, :event, :post, :payment, UTC_TIMESTAMP(3)
  FROM account a
 WHERE a.id = :account AND a.closed_at IS NULL;

-- name: contact_ways
-- What a person can be reached by, whether they want it, and in which language.
-- example: account=1
SELECT (SELECT COUNT(*) FROM login_handle h
         WHERE h.account_id = a.id AND h.kind = 'phone') > 0 AS has_sms,
       (SELECT COUNT(*) FROM login_handle h
         WHERE h.account_id = a.id AND h.kind = 'mail') > 0 AS has_mail,
       COALESCE(c.sms, 1) AS wants_sms, COALESCE(c.mail, 1) AS wants_mail,
       CAST(COALESCE(c.lang, 'zh') AS CHAR) AS lang
  FROM account a
  LEFT JOIN contact_preference c ON c.account_id = a.id
 WHERE a.id = :account;

-- name: set_contact_ways
-- What a person wants.
-- writes
-- example: account=1, language=zh, wants_sms=1, wants_mail=0
INSERT INTO contact_preference (account_id, lang, sms, mail)
VALUES (:account, :language, :wants_sms, :wants_mail)
    ON DUPLICATE KEY UPDATE lang = VALUES(lang), sms = VALUES(sms), mail = VALUES(mail);

-- name: add_notice_delivery
-- A copy of a notice, on its way or left out.
-- writes
-- example: notice=1, channel=sms, state=queued, reason=no_address, wait_s=0
INSERT IGNORE INTO notice_delivery (notice_id, channel, state, reason, next_at, created_at)
VALUES (:notice, :channel, :state, :reason, UTC_TIMESTAMP(3) + INTERVAL :wait_s SECOND,
       UTC_TIMESTAMP(3));

-- name: add_message
-- A code, or another word to an address that may not be anybody's yet. It serves ten minutes.
-- writes
-- example: channel=sms, template=register_code, lang=zh, to_sealed=00, secret_sealed=00
INSERT INTO notice_delivery (channel, template, lang, to_sealed, secret_sealed, state, next_at,
       created_at, until_at)
VALUES (:channel, :template, :lang, UNHEX(:to_sealed), UNHEX(:secret_sealed), 'queued',
       UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) + INTERVAL 10 MINUTE);

-- ---- sending ------------------------------------------------------------------------------

-- name: due_notice_delivery
-- The next message that is to be sent by a way that works, with where to; no other job works on it.
-- writes
-- example: sms=1, mail=0
SELECT d.id, CAST(d.channel AS CHAR) AS channel, d.tries, COALESCE(d.notice_id, 0) AS notice,
       COALESCE(n.template, d.template) AS template, COALESCE(n.account_id, 0) AS account,
       CAST(d.lang AS CHAR) AS lang, HEX(d.to_sealed) AS to_sealed,
       HEX(d.secret_sealed) AS secret_sealed,
       COALESCE(d.until_at <= UTC_TIMESTAMP(3), 0) AS is_late,
       CAST(UNIX_TIMESTAMP() AS SIGNED) AS now_s
  FROM notice_delivery d
  LEFT JOIN notice n ON n.id = d.notice_id
 WHERE d.state IN ('queued', 'sending') AND d.next_at <= UTC_TIMESTAMP(3)
   AND ((d.channel = 'sms' AND :sms) OR (d.channel = 'mail' AND :mail))
 ORDER BY d.next_at
 LIMIT 1
   FOR UPDATE SKIP LOCKED;

-- name: lease_notice_delivery
-- It is being sent: who dies over it leaves it to the next one, a minute later.
-- writes
-- example: id=1, seconds=60
UPDATE notice_delivery
   SET state = 'sending', tries = tries + 1,
       next_at = UTC_TIMESTAMP(3) + INTERVAL :seconds SECOND
 WHERE id = :id;

-- name: notice_address
-- Where a person's copies on a channel go, and in which language.
-- example: account=1, kind=phone
SELECT h.masked, HEX(h.sealed) AS sealed, CAST(COALESCE(c.lang, 'zh') AS CHAR) AS lang
  FROM login_handle h
  LEFT JOIN contact_preference c ON c.account_id = h.account_id
 WHERE h.account_id = :account AND h.kind = :kind
 ORDER BY h.bound_at DESC
 LIMIT 1;

-- name: notice_delivery_sent
-- It is sent, and no code is kept of it but by a demo.
-- writes
-- example: id=1, tries=1, keeps_code=0
UPDATE notice_delivery
   SET state = 'sent', sent_at = UTC_TIMESTAMP(3),
       secret_sealed = IF(:keeps_code, secret_sealed, NULL)
 WHERE id = :id AND state = 'sending' AND tries = :tries;

-- name: put_off_notice_delivery
-- It could not be sent: again later.
-- writes
-- example: id=1, wait_s=60, tries=1
UPDATE notice_delivery
   SET state = 'queued', next_at = UTC_TIMESTAMP(3) + INTERVAL :wait_s SECOND
 WHERE id = :id AND state = 'sending' AND tries = :tries;

-- name: give_up_notice_delivery
-- It could not be sent at all.
-- writes
-- example: id=1, reason=no_answer, tries=1
UPDATE notice_delivery SET state = 'failed', reason = :reason, secret_sealed = NULL
 WHERE id = :id AND state = 'sending' AND tries = :tries;

-- name: newest_deliveries
-- The newest copies; for the demo alone.
-- scans: only the newest are read, by the primary key
SELECT d.id, CAST(d.channel AS CHAR) AS channel, CAST(d.state AS CHAR) AS state, n.template,
       d.created_at,
       (SELECT h.masked FROM login_handle h
         WHERE h.account_id = n.account_id
           AND h.kind = IF(d.channel = 'sms', 'phone', 'mail') LIMIT 1) AS handle
  FROM notice_delivery d
  JOIN notice n ON n.id = d.notice_id
 WHERE d.state <> 'skipped'
 ORDER BY d.id DESC
 LIMIT 20;

-- name: newest_messages
-- The newest codes and words to an address; for the demo alone.
SELECT d.id, CAST(d.channel AS CHAR) AS channel, HEX(d.to_sealed) AS to_sealed, d.template,
       HEX(d.secret_sealed) AS secret_sealed, CAST(d.state AS CHAR) AS state, d.created_at
  FROM notice_delivery d
 WHERE d.until_at IS NOT NULL
 ORDER BY d.until_at DESC, d.id DESC
 LIMIT 20;

-- ---- what is forgotten --------------------------------------------------------------------

-- name: sweep_sessions
-- Sessions that ended a month ago.
-- writes
DELETE s, t
  FROM (SELECT o.id FROM session o
         WHERE o.expires_at < UTC_TIMESTAMP(3) - INTERVAL 30 DAY
         ORDER BY o.expires_at LIMIT 1000) old
  JOIN session s ON s.id = old.id
  LEFT JOIN session_seen t ON t.session_id = s.id;

-- name: sweep_codes
-- Codes of over two days ago, and what waited for them: a day's are counted before another is sent.
-- writes
DELETE c, r
  FROM (SELECT o.id FROM one_time_code o
         WHERE o.expires_at < UTC_TIMESTAMP(3) - INTERVAL 2 DAY
         ORDER BY o.expires_at LIMIT 1000) old
  JOIN one_time_code c ON c.id = old.id
  LEFT JOIN registration r ON r.code_id = c.id;

-- name: sweep_messages
-- Codes and words to an address that nobody can use any more, and who they went to.
-- writes
DELETE FROM notice_delivery WHERE until_at < UTC_TIMESTAMP(3) - INTERVAL 2 DAY LIMIT 1000;

-- name: sweep_tries
-- Failed sign-ins that lock nobody any more.
-- writes
DELETE FROM sign_in_try
 WHERE since_at < UTC_TIMESTAMP(3) - INTERVAL 1 DAY
   AND (locked_until IS NULL OR locked_until < UTC_TIMESTAMP(3))
 LIMIT 1000;

-- name: sweep_nonces
-- Signed notices that are too old to be believed again.
-- writes
DELETE FROM gateway_nonce WHERE seen_at < UTC_TIMESTAMP(3) - INTERVAL 1 DAY LIMIT 1000;
