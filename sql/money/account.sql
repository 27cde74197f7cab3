-- Accounts and sign-in: what the money workers alone ask and write.

-- name: hash_slot
-- Waits for one of the places in which a password may be hashed.
-- example: slot=bangfu_hash_host_0, wait_s=2
SELECT GET_LOCK(:slot, :wait_s) AS got;

-- name: free_hash_slot
-- Gives it back.
-- example: slot=bangfu_hash_host_0
SELECT RELEASE_LOCK(:slot) AS freed;

-- ---- tries --------------------------------------------------------------------------------

-- name: note_try_subject
-- Makes the row of a handle or an address, so that it can be locked.
-- writes
-- example: subject=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
INSERT IGNORE INTO sign_in_try (subject, tries, since_at)
VALUES (UNHEX(:subject), 0, UTC_TIMESTAMP(3));

-- name: lock_try_subject
-- Whether a handle or an address must wait; its row is locked.
-- example: subject=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
SELECT COALESCE(t.locked_until > UTC_TIMESTAMP(3), 0) AS locked
  FROM sign_in_try t
 WHERE t.subject = UNHEX(:subject)
   FOR UPDATE;

-- name: count_try
-- Counts a try before it is judged; with the last one of the quarter of an hour it locks.
-- writes
-- example: subject=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff, tries_max=5
UPDATE sign_in_try
   SET tries = IF(since_at < UTC_TIMESTAMP(3) - INTERVAL 15 MINUTE, 1, tries + 1),
       since_at = IF(tries = 1, UTC_TIMESTAMP(3), since_at),
       locked_until = IF(tries >= :tries_max, UTC_TIMESTAMP(3) + INTERVAL 15 MINUTE, NULL)
 WHERE subject = UNHEX(:subject);

-- name: take_back_try
-- The try was good: it counts for nothing.
-- writes
-- example: subject=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
UPDATE sign_in_try SET tries = GREATEST(tries - 1, 0), locked_until = NULL
 WHERE subject = UNHEX(:subject);

-- name: forget_tries
-- The try was good: those before it are forgotten.
-- writes
-- example: subject=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
DELETE FROM sign_in_try WHERE subject = UNHEX(:subject);

-- ---- who ----------------------------------------------------------------------------------

-- name: account_of_handle
-- The account that a handle signs in to, with its password's hash.
-- example: handle_hash=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
SELECT h.account_id AS account, c.password_hash, c.pepper_key
  FROM login_handle h
  JOIN account a ON a.id = h.account_id AND a.closed_at IS NULL
  LEFT JOIN credential c ON c.account_id = a.id
 WHERE h.handle_hash = UNHEX(:handle_hash);

-- name: account_credential
-- The password's hash of an account.
-- example: account=1
SELECT c.password_hash, c.pepper_key FROM credential c WHERE c.account_id = :account;

-- name: account_words
-- What an account is shown by: its name and its handle, masked.
-- example: account=1
SELECT a.shown_name AS name, a.kind, a.created_at,
       (SELECT h.masked FROM login_handle h WHERE h.account_id = a.id LIMIT 1) AS handle,
       EXISTS (SELECT 1 FROM second_factor f
                WHERE f.account_id = a.id AND f.confirmed_at IS NOT NULL) AS second_factor
  FROM account a
 WHERE a.id = :account;

-- name: account_roles
-- The roles that an account holds now, with where they hold.
-- example: account=1
SELECT g.role, g.region, r.name AS region_name, r.name_en AS region_name_en
  FROM role_grant g
  LEFT JOIN region r ON r.code = g.region
 WHERE g.account_id = :account AND g.from_at <= UTC_TIMESTAMP(3)
   AND (g.to_at IS NULL OR g.to_at > UTC_TIMESTAMP(3))
 ORDER BY g.id;

-- name: account_is_staff
-- Whether an account holds a role of an office.
-- example: account=1
SELECT COUNT(*) AS n FROM role_grant g
 WHERE g.account_id = :account AND g.role <> 'donor'
   AND (g.to_at IS NULL OR g.to_at > UTC_TIMESTAMP(3));

