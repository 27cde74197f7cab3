-- What the money kernel asks and writes (cgi/domain/): holds, payments, refunds, receipts, the
-- ledger, doubled requests. Times are the database's. The account of `money` alone runs them.

-- ---- the trail --------------------------------------------------------------------------

-- name: trail_move
-- The next move of an object that the transaction has locked, where its state table allows it.
-- writes
-- example: machine=payment, object=1, rule_version=1, from=created, to=pending, actor=1
-- example: reason=late
INSERT INTO state_history (machine, object_id, step, rule_version, from_state, to_state, actor_id,
       reason, at)
SELECT r.machine, :object,
       (SELECT COALESCE(MAX(h.step), 0) + 1 FROM state_history h
         WHERE h.machine = :machine AND h.object_id = :object),
       r.version, r.from_state, r.to_state, :actor, :reason, UTC_TIMESTAMP(3)
  FROM state_rule r
 WHERE r.machine = :machine AND r.version = :rule_version AND r.from_state = :from
   AND r.to_state = :to;

-- name: trail_event
-- What happened, in the places of a post.
-- writes
-- example: type=gift.taken, subject=1, actor=1, post=1
INSERT INTO event (type, subject_id, actor_id, city, region, at)
SELECT :type, :subject, :actor, p.city, p.township, UTC_TIMESTAMP(3)
  FROM post p
 WHERE p.id = :post;

-- ---- posts as claims change them --------------------------------------------------------

-- name: post_claim_lock
-- A post, locked: where it stands, whether its deadline is over, its household's state, whether
-- money has an account to go to.
-- writes
-- example: post=1
SELECT p.id, p.household_id, p.form, p.state, p.phase, p.rule_version,
       CAST(p.listed AS CHAR) AS listed, p.deadline_at <= UTC_TIMESTAMP(3) AS is_over,
       p.taken_fen + p.taken_quantity AS taken, COALESCE(p.target_fen, p.quantity) AS asked,
       (SELECT h.state FROM household h WHERE h.id = p.household_id) AS household_state,
       EXISTS (SELECT 1 FROM payee_account y
                WHERE y.verified_household = p.household_id) AS has_payee
  FROM post p
 WHERE p.id = :post
   FOR UPDATE;

-- name: post_claimed
-- What a locked post shows as being paid, as taken, and its gifts, changed by so much.
-- writes
-- example: post=1, pending=100, taken=0, gifts=0
UPDATE post p
   SET p.pending_fen = p.pending_fen + IF(p.form = 'money', :pending, 0),
       p.taken_fen = p.taken_fen + IF(p.form = 'money', :taken, 0),
       p.pending_quantity = p.pending_quantity + IF(p.form = 'goods', :pending, 0),
       p.taken_quantity = p.taken_quantity + IF(p.form = 'goods', :taken, 0),
       p.gift_count = p.gift_count + :gifts
 WHERE p.id = :post;

-- ---- holds ------------------------------------------------------------------------------

-- name: capacity_of_post
-- The capacity of one kind that a post has, and what is left of it.
-- example: post=1, kind=money_gap
SELECT c.id, c.total - c.open_sum - c.taken_sum AS free
  FROM capacity c
 WHERE c.post_id = :post AND c.kind = :kind
 ORDER BY c.id
 LIMIT 1;

-- name: capacity_look
-- Which kind a capacity is, whose, and what is left of it.
-- example: capacity=1
SELECT c.id, CAST(c.kind AS CHAR) AS kind, c.post_id,
       c.total - c.open_sum - c.taken_sum AS free
  FROM capacity c
 WHERE c.id = :capacity;

-- name: capacity_claim
-- So much of a capacity is claimed, if it is left: the one place that decides it.
-- writes
-- example: capacity=1, amount=100
UPDATE capacity c
   SET c.open_sum = c.open_sum + :amount
 WHERE c.id = :capacity AND c.open_sum + c.taken_sum + :amount <= c.total;

