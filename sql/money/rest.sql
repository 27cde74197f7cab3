-- What is left of a post's money at its end: which step is due, who is asked, what donors choose.
-- Used by cgi/domain/rest.c and the pages below /pay/rest.

-- ---- what is due ------------------------------------------------------------------------

-- name: rest_due_expiry
-- An open post whose time is over, and on which nobody is paying or promising any more.
SELECT p.id
  FROM post p
 WHERE p.listed = 'open' AND p.deadline_at <= UTC_TIMESTAMP(3)
   AND p.pending_fen + p.pending_quantity = 0
 ORDER BY p.deadline_at
 LIMIT 1;

-- name: rest_due_question
-- A post whose donors are to be asked: its family does not take what is there, or is not asked.
-- What somebody else still decides about, as rest_lock says, is waited for.
SELECT r.post_id AS id
  FROM post_rest r
  JOIN post p ON p.id = r.post_id
 WHERE r.settled_at IS NULL AND r.donors_until IS NULL
   AND (r.choice = 'declined'
        OR (r.choice IS NULL AND COALESCE(r.family_until <= UTC_TIMESTAMP(3), 1)))
   AND NOT EXISTS (SELECT 1 FROM payment y
                     JOIN refund f ON f.payment_id = y.id AND f.state = 'requested'
                    WHERE y.post_id = r.post_id)
   AND NOT EXISTS (SELECT 1 FROM payout o
                    WHERE o.post_id = r.post_id
                      AND (o.state = 'sent' OR (o.state IN ('requested', 'approved', 'returned')
                                                AND p.state <> 'cancelled')))
 LIMIT 1;

-- name: rest_due_default
-- A donor who has not chosen in time. One whose bank disputes the payment waits for its outcome.
SELECT c.id
  FROM post_rest r
  JOIN rest_choice c ON c.post_id = r.post_id AND c.done_at IS NULL
  JOIN payment y ON y.id = c.payment_id AND y.state = 'succeeded'
 WHERE r.settled_at IS NULL AND r.donors_until <= UTC_TIMESTAMP(3)
 LIMIT 1;

-- name: rest_due_end
-- A post that ended, and of which nothing is left to be decided or under way.
SELECT p.id
  FROM post_rest r
  JOIN post p ON p.id = r.post_id
 WHERE r.settled_at IS NULL AND p.state IN ('expired', 'cancelled')
   AND p.pending_fen + p.pending_quantity = 0 AND p.taken_fen = p.confirmed_fen
   AND p.taken_quantity = p.confirmed_quantity
   AND (r.choice = 'accepted'
        OR (r.donors_until IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM rest_choice c
                             WHERE c.post_id = r.post_id AND c.done_at IS NULL)))
 LIMIT 1;

-- ---- asking the donors ------------------------------------------------------------------

-- name: rest_lock
-- The rest of a locked post, locked, and whether a refund that was asked for, or a payout that is not
-- confirmed, may leave more of it: donors are asked after that. Those of a post that the county ended
-- are taken back, but for what the bank has.
-- writes
-- example: post=1
SELECT r.post_id, CAST(r.choice AS CHAR) AS choice, r.donors_until IS NOT NULL AS is_asked,
       r.settled_at IS NOT NULL AS is_settled,
       EXISTS (SELECT 1 FROM payment y
                 JOIN refund f ON f.payment_id = y.id AND f.state = 'requested'
                WHERE y.post_id = r.post_id)
       OR EXISTS (SELECT 1 FROM payout o
                    JOIN post p ON p.id = o.post_id
                   WHERE o.post_id = r.post_id
                     AND (o.state = 'sent' OR (o.state IN ('requested', 'approved', 'returned')
                                               AND p.state <> 'cancelled'))) AS waits
  FROM post_rest r
 WHERE r.post_id = :post
   FOR UPDATE;

-- name: rest_choices_add
-- Each gift of a locked post, with what of it no payout has taken.
-- writes
-- example: post=1
INSERT INTO rest_choice (post_id, payment_id, account_id, fen)
SELECT :post, q.payment_id, q.account_id, LEAST(q.fen, q.running_fen - q.paid_fen)
  FROM (SELECT g.payment_id, g.account_id, g.fen,
               CAST(SUM(g.fen) OVER (ORDER BY g.given_at, g.id) AS SIGNED) AS running_fen,
               g.paid_fen
          FROM (SELECT t.id, t.given_at, t.account_id, y.id AS payment_id,
                       t.fen - (SELECT CAST(COALESCE(SUM(f.fen), 0) AS SIGNED) FROM refund f
                                 WHERE f.payment_id = y.id AND f.state <> 'rejected') AS fen,
                       (SELECT CAST(COALESCE(SUM(o.fen), 0) AS SIGNED) FROM payout o
                         WHERE o.post_id = :post AND o.state <> 'cancelled') AS paid_fen
                  FROM gift t
                  JOIN payment y ON y.hold_id = t.hold_id
                 WHERE t.post_id = :post AND NOT t.returned) g) q
 WHERE q.fen > 0 AND q.running_fen > q.paid_fen;

