-- Bank accounts of households: entering, checking and deciding. Used by cgi/domain/payee.c and the
-- pages below /account/payee and /pay/payees.

-- name: payee_household
-- A household whose account the person may enter: their own, or one of their village.
-- example: of_household=1, household=1, account=1
SELECT h.id, h.shown_name, h.id <=> :household AS is_own
  FROM household h
 WHERE h.id = :of_household
   AND (h.id <=> :household
        OR EXISTS (SELECT 1 FROM role_grant g
                    WHERE g.account_id = :account AND g.role = 'village' AND g.region = h.village
                      AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL));

-- name: payee_known
-- What a locked household has: the version in use, the one that waits; whether a number is the one
-- in use or waiting, and whether it is the person's own family's.
-- example: of_household=1, own_household=1, number_hash=00
SELECT (SELECT y.id FROM payee_account y WHERE y.verified_household = h.id) AS verified_id,
       (SELECT y.id FROM payee_account y WHERE y.waiting_household = h.id) AS waiting_id,
       (SELECT CAST(y.state AS CHAR) FROM payee_account y
         WHERE y.waiting_household = h.id) AS waiting_state,
       EXISTS (SELECT 1 FROM payee_account y
                WHERE y.household_id = h.id AND y.state IN ('entered', 'bank_checked', 'verified')
                  AND y.number_hash = UNHEX(:number_hash)) AS is_same,
       EXISTS (SELECT 1 FROM payee_account y
                WHERE y.household_id = :own_household AND y.number_hash = UNHEX(:number_hash)) AS is_own
  FROM household h
 WHERE h.id = :of_household;

-- name: payee_add
-- The next version of a locked household's account.
-- writes
-- example: of_household=1, holder_sealed=00, number_sealed=00, number_hash=00, last_digits=0001
-- example: relation=family, actor=1
INSERT INTO payee_account (household_id, version, state, holder_sealed, number_sealed, number_hash,
       last_digits, relation, entered_by, entered_at)
SELECT :of_household, COALESCE(MAX(y.version), 0) + 1, 'entered', UNHEX(:holder_sealed),
       UNHEX(:number_sealed), UNHEX(:number_hash), :last_digits, :relation, :actor, UTC_TIMESTAMP(3)
  FROM payee_account y
 WHERE y.household_id = :of_household;

-- name: payee_look
-- Whose an account is: to lock them in their order.
-- example: payee=1
SELECT y.id, y.household_id FROM payee_account y WHERE y.id = :payee;

-- name: payee_lock
-- An account, locked.
-- writes
-- example: payee=1
SELECT y.id, y.household_id, y.entered_by, CAST(y.state AS CHAR) AS state, y.last_digits
  FROM payee_account y
 WHERE y.id = :payee
   FOR UPDATE;

-- name: payee_move
-- A locked account comes to its next state.
-- writes
-- example: payee=1, from=bank_checked, to=verified, actor=1, reason=x
UPDATE payee_account y
   SET y.bank_checked_at = IF(:to = 'bank_checked', UTC_TIMESTAMP(3), y.bank_checked_at),
       y.decided_by = IF(:to IN ('verified', 'refused'), :actor, y.decided_by),
       y.decided_at = IF(:to IN ('verified', 'refused'), UTC_TIMESTAMP(3), y.decided_at),
       y.reason = IF(:to = 'refused', :reason, y.reason),
       y.state = :to
 WHERE y.id = :payee AND y.state = :from;

-- name: payee_event
-- What happened to an account, in the places of its household.
-- writes
-- example: type=payee.entered, payee=1, actor=1
INSERT INTO event (type, subject_id, actor_id, city, region, at)
SELECT :type, y.id, :actor, h.city, h.township, UTC_TIMESTAMP(3)
  FROM payee_account y
  JOIN household h ON h.id = y.household_id
 WHERE y.id = :payee;

