-- A donor and a family are connected once, and read of each other what somebody has looked at.

-- name: pairing_one_live
-- No donor has two live connections with a family.
-- scans: all connections are looked at
SELECT p.donor_id, p.household_id, COUNT(*) AS live
  FROM pairing p
 WHERE p.state IN ('proposed', 'active')
 GROUP BY p.donor_id, p.household_id
HAVING COUNT(*) > 1;

-- name: pairing_one_live_counted
-- Connections.
-- scans: all are counted
SELECT COUNT(*) AS pairings FROM pairing;

-- name: pairing_moves
-- Each connection stands where its last move says, and has its times.
-- scans: all connections are looked at
SELECT p.id AS pairing_id, p.state
  FROM pairing p
 WHERE p.state <> COALESCE((SELECT h.to_state FROM state_history h
                             WHERE h.machine = 'pairing' AND h.object_id = p.id
                             ORDER BY h.step DESC LIMIT 1), '')
    OR (p.state = 'active' AND p.active_at IS NULL)
    OR (p.state IN ('ended', 'declined', 'withdrawn')) <> (p.ended_at IS NOT NULL);

-- name: pairing_moves_counted
-- Connections.
-- scans: all are counted
SELECT COUNT(*) AS pairings FROM pairing;

-- name: pairing_read_first
-- No update is shown that nobody else has looked at, and none was written without a connection.
-- scans: all updates are looked at
SELECT u.id AS update_id, u.pairing_id
  FROM pairing_update u
  LEFT JOIN pairing p ON p.id = u.pairing_id
 WHERE p.id IS NULL OR p.active_at IS NULL OR u.written_at < p.active_at
    OR (u.shown AND (u.checked_by IS NULL OR u.checked_by IN (u.author_id, p.donor_id)
                     OR u.waits_since IS NOT NULL));

-- name: pairing_read_first_counted
-- Updates.
-- scans: all are counted
SELECT COUNT(*) AS updates FROM pairing_update;