-- name: capacity_move
-- What holds of a capacity are open and taken, changed by so much.
-- writes
-- example: capacity=1, opened=-100, taken=100
UPDATE capacity c
   SET c.open_sum = c.open_sum + :opened, c.taken_sum = c.taken_sum + :taken
 WHERE c.id = :capacity;

-- name: hold_add
-- An open hold on what was claimed.
-- writes
-- example: capacity=1, account=1, amount=100, seconds=900
INSERT INTO hold (capacity_id, account_id, amount, state, created_at, expires_at)
VALUES (:capacity, :account, :amount, 'open', UTC_TIMESTAMP(3),
        UTC_TIMESTAMP(3) + INTERVAL :seconds SECOND);

-- name: hold_look
-- A hold, and on which post: to lock them in their order.
-- example: hold=1
SELECT h.id, h.capacity_id, h.account_id, h.amount, CAST(h.state AS CHAR) AS state, h.expires_at,
       c.post_id
  FROM hold h
  JOIN capacity c ON c.id = h.capacity_id
 WHERE h.id = :hold;

-- name: hold_lock
-- A hold, locked.
-- writes
-- example: hold=1
SELECT h.id, CAST(h.state AS CHAR) AS state, h.amount
  FROM hold h
 WHERE h.id = :hold
   FOR UPDATE;

-- name: hold_decide
-- An open hold becomes taken, released or expired, for good.
-- writes
-- example: hold=1, to=taken
UPDATE hold h
   SET h.state = :to, h.decided_at = UTC_TIMESTAMP(3)
 WHERE h.id = :hold AND h.state = 'open';

-- name: hold_returned
-- What a locked hold gave back so far, and whether by this cause.
-- example: hold=1, cause=refund:1
SELECT CAST(COALESCE(SUM(r.amount), 0) AS SIGNED) AS back,
       CAST(COALESCE(SUM(IF(r.cause = :cause, r.amount, 0)), 0) AS SIGNED) AS by_cause
  FROM hold_return r
 WHERE r.hold_id = :hold;

-- name: hold_return_add
-- A taken hold gives back, once by its cause.
-- writes
-- example: hold=1, amount=100, cause=refund:1
INSERT INTO hold_return (hold_id, amount, cause, at)
VALUES (:hold, :amount, :cause, UTC_TIMESTAMP(3));

-- name: gift_add
-- A gift as people see it, in the words of its payment.
-- writes
-- example: payment=1
INSERT INTO gift (hold_id, post_id, account_id, anonymous, fen, words, dedication, given_at)
SELECT p.hold_id, p.post_id, p.account_id, p.anonymous, p.fen, p.words, p.dedication, p.paid_at
  FROM payment p
 WHERE p.id = :payment;

-- name: gift_gone
-- The gift of a hold was wholly given back.
-- writes
-- example: hold=1
UPDATE gift g
   SET g.returned = TRUE
 WHERE g.hold_id = :hold AND NOT g.returned;

-- ---- payments ---------------------------------------------------------------------------

-- name: payment_add
-- What somebody wants to pay for, on the hold that keeps it free.
-- writes
-- example: hold=1, post=1, account=1, channel=simulated, merchant=bangfu, number=B0000000000000000001
-- example: household=1, fen=100, anonymous=0, words=Warm greetings, dedication=Grandmother
INSERT INTO payment (hold_id, post_id, account_id, channel, merchant, number, household_id, fen,
       anonymous, words, dedication, state, created_at, query_at)
VALUES (:hold, :post, :account, :channel, :merchant, :number, :household, :fen, :anonymous, :words,
        :dedication, 'created', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) + INTERVAL 30 SECOND);

-- name: payment_city_lock
-- The city of a post, kept from being stopped until the payment has begun.
-- example: post=1
SELECT c.region FROM city c
 WHERE c.region = (SELECT p.city FROM post p WHERE p.id = :post)
  LOCK IN SHARE MODE;

