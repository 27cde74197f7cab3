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
GRANT INSERT, UPDATE (to_at) ON role_grant TO bangfu_money@localhost;
GRANT UPDATE (registered_donors) ON figure TO bangfu_money@localhost;

-- What it is told, and what happened.
GRANT INSERT, UPDATE (read_at) ON notice TO bangfu_money@localhost;
GRANT INSERT ON outbox TO bangfu_money@localhost;
GRANT INSERT ON event TO bangfu_money@localhost;
