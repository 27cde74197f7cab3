-- What the pages below /pay show: a post to give to, a payer's own payments, gifts and receipts.

-- name: give_post
-- A listed post that asks for money, with what is missing of it now.
-- example: ref=WP7A9X8NWP, household=1
SELECT p.id, p.ref, p.title, p.plugin, z.slug, p.need_kind, p.target_fen, p.taken_fen, p.deadline_at,
       COALESCE(p.household_id = :household, 0) AS is_own,
       (SELECT t.public_text FROM payment_stop t WHERE t.live_city = p.city) AS stop_text,
       CASE WHEN p.phase = 'open' THEN c.total - c.open_sum - c.taken_sum ELSE 0 END AS left_fen,
       (SELECT MAX(s.decided_at) FROM review_step s
         WHERE s.post_id = p.id AND s.state = 'approved') AS checked_at
  FROM post p
  JOIN city z ON z.region = p.city
  JOIN capacity c ON c.post_id = p.id AND c.kind = 'money_gap'
 WHERE p.ref = :ref AND p.listed IS NOT NULL AND p.form = 'money';

-- name: my_payment
-- A payment of the person who asks, as it stands.
-- example: order=B0000000000000000001, account=1
SELECT p.id, p.number, p.fen, CAST(p.state AS CHAR) AS state, p.settled_as, p.paid_at, q.ref, q.title,
       q.plugin, z.slug, r.number AS receipt_number, r.issuer, r.year, c.id AS rest, c.done_at AS rest_done_at
  FROM payment p
  LEFT JOIN rest_choice c ON c.payment_id = p.id
  JOIN post q ON q.id = p.post_id
  JOIN city z ON z.region = q.city
  LEFT JOIN receipt r ON r.payment_id = p.id
 WHERE p.number = :order AND p.account_id = :account;

-- name: my_gifts
-- Payments of the person who asks that are paid, or still may be: the newest first. Payouts cover
-- the gifts of a post from the oldest on, so one was sent, or confirmed, once all up to it were.
-- page: sort_key, id
-- example: account=1, page_rows=21, after_key=100, after_id=100
SELECT x.id, x.id AS sort_key, x.number, x.fen, x.at, x.ref, x.title, x.plugin, x.slug, x.issuer, x.year,
       x.receipt_number,
       CASE WHEN x.waits THEN 'waiting' WHEN x.went_back THEN 'returned'
            WHEN x.upto_fen <= x.confirmed_fen THEN 'confirmed'
            WHEN x.upto_fen <= x.sent_fen THEN 'sent'
            ELSE 'kept' END AS standing,
       CASE WHEN NOT x.waits AND NOT x.went_back AND x.upto_fen <= x.confirmed_fen
            THEN (SELECT d.thanks FROM delivery d
                   WHERE d.post_id = x.post_id AND d.thanks_shown
                   ORDER BY d.id DESC LIMIT 1) END AS thanks
  FROM (SELECT p.id, p.post_id, p.number, p.fen, COALESCE(p.paid_at, p.created_at) AS at, q.ref,
               q.title, q.plugin, z.slug, r.issuer, r.year, r.number AS receipt_number, q.sent_fen,
               p.state IN ('created', 'pending') AS waits,
               p.settled_as <=> 'refund' OR COALESCE(g.returned, FALSE) AS went_back,
               (SELECT CAST(SUM(o.fen - (SELECT COALESCE(SUM(b.amount), 0) FROM hold_return b
                                          WHERE b.hold_id = o.hold_id)) AS SIGNED)
                  FROM gift o
                 WHERE o.post_id = p.post_id AND NOT o.returned
                   AND (o.given_at < g.given_at OR (o.given_at = g.given_at AND o.id <= g.id)))
               AS upto_fen,
               (SELECT CAST(COALESCE(SUM(d.fen), 0) AS SIGNED) FROM delivery d
                 WHERE d.post_id = p.post_id
                   AND NOT EXISTS (SELECT 1 FROM delivery e
                                    WHERE e.post_id = d.post_id AND e.id <= d.id
                                      AND e.confirmed_at IS NULL AND e.returned_at IS NULL))
               AS confirmed_fen
          FROM payment p
          JOIN post q ON q.id = p.post_id
          JOIN city z ON z.region = q.city
          LEFT JOIN gift g ON g.hold_id = p.hold_id
          LEFT JOIN receipt r ON r.payment_id = p.id
         WHERE p.account_id = :account AND p.number IS NOT NULL
           AND p.state IN ('created', 'pending', 'succeeded')
           AND p.id < :after_id                                         --? after_key
         ORDER BY p.id DESC
         LIMIT :page_rows) x
 ORDER BY x.id DESC;

-- name: my_receipt
-- A receipt for the person who paid, as it is printed.
-- example: order=B0000000000000000001, account=1
SELECT p.id, p.number, p.fen, p.paid_at, p.dedication, q.ref, q.title, a.shown_name AS donor,
       r.issuer, r.year, r.number AS receipt_number, r.voided_at,
       (SELECT CAST(COALESCE(SUM(f.fen), 0) AS SIGNED) FROM refund f
         WHERE f.payment_id = p.id AND f.state IN ('approved', 'sent', 'succeeded')) AS returned_fen
  FROM payment p
  JOIN receipt r ON r.payment_id = p.id
  JOIN post q ON q.id = p.post_id
  JOIN account a ON a.id = p.account_id
 WHERE p.number = :order AND p.account_id = :account;

-- name: verify_receipt
-- What anybody may know of a receipt whose number and code they hold.
-- example: issuer=bangfu, year=2026, receipt=1
SELECT p.fen, p.paid_at, r.voided_at,
       (SELECT CAST(COALESCE(SUM(f.fen), 0) AS SIGNED) FROM refund f
         WHERE f.payment_id = p.id AND f.state IN ('approved', 'sent', 'succeeded')) AS returned_fen
  FROM receipt r
  JOIN payment p ON p.id = r.payment_id
 WHERE r.issuer = :issuer AND r.year = :year AND r.number = :receipt;
