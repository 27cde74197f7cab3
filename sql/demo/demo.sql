-- What `bangfu demo-data` writes: a row of each table, and what is counted from the rows after.
-- Only that verb reads this file.

-- name: begin_load
-- Notes that a load has begun; what an interrupted one left is gone by then.
-- writes
INSERT INTO demo_load (id, seed, scale, as_of, state)
VALUES (1, :seed, :scale, :as_of, 'loading')
ON DUPLICATE KEY UPDATE seed = VALUES(seed), scale = VALUES(scale), as_of = VALUES(as_of),
       state = 'loading', manifest = NULL;

-- name: complete_load
-- Notes that the load is whole.
-- writes
UPDATE demo_load SET state = 'complete', manifest = :manifest WHERE id = 1;

-- name: current_load
-- The note of the last load, and whether there are accounts at all.
SELECT d.state, d.seed, d.scale, EXISTS (SELECT 1 FROM account) AS filled
  FROM (SELECT 1 AS id) one
  LEFT JOIN demo_load d ON d.id = one.id;

-- name: insert_region
-- A division of the country.
-- writes
INSERT INTO region (code, parent, level, name, name_en, valid_from)
VALUES (:code, :parent, :level, :name, :name_en, :valid_from);

-- name: insert_region_ancestor
-- A region and one above it, or itself.
-- writes
INSERT INTO region_ancestor (region, ancestor) VALUES (:region, :ancestor);

-- name: insert_city
-- A pilot city.
-- writes
INSERT INTO city (region, province, slug, place, opened_at)
VALUES (:region, :province, :slug, :place, :opened_at);

-- name: insert_city_plugin
-- Where a sub-platform stands in a city.
-- writes
INSERT INTO city_plugin (id, city, plugin, state, from_at, changed_by, reason)
VALUES (:id, :city, :plugin, :state, :from_at, :changed_by, :reason);

-- name: insert_account
-- An account of a person or an organisation.
-- writes
INSERT INTO account (id, kind, shown_name, phone_masked, phone_bound_at, created_at)
VALUES (:id, :kind, :shown_name, :phone_masked, :phone_bound_at, :created_at);

-- name: insert_role_grant
-- A role of an account.
-- writes
INSERT INTO role_grant (account_id, role, region, from_at)
VALUES (:account_id, :role, :region, :from_at);

-- name: insert_household
-- A household.
-- writes
INSERT INTO household (id, city, county, township, village, shown_name, people, state,
       registered_at, connected_at)
VALUES (:id, :city, :county, :township, :village, :shown_name, :people, :state,
       :registered_at, :connected_at);

-- name: insert_payee_account
-- The bank account of a household, verified; nobody's, so nothing of it is sealed.
-- writes
INSERT INTO payee_account (id, household_id, version, state, last_digits, relation, entered_by,
       entered_at, bank_checked_at, decided_by, decided_at)
VALUES (:id, :household_id, 1, 'verified', :last_digits, 'village_manager', :entered_by,
       :entered_at, :bank_checked_at, :decided_by, :decided_at);

-- name: insert_person
-- A member of a household.
-- writes
INSERT INTO person (id, shown_name, id_masked, birth_year, state)
VALUES (:id, :shown_name, :id_masked, :birth_year, 'current');

-- name: insert_membership
-- Which household a person is in.
-- writes
INSERT INTO membership (household_id, person_id, role, from_at)
VALUES (:household_id, :person_id, :role, :from_at);

-- name: insert_post
-- A help post with the sums kept for its pages.
-- writes
INSERT INTO post (id, ref, plugin, household_id, submitter_id, relation, city, county, township, village,
       need_kind, form, title, item, unit, quantity, target_fen, urgency, state, phase, listed,
       live_fingerprint, created_at, submitted_at, opened_at, deadline_at, closed_at,
       newest_key, urgent_key, seen, pending_quantity, taken_fen, sent_fen, confirmed_fen,
       taken_quantity, sent_quantity, confirmed_quantity, gift_count)
VALUES (:id, :ref, :plugin, :household_id, :submitter_id, 'village_manager', :city, :county,
       :township, :village, :need_kind, :form, :title, :item, :unit, :quantity, :target_fen, :urgency, :state, :phase,
       :listed, :live_fingerprint, :created_at, :submitted_at, :opened_at, :deadline_at,
       :closed_at, :newest_key, :urgent_key, :seen, :pending_quantity, :taken_fen, :sent_fen,
       :confirmed_fen, :taken_quantity, :sent_quantity, :confirmed_quantity, :gift_count);