-- name: payment_city_stop
-- That no payment begins in the city of a post.
-- example: post=1
SELECT s.id
  FROM post p
  JOIN payment_stop s ON s.live_city = p.city
 WHERE p.id = :post;

-- name: payment_by_number
-- Which payment an order at the gateway is.
-- example: number=B0000000000000000001
SELECT p.id, p.hold_id, p.post_id
  FROM payment p
 WHERE p.number = :number;

-- name: payment_look
-- A payment, and on which hold and post: to lock them in their order.
-- example: payment=1
SELECT p.id, p.hold_id, p.post_id, p.account_id, p.fen, p.number, p.channel,
       CAST(p.state AS CHAR) AS state
  FROM payment p
 WHERE p.id = :payment;

-- name: payment_lock
-- A payment, locked.
-- writes
-- example: payment=1
SELECT p.id, p.hold_id, p.post_id, p.account_id, p.channel, p.merchant, p.number, p.gateway_id,
       p.fen, CAST(p.state AS CHAR) AS state, CAST(p.settled_as AS CHAR) AS settled_as,
       p.paid_at < UTC_TIMESTAMP(3) - INTERVAL 365 DAY AS is_old
  FROM payment p
 WHERE p.id = :payment
   FOR UPDATE;

-- name: payment_begin
-- The gateway has an order for a locked payment; it closes before the hold does.
-- writes
-- example: payment=1, gateway=SIM000000000001, before_s=180, seconds=5
UPDATE payment p
  JOIN hold h ON h.id = p.hold_id
   SET p.state = 'pending', p.gateway_id = :gateway,
       p.closes_at = h.expires_at - INTERVAL :before_s SECOND,
       p.query_at = UTC_TIMESTAMP(3) + INTERVAL :seconds SECOND
 WHERE p.id = :payment AND p.state = 'created' AND h.state = 'open';

-- name: payment_close_time
-- When a new payment's gateway order has to close, and whether that is still to come.
-- example: payment=1, before_s=180
SELECT h.expires_at - INTERVAL :before_s SECOND AS closes_at,
       h.expires_at - INTERVAL :before_s SECOND > UTC_TIMESTAMP(3) AS is_ahead
  FROM payment p
  JOIN hold h ON h.id = p.hold_id
 WHERE p.id = :payment;

-- name: payment_decide
-- A locked payment comes to a state in which nothing was paid.
-- writes
-- example: payment=1, from=pending, to=failed
UPDATE payment p
   SET p.state = :to, p.query_at = NULL, p.leased_until = NULL
 WHERE p.id = :payment AND p.state = :from;

-- name: payment_paid
-- A locked payment is paid, once.
-- writes
-- example: payment=1, hold=1, gateway=SIM000000000001, settled_as=gift
UPDATE payment p
   SET p.state = 'succeeded', p.hold_id = :hold, p.gateway_id = :gateway,
       p.settled_as = :settled_as, p.paid_at = UTC_TIMESTAMP(3), p.query_at = NULL,
       p.leased_until = NULL
 WHERE p.id = :payment AND p.paid_at IS NULL;

-- name: receipt_draw
-- The next number of an issuer in this year of Asia/Shanghai; its row is locked to the end.
-- writes
-- example: issuer=bangfu
UPDATE receipt_counter c
   SET c.last_number = c.last_number + 1
 WHERE c.issuer = :issuer AND c.year = YEAR(UTC_TIMESTAMP() + INTERVAL 8 HOUR);

-- name: receipt_begin
-- The counter of an issuer's first receipt of a year, behind those that are there already.
-- writes
-- example: issuer=bangfu
INSERT INTO receipt_counter (issuer, year, last_number)
SELECT :issuer, YEAR(UTC_TIMESTAMP() + INTERVAL 8 HOUR), COALESCE(MAX(r.number), 0)
  FROM receipt r
 WHERE r.issuer = :issuer AND r.year = YEAR(UTC_TIMESTAMP() + INTERVAL 8 HOUR)
    ON DUPLICATE KEY UPDATE year = VALUES(year);