-- ---- sessions -----------------------------------------------------------------------------

-- name: start_session
-- A session for eight hours.
-- writes
-- example: account=1, sid_hash=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
INSERT INTO session (sid_hash, account_id, created_at, expires_at, second_factor_at)
VALUES (UNHEX(:sid_hash), :account, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) + INTERVAL 8 HOUR, NULL);

-- name: see_session
-- Its first use.
-- writes
-- example: session=1
INSERT INTO session_seen (session_id, seen_at) VALUES (:session, UTC_TIMESTAMP(3));

-- name: renew_session
-- A new cookie for a session whose rights have grown: the second factor is proven.
-- writes
-- example: session=1, sid_hash=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
UPDATE session SET sid_hash = UNHEX(:sid_hash), second_factor_at = UTC_TIMESTAMP(3)
 WHERE id = :session AND ended_at IS NULL;

-- name: end_session
-- One sign-out.
-- writes
-- example: session=1
UPDATE session SET ended_at = UTC_TIMESTAMP(3) WHERE id = :session AND ended_at IS NULL;

-- name: end_sessions
-- All sessions of an account but one.
-- writes
-- example: account=1, session=0
UPDATE session SET ended_at = UTC_TIMESTAMP(3)
 WHERE account_id = :account AND id <> :session AND ended_at IS NULL;

-- name: account_sessions
-- The open sessions of an account, the newest first.
-- example: account=1, session=1
SELECT s.created_at, t.seen_at, s.id = :session AS own
  FROM session s
  JOIN session_seen t ON t.session_id = s.id
 WHERE s.account_id = :account AND s.ended_at IS NULL AND s.expires_at > UTC_TIMESTAMP(3)
 ORDER BY s.id DESC
 LIMIT 20;

-- ---- codes --------------------------------------------------------------------------------

-- name: codes_asked
-- How often a handle was asked for in the last minute, and in the last day.
-- example: handle_hash=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
SELECT COUNT(IF(c.created_at > UTC_TIMESTAMP(3) - INTERVAL 1 MINUTE, 1, NULL)) AS minute,
       COUNT(*) AS day
  FROM one_time_code c
 WHERE c.handle_hash = UNHEX(:handle_hash)
   AND c.created_at > UTC_TIMESTAMP(3) - INTERVAL 1 DAY;

-- name: insert_code
-- A one-time code, or a page that waits for one that was never sent.
-- writes
-- example: ticket_hash=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
-- example: handle_hash=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
-- example: code_hash=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
-- example: purpose=register, account=1
INSERT INTO one_time_code (ticket_hash, handle_hash, purpose, account_id, code_hash, created_at,
       expires_at)
VALUES (UNHEX(:ticket_hash), UNHEX(:handle_hash), :purpose, :account, UNHEX(:code_hash),
       UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) + INTERVAL 10 MINUTE);

-- name: open_ticket
-- Whether a page may ask for a code: it is neither used nor old.
-- example: ticket_hash=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
-- example: purpose=register
SELECT c.id, c.account_id AS account FROM one_time_code c
 WHERE c.ticket_hash = UNHEX(:ticket_hash) AND c.purpose = :purpose AND c.used_at IS NULL
   AND c.expires_at > UTC_TIMESTAMP(3) AND c.tries < 5;

-- name: lock_code
-- The code that a page waits for, locked.
-- example: ticket_hash=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
-- example: purpose=register
SELECT c.id, c.account_id AS account, LOWER(HEX(c.code_hash)) AS code_hash,
       LOWER(HEX(c.handle_hash)) AS handle_hash
  FROM one_time_code c
 WHERE c.ticket_hash = UNHEX(:ticket_hash) AND c.purpose = :purpose AND c.used_at IS NULL
   AND c.expires_at > UTC_TIMESTAMP(3) AND c.tries < 5
   FOR UPDATE;

-- name: count_code_try
-- A wrong code.
-- writes
-- example: id=1
UPDATE one_time_code SET tries = tries + 1 WHERE id = :id;

