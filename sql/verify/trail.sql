-- I6, I11, I13: moves follow the tables, the fences stand, nobody checks their own.

-- name: i6_moves
-- Each move is the next of its object, begins where the one before ended, not earlier, and is in the
-- state table. Objects that went the same way are looked at as one: a million moves are some dozens
-- of ways. A move that is too early stands at the wrong place of its way.
-- scans: all moves are looked at
SELECT w.machine, w.first_object, w.objects, w.step, w.before_state, w.from_state, w.to_state
  FROM (SELECT k.machine, k.first_object, k.objects, m.place, m.step, m.rule_version, m.from_state,
               m.to_state, LAG(m.to_state) OVER (PARTITION BY k.machine, k.first_object
                                                 ORDER BY m.place) AS before_state
          FROM (SELECT o.machine, MIN(o.object_id) AS first_object, COUNT(*) AS objects,
                       MIN(o.moves) AS moves
                  FROM (SELECT h.machine, h.object_id,
                               CONCAT('[', GROUP_CONCAT('[', h.step, ',', h.rule_version, ',',
                                                        JSON_QUOTE(h.from_state), ',',
                                                        JSON_QUOTE(h.to_state), ']'
                                                        ORDER BY h.at, h.step), ']') AS moves
                          FROM state_history h
                         GROUP BY h.machine, h.object_id) o
                 GROUP BY o.machine, SHA1(o.moves)) k
          JOIN JSON_TABLE(k.moves, '$[*]' COLUMNS (
                   place FOR ORDINALITY, step INT PATH '$[0]', rule_version INT PATH '$[1]',
                   from_state VARCHAR(24) COLLATE utf8mb4_bin PATH '$[2]',
                   to_state VARCHAR(24) COLLATE utf8mb4_bin PATH '$[3]')) m) w
  LEFT JOIN state_rule r ON r.machine = w.machine AND r.version = w.rule_version
       AND r.from_state = w.from_state AND r.to_state = w.to_state
 WHERE r.machine IS NULL OR w.step <> w.place OR w.from_state <> COALESCE(w.before_state, '');

-- name: i6_moves_counted
-- Moves.
-- scans: all are counted
SELECT COUNT(*) AS moves FROM state_history;

-- name: i6_last
-- Each object is in the state of its last move.
-- scans: all objects are looked at
SELECT o.machine, o.object_id, o.state
  FROM (SELECT 'post' AS machine, p.id AS object_id, p.state FROM post p
         UNION ALL SELECT 'household', d.id, d.state FROM household d
         UNION ALL SELECT 'payment', m.id, CAST(m.state AS CHAR) FROM payment m
         UNION ALL SELECT 'refund', r.id, CAST(r.state AS CHAR) FROM refund r
         UNION ALL SELECT 'payout', y.id, CAST(y.state AS CHAR) FROM payout y
         UNION ALL SELECT 'city_plugin', c.id, c.state FROM city_plugin c
          WHERE c.id IN (SELECT h.object_id FROM state_history h WHERE h.machine = 'city_plugin')
         UNION ALL SELECT 'pledge', g.id, g.state FROM pledge g
         UNION ALL SELECT 'payee', e.id, CAST(e.state AS CHAR) FROM payee_account e) o
 WHERE NOT o.state <=> (SELECT h.to_state FROM state_history h
                         WHERE h.machine = o.machine AND h.object_id = o.object_id
                         ORDER BY h.step DESC LIMIT 1);

-- name: i6_last_counted
-- Objects.
-- scans: all are counted
SELECT (SELECT COUNT(*) FROM post) + (SELECT COUNT(*) FROM household)
       + (SELECT COUNT(*) FROM payment) + (SELECT COUNT(*) FROM refund)
       + (SELECT COUNT(*) FROM payout) + (SELECT COUNT(*) FROM pledge)
       + (SELECT COUNT(*) FROM payee_account) AS objects;

-- name: i11_fences
-- The unique keys that guard the ledger and the claims are there. (The triggers show themselves
-- only to accounts that may change them; the tests try them.)
-- scans: it reads the server's own lists
SELECT f.name
  FROM (SELECT 'ledger_journal.once' AS name
         UNION ALL SELECT 'payment.gateway'
         UNION ALL SELECT 'payment.hold'
         UNION ALL SELECT 'payment.number'
         UNION ALL SELECT 'refund.number'
         UNION ALL SELECT 'idempotency.PRIMARY'
         UNION ALL SELECT 'gateway_nonce.PRIMARY'
         UNION ALL SELECT 'ledger_account.code'
         UNION ALL SELECT 'hold_return.once'
         UNION ALL SELECT 'receipt.number'
         UNION ALL SELECT 'person.id_hash'
         UNION ALL SELECT 'membership.one_household'
         UNION ALL SELECT 'membership.one_head'
         UNION ALL SELECT 'post.one_live_need'
         UNION ALL SELECT 'payee_account.one_verified'
         UNION ALL SELECT 'payee_account.one_waiting'
         UNION ALL SELECT 'review_check.PRIMARY'
         UNION ALL SELECT 'state_history.PRIMARY') f
 WHERE NOT EXISTS (SELECT 1 FROM information_schema.STATISTICS s
                    WHERE s.TABLE_SCHEMA = DATABASE() AND s.NON_UNIQUE = 0
                      AND CONCAT(s.TABLE_NAME, '.', s.INDEX_NAME) = f.name);

-- name: i11_fences_counted
-- Fences.
SELECT 18 AS fences;

-- name: i13_verifier
-- Nobody checked a post that they wrote, or two steps of one round.
-- scans: all steps are looked at
SELECT s.post_id, s.round, s.verifier_id
  FROM review_step s
  JOIN post p ON p.id = s.post_id AND p.submitter_id = s.verifier_id
 UNION ALL