-- name: receipt_add
-- The receipt of a payment, by the number that was drawn.
-- writes
-- example: issuer=bangfu, payment=1
INSERT INTO receipt (issuer, year, number, payment_id, issued_at)
SELECT c.issuer, c.year, c.last_number, :payment, UTC_TIMESTAMP(3)
  FROM receipt_counter c
 WHERE c.issuer = :issuer AND c.year = YEAR(UTC_TIMESTAMP() + INTERVAL 8 HOUR);

-- name: receipt_of
-- The receipt of a payment.
-- example: payment=1
SELECT r.issuer, r.year, r.number, r.issued_at, r.voided_at
  FROM receipt r
 WHERE r.payment_id = :payment;

-- name: receipt_find
-- What a receipt says to whoever checks it: its payment's date and amount, and whether it holds.
-- example: issuer=bangfu, year=2026, number=1
SELECT r.issuer, r.year, r.number, r.voided_at IS NOT NULL AS is_void, p.paid_at, p.fen,
       (SELECT CAST(COALESCE(SUM(f.fen), 0) AS SIGNED) FROM refund f
         WHERE f.payment_id = p.id AND f.state = 'succeeded') AS refunded_fen
  FROM receipt r
  JOIN payment p ON p.id = r.payment_id
 WHERE r.issuer = :issuer AND r.year = :year AND r.number = :number;

-- ---- refunds ----------------------------------------------------------------------------

-- name: refund_sums
-- How much of a locked payment is being given back or was, and in how many refunds.
-- example: payment=1
SELECT CAST(COALESCE(SUM(r.fen), 0) AS SIGNED) AS fen, COUNT(*) AS refunds
  FROM refund r
 WHERE r.payment_id = :payment AND r.state <> 'rejected';

-- name: refund_add
-- A refund is asked for.
-- writes
-- example: payment=1, kind=payer, fen=100, number=R0000000000000000001, destination=channel
-- example: actor=1
INSERT INTO refund (payment_id, kind, fen, state, number, destination, requested_by, requested_at)
VALUES (:payment, :kind, :fen, 'requested', :number, :destination, :actor, UTC_TIMESTAMP(3));

-- name: refund_look
-- A refund, and of which payment, hold and post: to lock them in their order.
-- example: refund=1
SELECT r.id, r.payment_id, p.hold_id, p.post_id
  FROM refund r
  JOIN payment p ON p.id = r.payment_id
 WHERE r.id = :refund;

-- name: refund_by_number
-- Which refund a number at the gateway is.
-- example: number=R0000000000000000001
SELECT r.id, r.fen, p.channel, p.merchant, p.number AS payment_number
  FROM refund r
  JOIN payment p ON p.id = r.payment_id
 WHERE r.number = :number;

-- name: refund_lock
-- A refund, locked.
-- writes
-- example: refund=1
SELECT r.id, r.payment_id, r.fen, CAST(r.state AS CHAR) AS state, r.number, r.gateway_id,
       CAST(r.kind AS CHAR) AS kind, CAST(r.destination AS CHAR) AS destination, r.requested_by,
       r.first_approved_by, r.attempts
  FROM refund r
 WHERE r.id = :refund
   FOR UPDATE;

-- name: refund_first_approval
-- The first of two people agrees to a locked refund.
-- writes
-- example: refund=1, actor=1
UPDATE refund r
   SET r.first_approved_by = :actor
 WHERE r.id = :refund AND r.first_approved_by IS NULL;

