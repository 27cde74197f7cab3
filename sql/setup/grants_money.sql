-- What the workers of the pool money may write, run after grants.sql by the server's administrator;
-- running it again changes nothing. They read all (accounts.sql).

-- Sign-in: no other account writes these.
GRANT INSERT, UPDATE, DELETE ON sign_in_try TO bangfu_money@localhost;
GRANT INSERT, DELETE ON login_handle TO bangfu_money@localhost;
GRANT INSERT, UPDATE, DELETE ON credential TO bangfu_money@localhost;
GRANT INSERT, UPDATE, DELETE ON second_factor TO bangfu_money@localhost;
GRANT INSERT, UPDATE, DELETE ON recovery_code TO bangfu_money@localhost;
GRANT INSERT, UPDATE ON session TO bangfu_money@localhost;
GRANT INSERT, UPDATE ON session_seen TO bangfu_money@localhost;
GRANT INSERT, UPDATE ON one_time_code TO bangfu_money@localhost;
GRANT INSERT, DELETE ON registration TO bangfu_money@localhost;

-- An account comes and goes; its row stays.
GRANT INSERT, UPDATE (shown_name, name_sealed, phone_masked, closed_at)
	ON account TO bangfu_money@localhost;
GRANT INSERT, UPDATE (to_at, ended_by, end_reason) ON role_grant TO bangfu_money@localhost;
GRANT UPDATE (registered_donors) ON figure TO bangfu_money@localhost;

-- What it is told, and what happened.
GRANT INSERT, UPDATE (read_at) ON notice TO bangfu_money@localhost;
GRANT UPDATE (event_id) ON event_cursor TO bangfu_money@localhost;
GRANT INSERT, DELETE ON event_done TO bangfu_money@localhost;
GRANT INSERT, DELETE, UPDATE (state, reason, tries, next_at, sent_at, secret_sealed)
	ON notice_delivery TO bangfu_money@localhost;
GRANT INSERT, UPDATE ON contact_preference TO bangfu_money@localhost;

-- What is old is forgotten.
GRANT DELETE ON session TO bangfu_money@localhost;
GRANT DELETE ON session_seen TO bangfu_money@localhost;
GRANT DELETE ON one_time_code TO bangfu_money@localhost;
GRANT DELETE ON gateway_nonce TO bangfu_money@localhost;

-- Claims and money. Of the ledger they insert alone; only balances change.
GRANT INSERT, UPDATE (state, decided_at, leased_until) ON hold TO bangfu_money@localhost;
GRANT INSERT ON hold_return TO bangfu_money@localhost;
GRANT INSERT, UPDATE ON payment TO bangfu_money@localhost;
GRANT INSERT, UPDATE ON refund TO bangfu_money@localhost;
GRANT INSERT ON receipt TO bangfu_money@localhost;
GRANT INSERT, UPDATE ON receipt_counter TO bangfu_money@localhost;
GRANT INSERT, UPDATE (returned) ON gift TO bangfu_money@localhost;
GRANT INSERT, UPDATE (balance_fen) ON ledger_account TO bangfu_money@localhost;
GRANT INSERT, UPDATE ON payout TO bangfu_money@localhost;
GRANT INSERT, UPDATE (state, bank_checked_at, decided_by, decided_at, reason)
	ON payee_account TO bangfu_money@localhost;
GRANT INSERT, UPDATE (received_at, returned_at) ON delivery TO bangfu_money@localhost;
GRANT UPDATE (connected_at) ON household TO bangfu_money@localhost;
GRANT UPDATE (connected_families, delivered_fen) ON figure TO bangfu_money@localhost;
GRANT INSERT ON ledger_journal TO bangfu_money@localhost;
GRANT INSERT ON ledger_line TO bangfu_money@localhost;
GRANT INSERT, UPDATE ON ledger_day TO bangfu_money@localhost;
GRANT INSERT ON ledger_link TO bangfu_money@localhost;
GRANT INSERT ON ledger_key TO bangfu_money@localhost;
GRANT INSERT, UPDATE, DELETE ON idempotency TO bangfu_money@localhost;
GRANT INSERT, UPDATE, DELETE ON gateway_nonce TO bangfu_money@localhost;
GRANT INSERT ON gateway_refusal TO bangfu_money@localhost;
GRANT UPDATE (open_sum, taken_sum) ON capacity TO bangfu_money@localhost;
GRANT UPDATE (pending_fen, taken_fen, pending_quantity, taken_quantity, gift_count, sent_fen)
	ON post TO bangfu_money@localhost;

-- Lists are the pool web's; the core's queries are prepared under both accounts.
GRANT INSERT, UPDATE (agreed_by, agreed_at) ON list_export TO bangfu_money@localhost;
GRANT INSERT ON list_export_file TO bangfu_money@localhost;

-- What jobs do, told by their process.
GRANT INSERT, UPDATE ON job_run TO bangfu_money@localhost;

