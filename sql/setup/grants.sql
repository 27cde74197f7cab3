-- What the web workers may touch, run in bangfu's database by the server's administrator after
-- `bangfu migrate`; running it again changes nothing. They read what pages show and write
-- nothing yet: no ledger, no payment, no sealed name or number.

GRANT SELECT ON region TO bangfu_web@localhost;
GRANT SELECT ON region_ancestor TO bangfu_web@localhost;
GRANT SELECT ON city TO bangfu_web@localhost;
GRANT SELECT ON city_plugin TO bangfu_web@localhost;
GRANT SELECT (id, kind, shown_name, closed_at) ON account TO bangfu_web@localhost;
GRANT SELECT (id, city, county, township, shown_name, people, state)
	ON household TO bangfu_web@localhost;
GRANT SELECT ON post TO bangfu_web@localhost;
GRANT SELECT ON post_text TO bangfu_web@localhost;
GRANT SELECT ON post_gram TO bangfu_web@localhost;
GRANT SELECT ON review_step TO bangfu_web@localhost;
GRANT SELECT ON gift TO bangfu_web@localhost;
GRANT SELECT ON delivery TO bangfu_web@localhost;
GRANT SELECT ON figure TO bangfu_web@localhost;
GRANT SELECT ON post_count TO bangfu_web@localhost;

-- Who asks: the session of a cookie, which they can find and not make, and when it was last seen.
GRANT SELECT (id, sid_hash, account_id, expires_at, second_factor_at, ended_at)
	ON session TO bangfu_web@localhost;
GRANT SELECT, UPDATE (seen_at) ON session_seen TO bangfu_web@localhost;
GRANT SELECT (account_id, role, region, from_at, to_at) ON role_grant TO bangfu_web@localhost;
GRANT SELECT (account_id, household_id, to_at) ON household_account TO bangfu_web@localhost;
GRANT SELECT (id, account_id, read_at) ON notice TO bangfu_web@localhost;

-- The schema is compared with the files when a generation is loaded.
GRANT SELECT ON schema_migration TO bangfu_web@localhost;