-- name: refund_move
-- A locked refund comes to its next state.
-- writes
-- example: refund=1, from=requested, to=approved, actor=1
UPDATE refund r
   SET r.approved_by = IF(:to = 'approved', :actor, r.approved_by),
       r.attempts = r.attempts + (:to = 'sent'),
       r.sent_at = IF(:to = 'sent', UTC_TIMESTAMP(3), r.sent_at),
       r.settled_at = IF(:to IN ('succeeded', 'rejected'), UTC_TIMESTAMP(3), NULL),
       r.try_at = CASE :to WHEN 'approved' THEN UTC_TIMESTAMP(3)
                           WHEN 'sent' THEN UTC_TIMESTAMP(3) + INTERVAL 5 MINUTE
                           WHEN 'failed' THEN UTC_TIMESTAMP(3) + INTERVAL 30 MINUTE END,
       r.leased_until = NULL, r.state = :to
 WHERE r.id = :refund AND r.state = :from;

-- name: refund_named
-- The gateway's own number of a refund.
-- writes
-- example: refund=1, gateway=SIMR00000000001
UPDATE refund r
   SET r.gateway_id = :gateway
 WHERE r.id = :refund;

-- ---- the ledger -------------------------------------------------------------------------

-- name: ledger_account_find
-- The account of a code.
-- example: code=escrow:1
SELECT a.id, CAST(a.class AS CHAR) AS class, a.balance_fen
  FROM ledger_account a
 WHERE a.code = :code;

-- name: ledger_account_add
-- A new account, unless somebody was quicker.
-- writes
-- example: code=escrow:1, class=liability
INSERT IGNORE INTO ledger_account (code, class) VALUES (:code, :class);

-- name: ledger_account_change
-- A balance changes, unless what is owed would fall below nothing.
-- writes
-- example: id=1, fen=-100
UPDATE ledger_account a
   SET a.balance_fen = a.balance_fen + :fen
 WHERE a.id = :id AND (a.class <> 'liability' OR a.balance_fen + :fen <= 0);

-- name: ledger_day_current
-- The day that journals are stamped with, kept open to the end of the transaction.
-- writes
SELECT CAST(d.day AS CHAR) AS day
  FROM ledger_day d
 WHERE d.state = 'open'
 ORDER BY d.day
 LIMIT 1
  LOCK IN SHARE MODE;

-- name: ledger_day_begin
-- The first day of the chain: today in Asia/Shanghai, or the day after the last one.
-- writes
-- scans: it looks at the last day alone, and once
INSERT INTO ledger_day (day, state)
SELECT GREATEST(DATE(UTC_TIMESTAMP() + INTERVAL 8 HOUR),
                COALESCE(MAX(d.day) + INTERVAL 1 DAY, '2000-01-01')), 'open'
  FROM ledger_day d
    ON DUPLICATE KEY UPDATE day = VALUES(day);

-- name: ledger_journal_add
-- A journal of an object's step, stamped with its day.
-- writes
-- example: subject_kind=payment, subject=1, step=paid, mirrors=1, day=2026-11-25
INSERT INTO ledger_journal (subject_kind, subject_id, step, mirrors, at, day)
VALUES (:subject_kind, :subject, :step, :mirrors, UTC_TIMESTAMP(3), :day);

-- name: ledger_line_add
-- A line of a journal.
-- writes
-- example: journal=1, account=1, fen=100
INSERT INTO ledger_line (journal_id, ledger_account_id, fen) VALUES (:journal, :account, :fen);

-- name: ledger_journal_sum
-- What a journal holds once it is written.
-- example: journal=1
SELECT CAST(COALESCE(SUM(l.fen), 0) AS SIGNED) AS fen, COUNT(*) AS line_count
  FROM ledger_line l
 WHERE l.journal_id = :journal;

-- name: ledger_journal_lines
-- The lines of a journal, to mirror it.
-- example: journal=1
SELECT a.code, l.fen
  FROM ledger_line l
  JOIN ledger_account a ON a.id = l.ledger_account_id
 WHERE l.journal_id = :journal
 ORDER BY l.id;

