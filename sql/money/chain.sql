-- What is read to chain the days of the ledger and to check the chain (cgi/domain/chain.c). Besides
-- the pool money `bangfu verify` loads this file, whose account writes nothing: nor does this.

-- name: ledger_day_due
-- The lowest day that is over in Shanghai and still open, or closed and not yet sealed.
-- scans: a day is a row
SELECT CAST(d.day AS CHAR) AS day, CAST(d.state AS CHAR) AS state
  FROM ledger_day d
 WHERE (d.state = 'open' AND d.day < DATE(UTC_TIMESTAMP() + INTERVAL 8 HOUR))
    OR (d.state = 'closed' AND d.head IS NULL)
 ORDER BY d.day
 LIMIT 1;

-- name: ledger_day_rows
-- Journals of a day behind one of them, at most 200, with their lines: what the chain covers. `link`
-- is what it was when the day was sealed.
-- example: day=2026-11-25, after=0
SELECT j.id, j.subject_kind, j.subject_id, j.step, j.mirrors, CAST(j.at AS CHAR) AS at, l.id AS line,
       a.code, l.fen, k.hash AS link
  FROM (SELECT i.id, i.subject_kind, i.subject_id, i.step, i.mirrors, i.at
          FROM ledger_journal i
         WHERE i.day = :day AND i.id > :after
         ORDER BY i.id
         LIMIT 200) j
  LEFT JOIN ledger_line l ON l.journal_id = j.id
  LEFT JOIN ledger_account a ON a.id = l.ledger_account_id
  LEFT JOIN ledger_link k ON k.journal_id = j.id
 ORDER BY j.id, l.id;

-- name: ledger_link_last
-- How far a day is chained.
-- example: day=2026-11-25
SELECT k.journal_id, k.hash,
       (SELECT COUNT(*) FROM ledger_link o WHERE o.day = k.day) AS journals
  FROM ledger_link k
 WHERE k.day = :day
 ORDER BY k.journal_id DESC
 LIMIT 1;

-- name: ledger_link_lost
-- The first sealed journal of a day that is gone, or says that it is of another day.
-- example: day=2026-11-25
SELECT k.journal_id
  FROM ledger_link k
  LEFT JOIN ledger_journal j ON j.id = k.journal_id AND j.day = k.day
 WHERE k.day = :day AND j.id IS NULL
 ORDER BY k.journal_id
 LIMIT 1;

-- name: ledger_days_sealed
-- The chain as it was published, from its first day on.
-- scans: a day is a row
SELECT CAST(d.day AS CHAR) AS day, d.journals, d.head, d.signature, d.signed_with, k.public_key
  FROM ledger_day d
  LEFT JOIN ledger_key k ON k.id = d.signed_with
 WHERE d.head IS NOT NULL
 ORDER BY d.day;

-- name: ledger_key_find
-- A published key.
-- example: key=ledger-1
SELECT k.public_key
  FROM ledger_key k
 WHERE k.id = :key;