-- name: insert_post_text
-- The words of a post.
-- writes
INSERT INTO post_text (post_id, story, reason, price_source, story_consent_at)
VALUES (:post_id, :story, :reason, :price_source, :story_consent_at);

-- name: insert_review_step
-- One step of a post's review.
-- writes
INSERT INTO review_step (post_id, round, step, level, office, state, verifier_id, opened_at,
       decided_at, reason)
VALUES (:post_id, 1, :step, :level, :office, :state, :verifier_id, :opened_at,
       :decided_at, :reason);

-- name: steps_to_check
-- The number of the last step of review.
SELECT COALESCE(MAX(s.id), 0) AS last FROM review_step s;

-- name: insert_checks
-- What offices answered and saw at the steps that they approved, of steps after one number and up
-- to another.
-- writes
INSERT INTO review_check (step_id, form, version, items, evidence_hash)
SELECT s.id, p.form, l.version, l.items, e.evidence_hash
  FROM review_step s
  JOIN post p ON p.id = s.post_id
  JOIN post_evidence e ON e.post_id = p.id
  JOIN (SELECT i.level, i.form, i.version, GROUP_CONCAT(i.code ORDER BY i.item) AS items
          FROM checklist_item i WHERE i.version = 1
         GROUP BY i.level, i.form, i.version) l ON l.level = s.level AND l.form = p.form
 WHERE s.id > :after AND s.id <= :upto AND s.state = 'approved' AND NOT s.carried;

-- name: set_clocks
-- Until when the steps that wait have to be decided: so many working days after they were opened.
-- writes
UPDATE review_step s
   SET s.due_at = s.opened_at + INTERVAL (
       SELECT MIN(k.seq) FROM seq_1_to_40 k
        WHERE (SELECT COUNT(*)
                 FROM seq_1_to_40 j
                 LEFT JOIN workday_exception e
                        ON e.day = DATE(s.opened_at + INTERVAL 8 HOUR + INTERVAL j.seq DAY)
                WHERE j.seq <= k.seq
                  AND COALESCE(e.is_workday, WEEKDAY(s.opened_at + INTERVAL 8 HOUR
                                                     + INTERVAL j.seq DAY) < 5))
              = CASE s.level WHEN 'county' THEN 5 ELSE 3 END) DAY
 WHERE s.state = 'open';

-- name: insert_escalations
-- Posts that were not met a month after they were published: their counties have answered what
-- is older than a week.
-- writes
INSERT INTO escalation (post_id, county, at, due_at, answer, text, answered_by, answered_at)
SELECT p.id, p.county, p.opened_at + INTERVAL 30 DAY, p.opened_at + INTERVAL 37 DAY,
       IF(p.opened_at < :as_of - INTERVAL 37 DAY, 'explain', NULL),
       IF(p.opened_at < :as_of - INTERVAL 37 DAY, '需求仍在，价格没有变化，请大家继续关注。', NULL),
       IF(p.opened_at < :as_of - INTERVAL 37 DAY,
          (SELECT MIN(g.account_id) FROM role_grant g
            WHERE g.role = 'county' AND g.region = p.county), NULL),
       IF(p.opened_at < :as_of - INTERVAL 37 DAY, p.opened_at + INTERVAL 34 DAY, NULL)
  FROM post p
 WHERE p.listed = 'open' AND p.opened_at <= :as_of - INTERVAL 30 DAY;

-- name: insert_escalation_events
-- That they became tasks.
-- writes
INSERT INTO event (type, subject_id, city, region, at)
SELECT 'post.escalated', p.id, p.city, p.township, e.at
  FROM escalation e JOIN post p ON p.id = e.post_id
 ORDER BY e.id;

-- name: insert_post_gram
-- A gram that a listed post is found by.
-- writes
INSERT INTO post_gram (gram, sort_key, post_id) VALUES (:gram, :sort_key, :post_id);

-- name: insert_capacity
-- What a post can take.
-- writes
INSERT INTO capacity (id, kind, post_id, total, open_sum, taken_sum)
VALUES (:id, :kind, :post_id, :total, :open_sum, :taken_sum);

