-- The operators' console: who holds which role where is found by the region.

ALTER TABLE role_grant ADD INDEX IF NOT EXISTS region (region, role);