-- name: use_code
-- The right code, which serves once.
-- writes
-- example: id=1
UPDATE one_time_code SET used_at = UTC_TIMESTAMP(3) WHERE id = :id AND used_at IS NULL;

-- name: insert_registration
-- What becomes an account when its code comes.
-- writes
-- example: id=1, kind=phone, masked=100****0001, handle_sealed=00, shown_name=王**, name_sealed=00
-- example: password_hash=x, pepper_key=1
INSERT INTO registration (code_id, kind, masked, handle_sealed, shown_name, name_sealed,
       password_hash, pepper_key)
VALUES (:id, :kind, :masked, UNHEX(:handle_sealed), :shown_name, UNHEX(:name_sealed),
       :password_hash, :pepper_key);

-- name: registration
-- The same, read again.
-- example: id=1
SELECT r.kind, r.masked, HEX(r.handle_sealed) AS handle_sealed, r.shown_name,
       HEX(r.name_sealed) AS name_sealed, r.password_hash, r.pepper_key
  FROM registration r WHERE r.code_id = :id;

-- name: drop_registration
-- It has become an account.
-- writes
-- example: id=1
DELETE FROM registration WHERE code_id = :id;

-- name: insert_person_account
-- An account of a person.
-- writes
-- example: shown_name=王**, name_sealed=00, masked=100****0001, kind=phone
INSERT INTO account (kind, shown_name, name_sealed, phone_masked, phone_bound_at, created_at)
VALUES ('person', :shown_name, UNHEX(:name_sealed), IF(:kind = 'phone', :masked, NULL),
       IF(:kind = 'phone', UTC_TIMESTAMP(3), NULL), UTC_TIMESTAMP(3));

-- name: insert_handle
-- What the account is signed in with.
-- writes
-- example: handle_hash=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff, account=1
-- example: kind=phone, masked=100****0001, handle_sealed=00
INSERT INTO login_handle (handle_hash, account_id, kind, masked, sealed, bound_at)
VALUES (UNHEX(:handle_hash), :account, :kind, :masked, UNHEX(:handle_sealed), UTC_TIMESTAMP(3));

-- name: set_password
-- The password's hash of an account, new or changed.
-- writes
-- example: account=1, password_hash=x, pepper_key=1
INSERT INTO credential (account_id, password_hash, pepper_key, changed_at)
VALUES (:account, :password_hash, :pepper_key, UTC_TIMESTAMP(3))
ON DUPLICATE KEY UPDATE password_hash = VALUES(password_hash), pepper_key = VALUES(pepper_key),
       changed_at = VALUES(changed_at);

-- name: make_donor
-- Everybody who registers may give.
-- writes
-- example: account=1
INSERT INTO role_grant (account_id, role, region, from_at)
VALUES (:account, 'donor', NULL, UTC_TIMESTAMP(3));

-- name: count_donor
-- The kept number of donors: those with a phone that was proven.
-- writes
-- example: n=1
UPDATE figure SET registered_donors = registered_donors + :n WHERE region = 0;

-- name: account_event
-- What happened to an account, ids only.
-- writes
-- example: type=account.registered, account=1
INSERT INTO event (type, subject_id, actor_id, city, region, at)
VALUES (:type, :account, :account, 0, 0, UTC_TIMESTAMP(3));

-- ---- notices ------------------------------------------------------------------------------

-- name: insert_notice
-- A notice in the account.
-- writes
-- example: account=1, template=password_changed
INSERT INTO notice (account_id, template, created_at)
VALUES (:account, :template, UTC_TIMESTAMP(3));

-- name: account_notices
-- The notices of an account, the newest first.
-- page: sort_key, id
-- example: account=1, page_rows=20, after_key=1, after_id=1
SELECT n.id, n.id AS sort_key, n.template, n.created_at, n.read_at IS NULL AS unread,
       p.ref, p.title, p.plugin, z.slug, p.listed IS NOT NULL AS is_public, m.number AS payment
  FROM notice n
  LEFT JOIN post p ON p.id = n.post_id
  LEFT JOIN city z ON z.region = p.city
  LEFT JOIN payment m ON m.id = n.payment_id AND m.account_id = n.account_id
 WHERE n.account_id = :account
   AND n.id < :after_id                                                                --? after_id
 ORDER BY n.id DESC
 LIMIT :page_rows;