-- name: payee_due
-- An account of which the bank has not said anything.
SELECT y.id, y.last_digits
  FROM payee_account y
 WHERE y.state = 'entered'
 ORDER BY y.entered_at
 LIMIT 1;

-- name: payee_here
-- An account of the person's county, with how many other households name the same one.
-- example: payee=1, account=1
SELECT y.id, y.household_id, y.version, CAST(y.state AS CHAR) AS state, y.last_digits,
       CAST(y.relation AS CHAR) AS relation, y.entered_at, y.bank_checked_at, y.decided_at, y.reason,
       h.shown_name AS family_name, h.village, a.shown_name AS entered_by,
       y.entered_by = :account AS is_mine,
       (SELECT COUNT(DISTINCT o.household_id) FROM payee_account o
         WHERE o.number_hash = y.number_hash AND o.household_id <> y.household_id
           AND o.state IN ('entered', 'bank_checked', 'verified')) AS others
  FROM payee_account y
  JOIN household h ON h.id = y.household_id
  JOIN account a ON a.id = y.entered_by
 WHERE y.id = :payee
   AND EXISTS (SELECT 1 FROM role_grant g
                WHERE g.account_id = :account AND g.role = 'county' AND g.region = h.county
                  AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL);

-- name: payees_here
-- Accounts of the person's county that wait to be verified, the oldest first.
-- example: account=1
SELECT y.id, y.version, y.last_digits, y.entered_at, h.shown_name AS family_name, h.village,
       a.shown_name AS entered_by
  FROM payee_account y
  JOIN household h ON h.id = y.household_id
  JOIN account a ON a.id = y.entered_by
 WHERE y.state = 'bank_checked'
   AND EXISTS (SELECT 1 FROM role_grant g
                WHERE g.account_id = :account AND g.role = 'county' AND g.region = h.county
                  AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL)
 ORDER BY y.entered_at, y.id
 LIMIT 100;

-- name: own_payees
-- The versions of an account that the person may enter, the newest first.
-- example: of_household=1, household=1, account=1
SELECT y.id, y.version, CAST(y.state AS CHAR) AS state, y.last_digits, y.entered_at, y.reason,
       CAST(y.relation AS CHAR) AS relation, a.shown_name AS entered_by
  FROM payee_account y
  JOIN household h ON h.id = y.household_id
  JOIN account a ON a.id = y.entered_by
 WHERE y.household_id = :of_household
   AND (h.id <=> :household
        OR EXISTS (SELECT 1 FROM role_grant g
                    WHERE g.account_id = :account AND g.role = 'village' AND g.region = h.village
                      AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL))
 ORDER BY y.version DESC
 LIMIT 20;

-- name: payout_payee
-- The account that a household's payouts go to now, whether it is newer than some hours, and
-- whether another one waits to take its place.
-- example: of_household=1, hours=48
SELECT COALESCE(y.id, 0) AS payee,
       COALESCE(y.entered_at > UTC_TIMESTAMP(3) - INTERVAL :hours HOUR, 0) AS is_new,
       EXISTS (SELECT 1 FROM payee_account w WHERE w.waiting_household = h.id) AS is_changing
  FROM household h
  LEFT JOIN payee_account y ON y.verified_household = h.id
 WHERE h.id = :of_household;

-- name: payee_households
-- The households whose account the person may enter: their own, and those of their village.
-- example: account=1, household=1
SELECT h.id, h.shown_name, h.id <=> :household AS is_own, y.last_digits,
       w.id IS NOT NULL AS is_changing
  FROM (SELECT o.id FROM household o WHERE o.id = :household
         UNION
        SELECT v.id
          FROM role_grant g
          JOIN household v ON v.village = g.region
         WHERE g.account_id = :account AND g.role = 'village'
           AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL) i
  JOIN household h ON h.id = i.id
  LEFT JOIN payee_account y ON y.verified_household = h.id
  LEFT JOIN payee_account w ON w.waiting_household = h.id
 ORDER BY is_own DESC, y.id IS NOT NULL, h.id
 LIMIT 200;