-- name: insert_hold
-- A claim on a capacity.
-- writes
INSERT INTO hold (id, capacity_id, account_id, amount, state, created_at, expires_at, decided_at)
VALUES (:id, :capacity_id, :account_id, :amount, :state, :created_at, :expires_at, :decided_at);

-- name: insert_hold_return
-- A claim given back.
-- writes
INSERT INTO hold_return (hold_id, amount, cause, at) VALUES (:hold_id, :amount, :cause, :at);

-- name: insert_payment
-- A payment that succeeded.
-- writes
INSERT INTO payment (id, hold_id, post_id, account_id, channel, gateway_id, fen, state,
       created_at, paid_at)
VALUES (:id, :hold_id, :post_id, :account_id, 'simulated', :gateway_id, :fen, 'succeeded',
       :created_at, :paid_at);

-- name: insert_refund
-- A payment given back.
-- writes
INSERT INTO refund (id, payment_id, kind, fen, state, requested_at, settled_at)
VALUES (:id, :payment_id, 'returned', :fen, 'succeeded', :requested_at, :settled_at);

-- name: insert_receipt
-- The receipt of a payment.
-- writes
INSERT INTO receipt (issuer, year, number, payment_id, issued_at)
VALUES ('demo', :year, :number, :payment_id, :issued_at);

-- name: insert_gift
-- A gift as people see it.
-- writes
INSERT INTO gift (id, hold_id, post_id, account_id, anonymous, fen, quantity, words, words_shown,
       given_at, returned)
VALUES (:id, :hold_id, :post_id, :account_id, :anonymous, :fen, :quantity, :words, :words_shown,
       :given_at, :returned);

-- name: insert_payout
-- Money on its way to a household.
-- writes
INSERT INTO payout (id, kind, post_id, household_id, fen, payee_id, state, prepared_by, approved_by,
       requested_at, sent_at, confirmed_at)
VALUES (:id, :kind, :post_id, :household_id, :fen, :payee_id, :state, :prepared_by,
       :approved_by, :requested_at, :sent_at, :confirmed_at);

-- name: insert_delivery
-- Help on its way to a household.
-- writes
INSERT INTO delivery (kind, post_id, household_id, payout_id, gift_id, fen, quantity, sent_at,
       received_at, confirmed_at, confirmed_by, thanks, thanks_shown, received_quantity)
VALUES (:kind, :post_id, :household_id, :payout_id, :gift_id, :fen, :quantity, :sent_at,
       :received_at, :confirmed_at, :confirmed_by, :thanks, :thanks_shown, :received_quantity);

-- name: insert_pledge
-- Goods that were promised.
-- writes
INSERT INTO pledge (id, hold_id, post_id, household_id, account_id, city, county, village,
       quantity, anonymous, state, way, courier_number, claimed_at, dispatched_at, received_at,
       received_quantity)
VALUES (:id, :hold_id, :post_id, :household_id, :account_id, :city, :county, :village,
       :quantity, :anonymous, :state, :way, :courier_number, :claimed_at, :dispatched_at, :received_at,
       :received_quantity);

-- name: insert_ledger_account
-- An account of the ledger with its balance.
-- writes
INSERT INTO ledger_account (id, code, class, balance_fen)
VALUES (:id, :code, :class, :balance_fen);

-- name: insert_ledger_journal
-- A journal.
-- writes
INSERT INTO ledger_journal (id, subject_kind, subject_id, step, at)
VALUES (:id, :subject_kind, :subject_id, :step, :at);

-- name: insert_ledger_line
-- A line of a journal.
-- writes
INSERT INTO ledger_line (journal_id, ledger_account_id, fen)
VALUES (:journal_id, :ledger_account_id, :fen);

-- name: insert_state_history
-- A move of an object.
-- writes
INSERT INTO state_history (machine, object_id, step, from_state, to_state, actor_id, behalf_of, at)
VALUES (:machine, :object_id, :step, :from_state, :to_state, :actor_id, :behalf_of, :at);

-- name: insert_event
-- What happened.
-- writes
INSERT INTO event (type, subject_id, actor_id, city, region, at)
VALUES (:type, :subject_id, :actor_id, :city, :region, :at);

-- name: count_country
-- The measures of the whole trial, into the figures that pages show.
-- writes
-- scans: a measure reads every post
REPLACE INTO figure (region, registered_donors, connected_families, published_posts, open_posts,
       met_posts, partly_met_posts, delivered_fen, as_of)