-- name: read_notices
-- Marks all notices as read.
-- writes
-- example: account=1
UPDATE notice SET read_at = UTC_TIMESTAMP(3) WHERE account_id = :account AND read_at IS NULL;

-- ---- the second factor --------------------------------------------------------------------

-- name: lock_second_factor
-- The secret of an account and the last step used, locked.
-- example: account=1
SELECT HEX(f.secret_sealed) AS secret_sealed, f.last_step, f.confirmed_at
  FROM second_factor f WHERE f.account_id = :account
   FOR UPDATE;

-- name: second_factor_secret
-- The secret of an account.
-- example: account=1
SELECT HEX(f.secret_sealed) AS secret_sealed, f.confirmed_at
  FROM second_factor f WHERE f.account_id = :account;

-- name: make_second_factor
-- A new secret, which is not yet proven; a proven one stays.
-- writes
-- example: account=1, secret_sealed=00
INSERT IGNORE INTO second_factor (account_id, secret_sealed, made_at)
VALUES (:account, UNHEX(:secret_sealed), UTC_TIMESTAMP(3));

-- name: use_second_factor_step
-- A step serves once.
-- writes
-- example: account=1, step=59000000
UPDATE second_factor
   SET last_step = :step, confirmed_at = COALESCE(confirmed_at, UTC_TIMESTAMP(3))
 WHERE account_id = :account AND last_step < :step;

-- name: insert_recovery_code
-- One of the codes for a lost phone.
-- writes
-- example: account=1
-- example: code_hash=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
INSERT INTO recovery_code (account_id, code_hash) VALUES (:account, UNHEX(:code_hash));

-- name: drop_recovery_codes
-- Those of before.
-- writes
-- example: account=1
DELETE FROM recovery_code WHERE account_id = :account;

-- name: use_recovery_code
-- A recovery code serves once.
-- writes
-- example: account=1
-- example: code_hash=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
UPDATE recovery_code SET used_at = UTC_TIMESTAMP(3)
 WHERE account_id = :account AND code_hash = UNHEX(:code_hash) AND used_at IS NULL;

-- name: demo_second_factors
-- The accounts of a demo that have one.
-- scans: a demo has a handful
SELECT f.account_id AS account, a.shown_name AS name, h.masked AS handle,
       HEX(f.secret_sealed) AS secret_sealed
  FROM second_factor f
  JOIN account a ON a.id = f.account_id
  LEFT JOIN login_handle h ON h.account_id = f.account_id
 ORDER BY f.account_id
 LIMIT 40;

-- ---- closing ------------------------------------------------------------------------------

-- name: lock_account
-- The account, locked, and whether it counts as a donor.
-- example: account=1
SELECT a.phone_bound_at IS NOT NULL AS counted FROM account a
 WHERE a.id = :account AND a.closed_at IS NULL
   FOR UPDATE;

-- name: open_holds
-- What the account has promised and not yet settled.
-- example: account=1
SELECT COUNT(*) AS n FROM hold h
 WHERE h.state = 'open' AND h.account_id = :account;

-- name: close_account
-- The books keep the account, not who it was.
-- writes
-- example: account=1
UPDATE account
   SET shown_name = '—', name_sealed = NULL, phone_masked = NULL, closed_at = UTC_TIMESTAMP(3)
 WHERE id = :account AND closed_at IS NULL;

-- name: drop_credential
-- Its password.
-- writes
-- example: account=1
DELETE FROM credential WHERE account_id = :account;

-- name: drop_handles
-- What it was signed in with.
-- writes
-- example: account=1
DELETE FROM login_handle WHERE account_id = :account;

-- name: drop_second_factor
-- Its second factor.
-- writes
-- example: account=1
DELETE FROM second_factor WHERE account_id = :account;

-- name: end_roles
-- Its roles.
-- writes
-- example: account=1
UPDATE role_grant SET to_at = UTC_TIMESTAMP(3) WHERE account_id = :account AND to_at IS NULL;
