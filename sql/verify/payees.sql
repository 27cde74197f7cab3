-- P3, 3.5: money goes to accounts that the county has verified.

-- name: p3_payees
-- Each published post that asks for money, and takes or has taken any, is of a household with a
-- verified account.
-- scans: all posts are looked at
SELECT p.id AS post_id, p.household_id
  FROM post p
 WHERE p.form = 'money' AND (p.phase IN ('open', 'full') OR p.taken_fen > 0)
   AND NOT EXISTS (SELECT 1 FROM payee_account y WHERE y.verified_household = p.household_id);

-- name: p3_payees_counted
-- Posts.
-- scans: all are counted
SELECT COUNT(*) AS posts FROM post;

-- name: p3_payouts
-- Each payout of a post goes to an account of its own household that was verified, and was not sent
-- to one before the county had decided.
-- scans: all payouts are looked at
SELECT o.id AS payout_id, o.payee_id
  FROM payout o
  LEFT JOIN payee_account y ON y.id = o.payee_id AND y.household_id = o.household_id
       AND y.state IN ('verified', 'superseded') AND y.decided_by IS NOT NULL
       AND y.decided_at <= COALESCE(o.sent_at, o.requested_at + INTERVAL 1 YEAR)
 WHERE o.post_id IS NOT NULL AND y.id IS NULL;

-- name: p3_payouts_counted
-- Payouts.
-- scans: all are counted
SELECT COUNT(*) AS payouts FROM payout;

-- name: p3_decided
-- Nobody verified an account that they entered.
-- scans: all accounts are looked at
SELECT y.id AS payee_id, y.entered_by, y.decided_by
  FROM payee_account y
 WHERE y.decided_by = y.entered_by OR (y.state = 'verified') > (y.decided_by IS NOT NULL);

-- name: p3_decided_counted
-- Accounts of households.
-- scans: all are counted
SELECT COUNT(*) AS payees FROM payee_account;