SELECT region, registered_donors, connected_families, published_posts, open_posts, met_posts,
       partly_met_posts, delivered_fen, :as_of
  FROM country_measure;

-- name: count_cities
-- The measures of each city, into the figures that pages show.
-- writes
-- scans: a measure reads every post
REPLACE INTO figure (region, connected_families, published_posts, open_posts, met_posts,
       partly_met_posts, delivered_fen, as_of)
SELECT region, connected_families, published_posts, open_posts, met_posts, partly_met_posts,
       delivered_fen, :as_of
  FROM city_measure;

-- name: count_lists
-- How many posts each list holds.
-- writes
-- scans: a count reads every post
INSERT INTO post_count (plugin, city, listed, county, need_kind, posts)
SELECT plugin, city, listed, county, need_kind, posts
  FROM list_measure;

-- name: manifest
-- Counts and sums of what was loaded.
-- scans: a count reads every row
SELECT m.registered_donors, m.connected_families, m.published_posts, m.met_posts,
       m.partly_met_posts, m.delivered_fen,
       (SELECT COUNT(DISTINCT account_id) FROM gift) AS givers,
       (SELECT COUNT(*) FROM household) AS households,
       (SELECT COUNT(*) FROM post) AS posts,
       (SELECT COUNT(*) FROM hold) AS holds,
       (SELECT COUNT(*) FROM gift) AS gifts,
       (SELECT COUNT(*) FROM payout) AS payouts,
       (SELECT COUNT(*) FROM ledger_journal) AS journals,
       (SELECT COUNT(*) FROM ledger_line) AS ledger_lines,
       (SELECT CAST(COALESCE(SUM(fen), 0) AS SIGNED) FROM payment) AS paid_fen
  FROM country_measure m;

-- Before a load, what an interrupted one left goes. TRUNCATE, because the ledger refuses DELETE.

-- name: empty_region
-- Empties the table.
-- writes
TRUNCATE TABLE region;

-- name: empty_region_ancestor
-- Empties the table.
-- writes
TRUNCATE TABLE region_ancestor;

-- name: empty_city
-- Empties the table.
-- writes
TRUNCATE TABLE city;

-- name: empty_city_plugin
-- Empties the table.
-- writes
TRUNCATE TABLE city_plugin;

-- name: empty_account
-- Empties the table.
-- writes
TRUNCATE TABLE account;

-- name: empty_role_grant
-- Empties the table.
-- writes
TRUNCATE TABLE role_grant;

-- name: empty_household
-- Empties the table.
-- writes
TRUNCATE TABLE household;

-- name: empty_payee_account
-- Empties the table.
-- writes
TRUNCATE TABLE payee_account;

-- name: empty_person
-- Empties the table.
-- writes
TRUNCATE TABLE person;

-- name: empty_membership
-- Empties the table.
-- writes
TRUNCATE TABLE membership;

-- name: empty_post
-- Empties the table.
-- writes
TRUNCATE TABLE post;

-- name: empty_post_text
-- Empties the table.
-- writes
TRUNCATE TABLE post_text;

-- name: empty_review_step
-- Empties the table.
-- writes
TRUNCATE TABLE review_step;

-- name: empty_escalation
-- Empties the table.
-- writes
TRUNCATE TABLE escalation;

-- name: empty_review_rejection
-- Empties the table.
-- writes
TRUNCATE TABLE review_rejection;

-- name: empty_review_check
-- Empties the table.
-- writes
TRUNCATE TABLE review_check;

-- name: empty_post_gram
-- Empties the table.
-- writes
TRUNCATE TABLE post_gram;

-- name: empty_capacity
-- Empties the table.
-- writes
TRUNCATE TABLE capacity;

-- name: empty_hold
-- Empties the table.
-- writes
TRUNCATE TABLE hold;

-- name: empty_hold_return
-- Empties the table.
-- writes
TRUNCATE TABLE hold_return;

-- name: empty_payment
-- Empties the table.
-- writes
TRUNCATE TABLE payment;

-- name: empty_refund
-- Empties the table.
-- writes
TRUNCATE TABLE refund;

-- name: empty_receipt
-- Empties the table.
-- writes
TRUNCATE TABLE receipt;

-- name: empty_gift
-- Empties the table.
-- writes
TRUNCATE TABLE gift;

-- name: empty_payout
-- Empties the table.
-- writes
TRUNCATE TABLE payout;

