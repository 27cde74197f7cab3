-- What the web workers may touch, run in bangfu's database by the server's administrator after
-- `bangfu migrate`; running it again changes nothing. They read what pages show and write
-- nothing yet: no ledger, no payment, no sealed name or number.

GRANT SELECT ON region TO bangfu_web@localhost;
GRANT SELECT ON region_ancestor TO bangfu_web@localhost;
GRANT SELECT ON city TO bangfu_web@localhost;
GRANT SELECT ON city_plugin TO bangfu_web@localhost;
GRANT SELECT (id, kind, shown_name, closed_at) ON account TO bangfu_web@localhost;
GRANT SELECT (id, city, county, township, village, shown_name, people, state)
	ON household TO bangfu_web@localhost;
GRANT SELECT ON post TO bangfu_web@localhost;
GRANT SELECT ON post_text TO bangfu_web@localhost;
GRANT SELECT ON post_gram TO bangfu_web@localhost;
GRANT SELECT ON review_step TO bangfu_web@localhost;
GRANT SELECT ON gift TO bangfu_web@localhost;
GRANT SELECT ON delivery TO bangfu_web@localhost;
GRANT SELECT (household_id, state, verified_household) ON payee_account TO bangfu_web@localhost;
GRANT SELECT ON figure TO bangfu_web@localhost;
GRANT SELECT ON post_count TO bangfu_web@localhost;

-- Who asks: the session of a cookie, which they can find and not make, and when it was last seen.
GRANT SELECT (id, sid_hash, account_id, expires_at, second_factor_at, ended_at)
	ON session TO bangfu_web@localhost;
GRANT SELECT, UPDATE (seen_at) ON session_seen TO bangfu_web@localhost;
GRANT SELECT (account_id, household_id, to_at) ON household_account TO bangfu_web@localhost;
GRANT SELECT (id, account_id, read_at) ON notice TO bangfu_web@localhost;

-- Writing and checking help posts. The sums of a post, what can be taken once it is published,
-- history and events are not theirs to change. The workers for money move posts as well, when one
-- becomes full or is open again.
GRANT SELECT (id, account_id, role, region, from_at, to_at) ON role_grant
	TO bangfu_web@localhost, bangfu_money@localhost;
GRANT INSERT ON post TO bangfu_web@localhost, bangfu_money@localhost;
GRANT UPDATE (need_kind, form, title, item, unit, quantity, target_fen, urgency, state, phase,
	listed, version, live_fingerprint, submitted_at, opened_at, deadline_at, closed_at,
	newest_key, urgent_key, duplicate_of) ON post
	TO bangfu_web@localhost, bangfu_money@localhost;
GRANT INSERT, UPDATE ON post_text TO bangfu_web@localhost, bangfu_money@localhost;
GRANT INSERT, UPDATE ON review_step TO bangfu_web@localhost, bangfu_money@localhost;
GRANT SELECT, INSERT, UPDATE ON appeal TO bangfu_web@localhost, bangfu_money@localhost;
GRANT SELECT, INSERT ON declared_relative TO bangfu_web@localhost, bangfu_money@localhost;
GRANT SELECT, INSERT, UPDATE ON suspension TO bangfu_web@localhost, bangfu_money@localhost;
GRANT INSERT, DELETE ON post_gram TO bangfu_web@localhost, bangfu_money@localhost;
GRANT INSERT, UPDATE ON post_count TO bangfu_web@localhost, bangfu_money@localhost;
GRANT UPDATE (published_posts, open_posts, met_posts, partly_met_posts)
	ON figure TO bangfu_web@localhost, bangfu_money@localhost;
GRANT SELECT, SHOW VIEW ON post_measure TO bangfu_web@localhost, bangfu_money@localhost;
GRANT INSERT ON capacity TO bangfu_web@localhost, bangfu_money@localhost;
-- What a family has, it confirms, and says thanks for. What was sent and received is not theirs.
GRANT UPDATE (confirmed_at, confirmed_by, confirm_reason, thanks, thanks_by, thanks_shown,
	thanks_waits_since, thanks_checked_by) ON delivery
	TO bangfu_web@localhost, bangfu_money@localhost;
GRANT UPDATE (confirmed_fen) ON post TO bangfu_web@localhost, bangfu_money@localhost;
GRANT SELECT, INSERT ON review_rejection TO bangfu_web@localhost, bangfu_money@localhost;
GRANT UPDATE (outcome, decided_by, decided_as, decided_at, note) ON review_rejection
	TO bangfu_web@localhost, bangfu_money@localhost;
GRANT SELECT, SHOW VIEW ON rejection_asked TO bangfu_web@localhost, bangfu_money@localhost;
GRANT SELECT, INSERT ON escalation TO bangfu_web@localhost, bangfu_money@localhost;
GRANT UPDATE (answer, text, answered_by, answered_at) ON escalation
	TO bangfu_web@localhost, bangfu_money@localhost;