-- name: ledger_day_lock
-- The lowest day that is open, locked: nobody stamps it any more.
-- writes
SELECT CAST(d.day AS CHAR) AS day, CAST(d.day + INTERVAL 1 DAY AS CHAR) AS next_day
  FROM ledger_day d
 WHERE d.state = 'open'
 ORDER BY d.day
 LIMIT 1
   FOR UPDATE;

-- name: ledger_day_close
-- The locked day takes no more journals.
-- writes
-- example: day=2026-11-25
UPDATE ledger_day d
   SET d.state = 'closed', d.closed_at = UTC_TIMESTAMP(3)
 WHERE d.day = :day;

-- name: ledger_day_open
-- The day after takes them.
-- writes
-- example: day=2026-11-26
INSERT INTO ledger_day (day, state) VALUES (:day, 'open')
    ON DUPLICATE KEY UPDATE day = VALUES(day);

-- name: ledger_day_unchained
-- The lowest closed day without a head, locked, and the head of the day before.
-- writes
SELECT CAST(d.day AS CHAR) AS day,
       (SELECT b.head FROM ledger_day b WHERE b.day < d.day ORDER BY b.day DESC LIMIT 1) AS before_head
  FROM ledger_day d
 WHERE d.state = 'closed' AND d.head IS NULL
 ORDER BY d.day
 LIMIT 1
   FOR UPDATE;

-- name: ledger_day_seal
-- A closed day has its place in the chain.
-- writes
-- example: day=2026-11-25, journals=1, head=00, signature=00, signed_with=test
UPDATE ledger_day d
   SET d.journals = :journals, d.head = :head, d.signature = :signature,
       d.signed_with = :signed_with
 WHERE d.day = :day AND d.head IS NULL;

-- name: ledger_link_add
-- A journal's place in the chain.
-- writes
-- example: journal=1, day=2026-11-25, hash=00
INSERT INTO ledger_link (journal_id, day, hash) VALUES (:journal, :day, :hash);

-- name: ledger_key_add
-- A key is published, once.
-- writes
-- example: key=ledger-1, public_key=00
INSERT IGNORE INTO ledger_key (id, public_key, from_at) VALUES (:key, :public_key, UTC_TIMESTAMP(3));

-- ---- old requests, doubled notices -------------------------------------------------------

-- name: idempotency_sweep
-- Requests of over 30 days ago, at most a thousand of them.
-- writes
DELETE FROM idempotency
 WHERE created_at < UTC_TIMESTAMP(3) - INTERVAL 30 DAY
 ORDER BY created_at
 LIMIT 1000;

-- name: nonce_claim
-- A signed notice is seen; the body of its first time stays.
-- writes
-- example: channel=simulated, nonce=n, hash=00
INSERT INTO gateway_nonce (channel, nonce, body_hash, seen_at)
VALUES (:channel, :nonce, :hash, UTC_TIMESTAMP(3))
    ON DUPLICATE KEY UPDATE channel = VALUES(channel);

-- name: nonce_look
-- Which body a nonce came with.
-- example: channel=simulated, nonce=n
SELECT n.body_hash
  FROM gateway_nonce n
 WHERE n.channel = :channel AND n.nonce = :nonce;

-- name: nonce_sweep
-- Nonces of over 30 days ago, at most a thousand of them: their notices are not sent any more.
-- writes
DELETE FROM gateway_nonce
 WHERE seen_at < UTC_TIMESTAMP(3) - INTERVAL 30 DAY
 ORDER BY seen_at
 LIMIT 1000;

-- name: refusal_add
-- A notice that was not believed, as it came.
-- writes
-- example: channel=simulated, reason=wrong signature, headers=h, body={}
INSERT INTO gateway_refusal (channel, reason, headers, body, at)
VALUES (:channel, :reason, :headers, :body, UTC_TIMESTAMP(3));

-- ---- jobs -------------------------------------------------------------------------------