-- name: rest_choices_told
-- Each of its donors is asked, as an event.
-- writes
-- example: post=1
INSERT INTO event (type, subject_id, actor_id, city, region, at)
SELECT 'rest.asked', c.id, NULL, p.city, p.township, UTC_TIMESTAMP(3)
  FROM rest_choice c
  JOIN post p ON p.id = c.post_id
 WHERE c.post_id = :post;

-- name: rest_asked
-- The donors of a post have so many days to choose.
-- writes
-- example: post=1, days=30
UPDATE post_rest r
   SET r.donors_until = UTC_TIMESTAMP(3) + INTERVAL :days DAY
 WHERE r.post_id = :post AND r.donors_until IS NULL;

-- name: rest_settled
-- Nothing is left to be decided.
-- writes
-- example: post=1
UPDATE post_rest r SET r.settled_at = UTC_TIMESTAMP(3) WHERE r.post_id = :post;

-- ---- choosing ---------------------------------------------------------------------------

-- name: rest_choice_look
-- A choice that is to be made, and of which payment: to lock them in their order.
-- example: choice=1
SELECT c.id, c.payment_id, c.post_id FROM rest_choice c WHERE c.id = :choice;

-- name: rest_choice_lock
-- A choice, locked, and how its post ended.
-- writes
-- example: choice=1
SELECT c.id, c.payment_id, c.account_id, c.fen, c.done_at IS NOT NULL AS is_done, p.state,
       y.channel = 'wallet' OR y.paid_at < UTC_TIMESTAMP(3) - INTERVAL 365 DAY
       OR (SELECT COUNT(*) FROM refund f
            WHERE f.payment_id = y.id AND f.state <> 'rejected') >= 50 AS wallet_only,
       y.anonymous
  FROM rest_choice c
  JOIN post p ON p.id = c.post_id
  JOIN payment y ON y.id = c.payment_id
 WHERE c.id = :choice
   FOR UPDATE;

-- name: rest_choice_done
-- What became of it.
-- writes
-- example: choice=1, what=back, to_post=1
UPDATE rest_choice c
   SET c.choice = :what, c.to_post = :to_post, c.done_at = UTC_TIMESTAMP(3)
 WHERE c.id = :choice AND c.done_at IS NULL;

-- name: my_rest
-- What the person who asks may decide about of a gift, and what they did.
-- example: order=B0000000000000000001, account=1
SELECT c.id, c.fen, CAST(c.choice AS CHAR) AS choice, c.done_at, r.donors_until, p.ref, p.title,
       p.plugin, z.slug, CAST(p.state AS CHAR) AS state,
       y.channel = 'wallet' OR y.paid_at < UTC_TIMESTAMP(3) - INTERVAL 365 DAY
       OR (SELECT COUNT(*) FROM refund f
            WHERE f.payment_id = y.id AND f.state <> 'rejected') >= 50 AS wallet_only,
       t.ref AS to_ref, t.title AS to_title
  FROM payment y
  JOIN rest_choice c ON c.payment_id = y.id
  JOIN post_rest r ON r.post_id = c.post_id
  JOIN post p ON p.id = c.post_id
  JOIN city z ON z.region = p.city
  LEFT JOIN post t ON t.id = c.to_post
 WHERE y.number = :order AND y.account_id = :account;

-- name: rest_move_to
-- The open post that money is moved to.
-- example: to_ref=WP7A9X8NWP
SELECT p.id, c.total - c.open_sum - c.taken_sum AS left_fen
  FROM post p
  JOIN capacity c ON c.post_id = p.id AND c.kind = 'money_gap'
 WHERE p.ref = :to_ref AND p.listed = 'open' AND p.form = 'money';

-- name: payouts_waiting
-- Payouts of a locked post that have not left for the bank, or came back from it.
-- example: post=1
SELECT o.id FROM payout o WHERE o.post_id = :post AND o.state IN ('requested', 'approved', 'returned');

-- ---- words ------------------------------------------------------------------------------

-- name: notice_about_rest
-- Of an event of what is left of a gift.
-- example: id=1
SELECT c.post_id AS post, c.payment_id AS payment, c.account_id AS payer,
       p.household_id AS household
  FROM rest_choice c
  JOIN post p ON p.id = c.post_id
 WHERE c.id = :id;