-- name: empty_delivery
-- Empties the table.
-- writes
TRUNCATE TABLE delivery;

-- name: empty_ledger_account
-- Empties the table.
-- writes
TRUNCATE TABLE ledger_account;

-- name: empty_ledger_journal
-- Empties the table.
-- writes
TRUNCATE TABLE ledger_journal;

-- name: empty_ledger_line
-- Empties the table.
-- writes
TRUNCATE TABLE ledger_line;

-- name: empty_state_history
-- Empties the table.
-- writes
TRUNCATE TABLE state_history;

-- name: empty_event
-- Empties the table.
-- writes
TRUNCATE TABLE event;

-- name: empty_figure
-- Empties the table.
-- writes
TRUNCATE TABLE figure;

-- name: empty_post_count
-- Empties the table.
-- writes
TRUNCATE TABLE post_count;

-- name: without_foreign_keys
-- For this connection: tables that others point to can be emptied.
-- writes
SET SESSION foreign_key_checks = 0;

-- name: insert_family_account
-- The account of the head of a household.
-- writes
INSERT INTO account (id, kind, shown_name, phone_masked, phone_bound_at, created_at)
SELECT :account, 'person', h.shown_name, :masked, :at, :at FROM household h WHERE h.id = :household;

-- name: insert_household_account
-- Whose account it is.
-- writes
INSERT INTO household_account (account_id, household_id, person_id, from_at)
SELECT :account, m.household_id, m.person_id, :at
  FROM membership m
 WHERE m.household_id = :household AND m.role = 'head' AND m.to_at IS NULL;

-- name: insert_second_factor
-- A second factor that its holder has proven.
-- writes
INSERT INTO second_factor (account_id, secret_sealed, made_at, confirmed_at)
VALUES (:account, UNHEX(:secret_sealed), UTC_TIMESTAMP(3), UTC_TIMESTAMP(3));

-- name: mask_phone
-- The phone of a sign-in, as it is shown.
-- writes
UPDATE account SET phone_masked = :masked WHERE id = :account;

-- name: empty_login_handle
-- Empties the table.
-- writes
TRUNCATE TABLE login_handle;

-- name: empty_credential
-- Empties the table.
-- writes
TRUNCATE TABLE credential;

-- name: empty_second_factor
-- Empties the table.
-- writes
TRUNCATE TABLE second_factor;

-- name: empty_recovery_code
-- Empties the table.
-- writes
TRUNCATE TABLE recovery_code;

-- name: empty_session
-- Empties the table.
-- writes
TRUNCATE TABLE session;

-- name: empty_session_seen
-- Empties the table.
-- writes
TRUNCATE TABLE session_seen;

-- name: empty_sign_in_try
-- Empties the table.
-- writes
TRUNCATE TABLE sign_in_try;

-- name: empty_one_time_code
-- Empties the table.
-- writes
TRUNCATE TABLE one_time_code;

-- name: empty_registration
-- Empties the table.
-- writes
TRUNCATE TABLE registration;

-- name: empty_household_account
-- Empties the table.
-- writes
TRUNCATE TABLE household_account;

-- name: empty_pledge
-- Empties the table.
-- writes
TRUNCATE TABLE pledge;

-- name: empty_notice
-- Empties the table.
-- writes
TRUNCATE TABLE notice;

-- name: empty_event_done
-- Empties the table.
-- writes
TRUNCATE TABLE event_done;

-- name: empty_notice_delivery
-- Empties the table.
-- writes
TRUNCATE TABLE notice_delivery;

-- name: pass_events
-- What happened before the demo began is told to nobody.
-- writes
UPDATE event_cursor SET event_id = (SELECT COALESCE(MAX(e.id), 0) FROM event e);

-- name: empty_city_plugin_version
-- Empties the table.
-- writes
TRUNCATE TABLE city_plugin_version;

-- name: empty_payment_stop
-- Empties the table.
-- writes
TRUNCATE TABLE payment_stop;

-- name: note_city_plugins
-- The version of each plugin in a city with which the demo begins.
-- writes
INSERT INTO city_plugin_version (city_plugin_id, version, state, from_at, reason, changed_by, at)
SELECT c.id, c.version, c.state, c.from_at, c.reason, c.changed_by,
       LEAST(c.from_at, (SELECT d.as_of FROM demo_load d))
  FROM city_plugin c;