-- name: due_hold
-- An open hold whose time is over and that no other job works on; its payment, if it has one. The
-- payment is asked after in subqueries, which lock nothing: joined, one that is locked elsewhere
-- would be skipped like a row that is not there, and its hold be ended without it.
-- writes
-- example: channel=simulated
SELECT h.id, (SELECT p.id FROM payment p WHERE p.hold_id = h.id) AS payment,
       (SELECT p.number FROM payment p WHERE p.hold_id = h.id) AS number,
       h.expires_at + INTERVAL 10 MINUTE <= UTC_TIMESTAMP(3) AS is_overdue
  FROM hold h
 WHERE h.state = 'open' AND h.expires_at <= UTC_TIMESTAMP(3)
   AND NOT EXISTS (SELECT 1 FROM payment p WHERE p.hold_id = h.id AND p.channel <> :channel)
   AND (h.leased_until IS NULL OR h.leased_until <= UTC_TIMESTAMP(3))
 ORDER BY h.expires_at
 LIMIT 1
   FOR UPDATE SKIP LOCKED;

-- name: lease_hold
-- A job works on a locked hold.
-- writes
-- example: id=1, seconds=60
UPDATE hold h
   SET h.leased_until = UTC_TIMESTAMP(3) + INTERVAL :seconds SECOND
 WHERE h.id = :id;

-- name: due_payment
-- A payment that is to be asked after, and that no other job works on.
-- writes
-- example: channel=simulated
SELECT p.id, p.number, p.queries,
       p.closes_at IS NOT NULL AND p.closes_at <= UTC_TIMESTAMP(3) AS is_over
  FROM payment p
 WHERE p.state IN ('created', 'pending') AND p.query_at <= UTC_TIMESTAMP(3)
   AND p.channel = :channel
   AND (p.leased_until IS NULL OR p.leased_until <= UTC_TIMESTAMP(3))
 ORDER BY p.query_at
 LIMIT 1
   FOR UPDATE SKIP LOCKED;

-- name: lease_payment
-- A job asks after a locked payment; the next time is after so many seconds.
-- writes
-- example: id=1, seconds=60, next_s=30
UPDATE payment p
   SET p.leased_until = UTC_TIMESTAMP(3) + INTERVAL :seconds SECOND, p.queries = p.queries + 1,
       p.query_at = UTC_TIMESTAMP(3) + INTERVAL :next_s SECOND
 WHERE p.id = :id;

-- name: due_refund
-- A refund that is to be sent, or asked after, and that no other job works on; parts of one
-- payment are a minute apart.
-- writes
-- example: channel=simulated
SELECT r.id, CAST(r.state AS CHAR) AS state, r.number, r.fen, CAST(r.kind AS CHAR) AS kind,
       p.number AS payment_number, p.fen AS payment_fen
  FROM refund r
  JOIN payment p ON p.id = r.payment_id
 WHERE r.state IN ('approved', 'sent', 'failed') AND r.destination = 'channel'
   AND p.channel = :channel AND r.try_at <= UTC_TIMESTAMP(3)
   AND (r.leased_until IS NULL OR r.leased_until <= UTC_TIMESTAMP(3))
   AND NOT EXISTS (SELECT 1 FROM refund o
                    WHERE o.payment_id = r.payment_id AND o.id <> r.id
                      AND o.sent_at > UTC_TIMESTAMP(3) - INTERVAL 1 MINUTE)
 ORDER BY r.try_at
 LIMIT 1
   FOR UPDATE SKIP LOCKED;

-- name: lease_refund
-- A job sends a locked refund, or asks after it.
-- writes
-- example: id=1, seconds=60
UPDATE refund r
   SET r.leased_until = UTC_TIMESTAMP(3) + INTERVAL :seconds SECOND,
       r.try_at = IF(r.state = 'sent', UTC_TIMESTAMP(3) + INTERVAL 5 MINUTE, r.try_at)
 WHERE r.id = :id;