SELECT s.post_id, s.round, s.verifier_id
  FROM review_step s
 WHERE s.verifier_id IS NOT NULL
 GROUP BY s.post_id, s.round, s.verifier_id
HAVING COUNT(*) > 1;

-- name: i13_verifier_counted
-- Steps.
-- scans: all are counted
SELECT COUNT(*) AS review_steps FROM review_step;

-- name: i13_levels
-- Each published post passed village, township and county, in this order, in one round.
-- scans: all published posts are looked at
SELECT p.id AS post_id
  FROM post p
  LEFT JOIN (SELECT s.post_id, MIN(IF(s.level = 'village', s.decided_at, NULL)) AS village_at,
                    MIN(IF(s.level = 'township', s.decided_at, NULL)) AS township_at,
                    MIN(IF(s.level = 'county', s.decided_at, NULL)) AS county_at
               FROM review_step s
              WHERE s.state = 'approved'
              GROUP BY s.post_id, s.round
             HAVING village_at < township_at AND township_at < county_at) r
    ON r.post_id = p.id AND r.county_at <= p.opened_at
 WHERE p.opened_at IS NOT NULL AND r.post_id IS NULL;

-- name: i13_levels_counted
-- Published posts.
-- scans: all are counted
SELECT COUNT(*) AS published_posts FROM post p WHERE p.opened_at IS NOT NULL;

-- name: i13_checks
-- Each approval kept what its office answered: all of the checklist, about what it had seen.
-- scans: all steps are looked at
SELECT s.id AS review_step_id, s.post_id, c.version, c.items
  FROM review_step s
  LEFT JOIN review_check c ON c.step_id = s.id
 WHERE s.state = 'approved' AND NOT s.carried
   AND (c.step_id IS NULL OR LENGTH(c.evidence_hash) <> 64
        OR EXISTS (SELECT 1 FROM checklist_item i
                    WHERE i.level = s.level AND i.form = c.form AND i.version = c.version
                      AND NOT FIND_IN_SET(i.code, c.items)));

-- name: i13_checks_counted
-- Approvals.
-- scans: all are counted
SELECT COUNT(*) AS approvals FROM review_step s WHERE s.state = 'approved' AND NOT s.carried;

-- name: i13_rejections
-- What a county rejected, two people did; a rejection that was declined left its step open.
-- scans: all steps are looked at
SELECT s.id AS review_step_id, s.post_id
  FROM review_step s
  LEFT JOIN review_rejection r ON r.step_id = s.id AND r.outcome = 'confirmed'
 WHERE s.level = 'county'
   AND ((s.state = 'rejected' AND (r.id IS NULL OR r.proposed_by <> s.verifier_id
                                   OR r.decided_by = r.proposed_by))
        OR (s.state <> 'rejected' AND r.id IS NOT NULL));

-- name: i13_rejections_counted
-- Rejections.
-- scans: all are counted
SELECT COUNT(*) AS rejections FROM review_step s WHERE s.state = 'rejected';

-- name: i13_escalations
-- Each task about a post that was not met has its one event, and who answered said something.
-- scans: all tasks are looked at
SELECT e.id AS escalation_id, e.post_id
  FROM escalation e
  LEFT JOIN (SELECT v.subject_id, COUNT(*) AS events FROM event v
              WHERE v.type = 'post.escalated' GROUP BY v.subject_id) t
         ON t.subject_id = e.post_id
 WHERE NOT t.events <=> 1 OR (e.answer IS NULL) <> (e.text IS NULL)
    OR (e.answer IS NULL) <> (e.answered_by IS NULL);

-- name: i13_escalations_counted
-- Tasks.
-- scans: all are counted
SELECT COUNT(*) AS tasks FROM escalation;

-- name: i13_payouts
-- Each payout that went on was prepared by one person and approved by another, and each holds
-- the grant for it in a region that holds the household's county.
-- scans: all payouts are looked at
SELECT o.id AS payout_id, o.prepared_by, o.approved_by
  FROM payout o
  JOIN household h ON h.id = o.household_id
 WHERE o.prepared_by = o.approved_by
    OR NOT EXISTS (SELECT 1 FROM role_grant a
                     JOIN region_ancestor u ON u.region = h.county AND u.ancestor = a.region
                    WHERE a.account_id = o.prepared_by AND a.role = 'pay.prepare')
    OR (o.state IN ('approved', 'sent', 'confirmed', 'returned')
        AND NOT EXISTS (SELECT 1 FROM role_grant b
                          JOIN region_ancestor u ON u.region = h.county AND u.ancestor = b.region
                         WHERE b.account_id = o.approved_by AND b.role = 'pay.approve'));

-- name: i13_payouts_counted
-- Payouts.
-- scans: all are counted
SELECT COUNT(*) AS payouts FROM payout;

-- name: i6_versions
-- A plugin in a city stands as its last version says, and each version is the next.
-- scans: all versions are looked at
SELECT c.id AS city_plugin_id, c.version, v.version AS last_version
  FROM city_plugin c
  JOIN (SELECT o.city_plugin_id, MAX(o.version) AS version, MIN(o.version) AS first,
               COUNT(*) AS versions
          FROM city_plugin_version o
         GROUP BY o.city_plugin_id) v ON v.city_plugin_id = c.id
  JOIN city_plugin_version l ON l.city_plugin_id = c.id AND l.version = v.version
 WHERE c.version <> v.version OR c.state <> l.state OR c.from_at <> l.from_at
    OR v.version - v.first + 1 <> v.versions;

-- name: i6_versions_counted
-- Versions.
-- scans: all are counted
SELECT COUNT(*) AS city_plugin_versions FROM city_plugin_version;