GRANT SELECT ON checklist_item TO bangfu_web@localhost, bangfu_money@localhost;
GRANT SELECT, SHOW VIEW ON post_evidence TO bangfu_web@localhost, bangfu_money@localhost;
GRANT SELECT, INSERT ON review_check TO bangfu_web@localhost, bangfu_money@localhost;
GRANT SELECT ON workday_exception TO bangfu_web@localhost, bangfu_money@localhost;
GRANT SELECT ON setting TO bangfu_web@localhost, bangfu_money@localhost;
GRANT SELECT ON setting_kind TO bangfu_web@localhost, bangfu_money@localhost;
GRANT SELECT, INSERT ON state_history TO bangfu_web@localhost, bangfu_money@localhost;
GRANT INSERT ON event TO bangfu_web@localhost, bangfu_money@localhost;
GRANT INSERT ON refused_act TO bangfu_web@localhost, bangfu_money@localhost;

-- The operators' console: what runs where, and whether payments begin in a city. Of the money they
-- see what a sub-platform that is to be closed still holds, and change nothing.
GRANT SELECT, SHOW VIEW ON operator_city TO bangfu_web@localhost;
GRANT SELECT (id, code, balance_fen) ON ledger_account TO bangfu_web@localhost;
GRANT SELECT (id, post_id) ON capacity TO bangfu_web@localhost;
GRANT SELECT (id, capacity_id, state) ON hold TO bangfu_web@localhost;
GRANT SELECT (id, post_id, county, state) ON pledge TO bangfu_web@localhost;
GRANT INSERT (city, plugin, state, from_at, changed_by, reason, version),
	UPDATE (state, version, from_at, reason, public_text, changed_by) ON city_plugin
	TO bangfu_web@localhost, bangfu_money@localhost;
GRANT SELECT, INSERT ON city_plugin_version TO bangfu_web@localhost, bangfu_money@localhost;
GRANT SELECT, INSERT ON payment_stop TO bangfu_web@localhost, bangfu_money@localhost;
GRANT UPDATE (asked_by, asked_at, asked_reason, ended_by, ended_at) ON payment_stop
	TO bangfu_web@localhost, bangfu_money@localhost;
-- What was refused is read by whoever looks into a post.
GRANT SELECT ON refused_act TO bangfu_web@localhost;
GRANT INSERT ON setting TO bangfu_web@localhost, bangfu_money@localhost;

-- Lists that leave the house: what is in them, who asked for them, each file.
GRANT SELECT (registered_at, connected_at) ON household TO bangfu_web@localhost;
GRANT SELECT (id, post_id, household_id, fen, state, prepared_by, approved_by, requested_at, sent_at,
	confirmed_at) ON payout TO bangfu_web@localhost;
GRANT SELECT, INSERT, UPDATE (agreed_by, agreed_at) ON list_export TO bangfu_web@localhost;
GRANT SELECT, INSERT ON list_export_file TO bangfu_web@localhost;

-- What somebody did: ids, no words.
GRANT SELECT ON event TO bangfu_web@localhost;

-- Jobs: how they are, and that one shall run now.
GRANT SELECT, UPDATE (asked_at, asked_by) ON job_run TO bangfu_web@localhost;

-- The schema is compared with the files when a generation is loaded.
GRANT SELECT ON schema_migration TO bangfu_web@localhost;
GRANT SELECT, INSERT, UPDATE ON idempotency TO bangfu_web@localhost;
GRANT SELECT, INSERT ON post_rest TO bangfu_web@localhost;
GRANT UPDATE (choice, chosen_by, chosen_at) ON post_rest TO bangfu_web@localhost;

-- The public ledger of a post: the lines of what is kept for it, and which gift a payment became.
GRANT SELECT (id, subject_kind, subject_id, step, at) ON ledger_journal TO bangfu_web@localhost;
GRANT SELECT (id, journal_id, ledger_account_id, fen) ON ledger_line TO bangfu_web@localhost;
GRANT SELECT (id, hold_id) ON payment TO bangfu_web@localhost;
-- What was sealed of each day is for everybody.
GRANT SELECT ON ledger_day TO bangfu_web@localhost;
GRANT SELECT ON ledger_key TO bangfu_web@localhost;
-- Donors and families who stay connected. Who is connected and what was written never changes.
-- Donors and families who stay connected. Who is connected and what was written never changes. What
-- went back of gifts tells which of them have come.
GRANT SELECT (hold_id, amount) ON hold_return TO bangfu_web@localhost;
GRANT SELECT, INSERT ON pairing TO bangfu_web@localhost, bangfu_money@localhost;
GRANT UPDATE (state, version, active_at, ended_by, ended_at) ON pairing
	TO bangfu_web@localhost, bangfu_money@localhost;
GRANT SELECT, INSERT ON pairing_update TO bangfu_web@localhost, bangfu_money@localhost;
GRANT UPDATE (shown, waits_since, checked_by, checked_at) ON pairing_update
	TO bangfu_web@localhost, bangfu_money@localhost;

-- Pictures of posts: the author's, who adds them and takes them back.
GRANT SELECT, INSERT, DELETE ON picture TO bangfu_web@localhost, bangfu_money@localhost;
