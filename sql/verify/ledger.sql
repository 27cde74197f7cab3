-- I1, I2: the ledger is balanced.

-- name: i1_zero_sum
-- Each journal sums to zero.
-- scans: all lines are added up
SELECT l.journal_id, CAST(SUM(l.fen) AS SIGNED) AS fen
  FROM ledger_line l
 GROUP BY l.journal_id
HAVING fen <> 0;

-- name: i1_zero_sum_counted
-- Lines.
-- scans: all are counted
SELECT COUNT(*) AS ledger_lines FROM ledger_line;

-- name: i1_two_lines
-- Each journal has two lines or more, and each line a journal.
-- scans: all journals and lines are looked at
SELECT j.id AS journal_id, COUNT(l.id) AS line_count
  FROM ledger_journal j
  LEFT JOIN ledger_line l ON l.journal_id = j.id
 GROUP BY j.id
HAVING line_count < 2
 UNION ALL
SELECT l.journal_id, 0
  FROM ledger_line l
  LEFT JOIN ledger_journal j ON j.id = l.journal_id
 WHERE j.id IS NULL;

-- name: i1_two_lines_counted
-- Journals.
-- scans: all are counted
SELECT COUNT(*) AS journals FROM ledger_journal;

-- name: i2_balances
-- Each balance is the sum of its lines, and no liability is below nothing.
-- scans: all lines are added up
SELECT a.id AS ledger_account_id, a.code, a.balance_fen,
       CAST(COALESCE(s.fen, 0) AS SIGNED) AS lines_fen
  FROM ledger_account a
  LEFT JOIN (SELECT l.ledger_account_id, SUM(l.fen) AS fen
               FROM ledger_line l GROUP BY l.ledger_account_id) s
    ON s.ledger_account_id = a.id
 WHERE a.balance_fen <> COALESCE(s.fen, 0) OR (a.class = 'liability' AND a.balance_fen > 0);

-- name: i2_balances_counted
-- Accounts of the ledger.
-- scans: all are counted
SELECT COUNT(*) AS ledger_accounts FROM ledger_account;

-- name: i2_lines_have_accounts
-- Each line belongs to an account.
-- scans: all lines are looked at
SELECT l.id AS ledger_line_id, l.ledger_account_id
  FROM ledger_line l
  LEFT JOIN ledger_account a ON a.id = l.ledger_account_id
 WHERE a.id IS NULL;

-- name: i2_lines_have_accounts_counted
-- Lines.
-- scans: all are counted
SELECT COUNT(*) AS ledger_lines FROM ledger_line;

-- name: i2_paid_once
-- Each payment that became a gift has one journal of its amount into the escrow of its post.
-- scans: all payments are looked at
SELECT p.id AS payment_id, p.fen
  FROM payment p
  LEFT JOIN ledger_journal j ON j.subject_kind = 'payment' AND j.subject_id = p.id
       AND j.step = 'paid'
  LEFT JOIN ledger_line l ON l.journal_id = j.id AND l.fen = -p.fen
  LEFT JOIN ledger_account a ON a.id = l.ledger_account_id
       AND a.code = CONCAT('escrow:', p.post_id)
 WHERE (p.state IN ('succeeded', 'disputed') AND NOT p.settled_as <=> 'refund')
       <> (a.id IS NOT NULL);

-- name: i2_paid_once_counted
-- Payments.
-- scans: all are counted
SELECT COUNT(*) AS payments FROM payment;

-- name: i2_late_once
-- Each payment that came too late has one journal into what is owed to its payer, and is given
-- back whole.
-- scans: all payments are looked at
SELECT p.id AS payment_id, p.fen
  FROM payment p
  LEFT JOIN ledger_journal j ON j.subject_kind = 'payment' AND j.subject_id = p.id
       AND j.step = 'late'
  LEFT JOIN ledger_line l ON l.journal_id = j.id AND l.fen = -p.fen
  LEFT JOIN ledger_account a ON a.id = l.ledger_account_id
       AND a.code = CONCAT('refund_payable:', p.id)
 WHERE (p.state IN ('succeeded', 'disputed') AND p.settled_as <=> 'refund') <> (a.id IS NOT NULL)
    OR (p.settled_as <=> 'refund'
        AND p.fen <> (SELECT COALESCE(SUM(r.fen), 0) FROM refund r
                       WHERE r.payment_id = p.id AND r.state <> 'rejected'));

-- name: i2_late_once_counted
-- Payments.
-- scans: all are counted
SELECT COUNT(*) AS payments FROM payment;

-- name: l12_days
-- A closed day holds the journals that it was sealed with, and days are closed in their order.
-- scans: all journals are looked at
SELECT CAST(d.day AS CHAR) AS day, d.journals, COALESCE(j.journals, 0) AS stamped
  FROM ledger_day d
  LEFT JOIN (SELECT k.day, COUNT(*) AS journals FROM ledger_journal k
              WHERE k.day IS NOT NULL GROUP BY k.day) j ON j.day = d.day
 WHERE d.journals <> COALESCE(j.journals, 0)
    OR (d.head IS NULL) <> (d.journals IS NULL)
    OR (d.state = 'open' AND d.head IS NOT NULL)
    OR (d.state = 'closed' AND EXISTS (SELECT 1 FROM ledger_day b
                                        WHERE b.day < d.day AND b.state = 'open'))
 UNION ALL
SELECT CAST(j.day AS CHAR), NULL, COUNT(*)
  FROM ledger_journal j
  LEFT JOIN ledger_day d ON d.day = j.day
 WHERE j.day IS NOT NULL AND d.day IS NULL
 GROUP BY j.day;

-- name: l12_days_counted
-- Days of the ledger.
-- scans: all are counted
SELECT COUNT(*) AS ledger_days FROM ledger_day;

-- name: i8_links
-- A sealed day has a link for each of its journals, and the last one is its head.
-- scans: all links are looked at
SELECT CAST(d.day AS CHAR) AS day, d.journals, COALESCE(k.links, 0) AS links
  FROM ledger_day d
  LEFT JOIN (SELECT o.day, COUNT(*) AS links, MAX(o.journal_id) AS last_id
               FROM ledger_link o GROUP BY o.day) k ON k.day = d.day
  LEFT JOIN ledger_link l ON l.journal_id = k.last_id
 WHERE d.head IS NOT NULL
   AND (d.journals <> COALESCE(k.links, 0) OR (l.hash IS NOT NULL AND l.hash <> d.head));

-- name: i8_links_counted
-- Links.
-- scans: all are counted
SELECT COUNT(*) AS links FROM ledger_link;