-- Goods that were promised, on their way and received.
GRANT INSERT, UPDATE (state, version, way, courier_number, dispatched_at, received_at,
	received_quantity, ended_at) ON pledge TO bangfu_money@localhost;
GRANT INSERT, UPDATE (received_at, received_quantity, confirmed_at, confirmed_by, thanks)
	ON delivery TO bangfu_money@localhost;
GRANT UPDATE (sent_quantity, confirmed_quantity) ON post TO bangfu_money@localhost;
GRANT UPDATE (connected_families) ON figure TO bangfu_money@localhost;

-- What of a post follows from claims: the core's queries are prepared under both accounts, so
-- these are the same as in grants.sql.
GRANT INSERT ON post TO bangfu_money@localhost;
GRANT UPDATE (need_kind, form, title, item, unit, quantity, target_fen, urgency, state, phase,
	listed, version, live_fingerprint, submitted_at, opened_at, deadline_at, closed_at,
	newest_key, urgent_key, duplicate_of) ON post TO bangfu_money@localhost;
GRANT INSERT, UPDATE ON post_text TO bangfu_money@localhost;
GRANT INSERT, UPDATE ON review_step TO bangfu_money@localhost;
GRANT INSERT, UPDATE (outcome, decided_by, decided_as, decided_at, note) ON review_rejection
	TO bangfu_money@localhost;
GRANT SHOW VIEW ON rejection_asked TO bangfu_money@localhost;
GRANT INSERT, UPDATE (answer, text, answered_by, answered_at) ON escalation
	TO bangfu_money@localhost;
GRANT INSERT ON review_check TO bangfu_money@localhost;
GRANT SHOW VIEW ON post_evidence TO bangfu_money@localhost;
GRANT INSERT, UPDATE ON appeal TO bangfu_money@localhost;
GRANT INSERT ON declared_relative TO bangfu_money@localhost;
GRANT INSERT, UPDATE ON suspension TO bangfu_money@localhost;
GRANT INSERT, DELETE ON post_gram TO bangfu_money@localhost;
GRANT INSERT, UPDATE ON post_count TO bangfu_money@localhost;
GRANT UPDATE (published_posts, open_posts, met_posts, partly_met_posts)
	ON figure TO bangfu_money@localhost;
GRANT SHOW VIEW ON post_measure TO bangfu_money@localhost;
GRANT SHOW VIEW ON post_kept TO bangfu_money@localhost;
GRANT INSERT ON capacity TO bangfu_money@localhost;
GRANT UPDATE (confirmed_at, confirmed_by, confirm_reason, thanks, thanks_by, thanks_shown,
	thanks_waits_since, thanks_checked_by) ON delivery TO bangfu_money@localhost;
GRANT UPDATE (confirmed_fen) ON post TO bangfu_money@localhost;
GRANT INSERT ON state_history TO bangfu_money@localhost;
GRANT INSERT ON event TO bangfu_money@localhost;
GRANT INSERT ON refused_act TO bangfu_money@localhost;
GRANT INSERT, UPDATE ON post_rest TO bangfu_money@localhost;
GRANT INSERT, UPDATE ON rest_choice TO bangfu_money@localhost;
GRANT INSERT (city, plugin, state, from_at, changed_by, reason), UPDATE (state, version, from_at,
	reason, public_text, changed_by) ON city_plugin TO bangfu_money@localhost;
GRANT INSERT (city, plugin, state, from_at, changed_by, reason, version),
	UPDATE (state, version, from_at, reason, public_text, changed_by) ON city_plugin TO bangfu_money@localhost;
GRANT INSERT ON city_plugin_version TO bangfu_money@localhost;
GRANT SHOW VIEW ON operator_city TO bangfu_money@localhost;
GRANT INSERT ON payment_stop TO bangfu_money@localhost;
GRANT UPDATE (asked_by, asked_at, asked_reason, ended_by, ended_at) ON payment_stop
	TO bangfu_money@localhost;
GRANT INSERT ON setting TO bangfu_money@localhost;

-- The register: how far a household is, who was with it, and the notice in its village.
GRANT INSERT, UPDATE (state, version, client_id, client_body) ON household TO bangfu_money@localhost;
GRANT INSERT, UPDATE (name_sealed, id_sealed, id_masked, id_hash) ON person TO bangfu_money@localhost;
GRANT INSERT, UPDATE (to_at) ON membership TO bangfu_money@localhost;
GRANT INSERT, UPDATE ON import_run TO bangfu_money@localhost;
GRANT INSERT, UPDATE (replaced_at) ON household_visit TO bangfu_money@localhost;
GRANT INSERT, UPDATE (ended_at) ON household_publicity TO bangfu_money@localhost;
GRANT INSERT, UPDATE (state, version, active_at, ended_by, ended_at) ON pairing
	TO bangfu_money@localhost;
GRANT INSERT, UPDATE (shown, waits_since, checked_by, checked_at) ON pairing_update
	TO bangfu_money@localhost;

-- The job says how a picture went.
GRANT UPDATE (state, reason) ON picture TO bangfu_money@localhost;
