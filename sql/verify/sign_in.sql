-- Sign-in: what is left of a closed account, and whose an account is.

-- name: closed_accounts
-- A closed account keeps nothing that signs in, no open session, no role and no name.
-- scans: all accounts are looked at
SELECT a.id AS account_id
  FROM account a
 WHERE a.closed_at IS NOT NULL
   AND (a.name_sealed IS NOT NULL OR a.phone_masked IS NOT NULL
        OR EXISTS (SELECT 1 FROM login_handle h WHERE h.account_id = a.id)
        OR EXISTS (SELECT 1 FROM credential c WHERE c.account_id = a.id)
        OR EXISTS (SELECT 1 FROM second_factor f WHERE f.account_id = a.id)
        OR EXISTS (SELECT 1 FROM session s WHERE s.account_id = a.id AND s.ended_at IS NULL)
        OR EXISTS (SELECT 1 FROM role_grant g WHERE g.account_id = a.id AND g.to_at IS NULL));

-- name: closed_accounts_counted
-- How many were looked at.
-- scans: all are counted
SELECT COUNT(*) AS accounts FROM account;

-- name: sign_in_owners
-- What signs in, and every session, belongs to an account; every session was seen.
-- scans: all are looked at
SELECT x.what, x.id
  FROM (SELECT 'handle' AS what, h.account_id AS id FROM login_handle h
         WHERE NOT EXISTS (SELECT 1 FROM account a WHERE a.id = h.account_id)
        UNION ALL
        SELECT 'credential', c.account_id FROM credential c
         WHERE NOT EXISTS (SELECT 1 FROM account a WHERE a.id = c.account_id)
        UNION ALL
        SELECT 'session', s.id FROM session s
         WHERE NOT EXISTS (SELECT 1 FROM account a WHERE a.id = s.account_id)
            OR NOT EXISTS (SELECT 1 FROM session_seen t WHERE t.session_id = s.id)) x;

-- name: sign_in_owners_counted
-- How many were looked at.
-- scans: all are counted
SELECT (SELECT COUNT(*) FROM login_handle) + (SELECT COUNT(*) FROM credential)
       + (SELECT COUNT(*) FROM session) AS rows_of_sign_in;

-- name: family_accounts
-- The account of a family's adult is that of somebody who lives in it, not a child.
-- scans: all are looked at
SELECT h.account_id
  FROM household_account h
  LEFT JOIN membership m ON m.household_id = h.household_id AND m.person_id = h.person_id
            AND m.to_at IS NULL
 WHERE h.to_at IS NULL AND (m.id IS NULL OR m.role = 'child');

-- name: family_accounts_counted
-- How many were looked at.
-- scans: all are counted
SELECT COUNT(*) AS family_accounts FROM household_account;
