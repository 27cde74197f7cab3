-- The account of the simulated gateway, run by the server's administrator after `bangfu migrate`, in
-- a demo and for tests alone. It is somebody else: it reads and writes its own tables only.

CREATE USER IF NOT EXISTS bangfu_sandbox@localhost;

GRANT SELECT, INSERT, UPDATE ON sandbox_order TO bangfu_sandbox@localhost;
GRANT SELECT, INSERT ON sandbox_refund TO bangfu_sandbox@localhost;
GRANT SELECT, INSERT, UPDATE ON sandbox_notice TO bangfu_sandbox@localhost;
GRANT SELECT, INSERT ON sandbox_nonce TO bangfu_sandbox@localhost;
GRANT SELECT ON schema_migration TO bangfu_sandbox@localhost;
