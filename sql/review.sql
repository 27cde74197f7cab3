-- Checking a help post. Used by cgi/domain/review.c. Whose office a step is, and who is too close
-- to it, is decided here.

-- name: database_time
-- The time by which everything is judged.
SELECT UTC_TIMESTAMP(3) AS now;

-- name: workday_exceptions
-- The days behind a time that are not as their day of the week says: as many as could matter.
-- example: from_at=2026-09-28, working_days=5
SELECT DATEDIFF(e.day, '1970-01-01') AS day, e.is_workday
  FROM workday_exception e
 WHERE e.day > DATE(CONVERT_TZ(:from_at, '+00:00', '+08:00'))
   AND e.day <= DATE(:from_at + INTERVAL (:working_days * 3 + 30) DAY)
 ORDER BY e.day;

-- name: add_round
-- The next round of a post: a step for each level, none open yet.
-- writes
-- example: post=1
INSERT INTO review_step (post_id, round, step, level, office, state)
SELECT p.id, COALESCE((SELECT MAX(o.round) FROM review_step o WHERE o.post_id = :post), 0) + 1,
       c.step, c.level,
       CASE c.level WHEN 'village' THEN p.village WHEN 'township' THEN p.township
            ELSE p.county END, 'waiting'
  FROM post p
  JOIN (SELECT 1 AS step, 'village' AS level UNION ALL SELECT 2, 'township'
         UNION ALL SELECT 3, 'county') c
 WHERE p.id = :post;

-- name: add_round_again
-- The next round after an appeal: what was approved below the rejecting step stays approved.
-- writes
-- example: post=1, rejecting=2
INSERT INTO review_step (post_id, round, step, level, office, state, verifier_id, opened_at,
       due_at, decided_at, carried)
SELECT s.post_id, s.round + 1, s.step, s.level, s.office,
       CASE WHEN s.step < :rejecting THEN s.state ELSE 'waiting' END,
       CASE WHEN s.step < :rejecting THEN s.verifier_id END,
       CASE WHEN s.step < :rejecting THEN s.opened_at END,
       CASE WHEN s.step < :rejecting THEN s.due_at END,
       CASE WHEN s.step < :rejecting THEN s.decided_at END, s.step < :rejecting
  FROM review_step s
  JOIN (SELECT MAX(o.round) AS round FROM review_step o WHERE o.post_id = :post) l
    ON l.round = s.round
 WHERE s.post_id = :post;

-- name: open_step
-- Opens a step of the last round.
-- writes
-- example: post=1, step=1, at=2026-11-25, due_at=2026-11-28
UPDATE review_step s
  JOIN (SELECT MAX(o.round) AS round FROM review_step o WHERE o.post_id = :post) l
    ON l.round = s.round
   SET s.state = 'open', s.opened_at = :at, s.due_at = :due_at
 WHERE s.post_id = :post AND s.step = :step AND s.state = 'waiting';

-- name: step_of_office
-- A step, where the person has its level in its office, which is one that the post lies in; and
-- whether they are too close: author, family, relative, decider of another step or of an earlier
-- rejection.
-- example: step=1, account=1, household=1
SELECT s.id, s.post_id, s.round, s.step, s.level, s.office, s.state, s.verifier_id,
       GREATEST(UTC_TIMESTAMP(3), COALESCE(s.opened_at + INTERVAL 1000 MICROSECOND,
                                           UTC_TIMESTAMP(3))) AS now,
       EXISTS (SELECT 1 FROM review_rejection r WHERE r.live_step = s.id) AS is_proposed,
       (p.submitter_id = :account OR p.household_id = :household
        OR EXISTS (SELECT 1 FROM declared_relative d
                    WHERE d.account_id = :account AND d.household_id = p.household_id)
        OR EXISTS (SELECT 1 FROM state_history h
                    WHERE h.machine = 'post' AND h.object_id = p.id
                      AND h.to_state IN ('draft', 'submitted') AND h.actor_id = :account)
        OR EXISTS (SELECT 1 FROM review_step o
                    WHERE o.post_id = p.id AND o.verifier_id = :account AND o.id <> s.id
                      AND ((o.round = s.round AND o.state = 'approved')
                           OR o.state = 'rejected'))) AS is_close
  FROM review_step s
  JOIN post p ON p.id = s.post_id
  JOIN region_ancestor a ON a.region = p.village AND a.ancestor = s.office
 WHERE s.id = :step
   AND EXISTS (SELECT 1 FROM role_grant g
                WHERE g.account_id = :account AND g.role = s.level AND g.region = s.office
                  AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL);

-- name: checklist_of_step
-- What is answered before a step is approved, in order, and what the office has before it.
-- example: step=1
SELECT i.form, i.version, i.item, i.code, e.evidence_hash
  FROM review_step s
  JOIN post p ON p.id = s.post_id
  JOIN post_evidence e ON e.post_id = p.id
  JOIN checklist_item i ON i.level = s.level AND i.form = p.form
 WHERE s.id = :step
   AND i.version = (SELECT MAX(v.version) FROM checklist_item v
                     WHERE v.level = s.level AND v.form = p.form)
 ORDER BY i.item;

-- name: write_check
-- What was ticked and seen, with the decision.
-- writes
-- example: step=1, form=money, checklist=1, items=x, evidence=x
INSERT INTO review_check (step_id, form, version, items, evidence_hash)
VALUES (:step, :form, :checklist, :items, :evidence);

-- name: decide_step
-- A decision; what was decided before stays.
-- writes
-- example: step=1, state=approved, account=1, at=2026-11-25, reason=x, reason_code=x, fields=x
UPDATE review_step s
   SET s.state = :state, s.verifier_id = :account, s.decided_at = :at, s.reason = :reason,
       s.reason_code = :reason_code, s.fields = :fields
 WHERE s.id = :step AND s.state IN ('open', 'assigned');

-- name: assign_step
-- Gives a step to a person, who must be of its office and far enough from the matter.
-- writes
-- example: step=1, account=1
UPDATE review_step s
  JOIN post p ON p.id = s.post_id
   SET s.state = 'assigned', s.verifier_id = :account
 WHERE s.id = :step AND s.state IN ('open', 'assigned') AND p.submitter_id <> :account
   AND EXISTS (SELECT 1 FROM role_grant g
                WHERE g.account_id = :account AND g.role = s.level AND g.region = s.office
                  AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL)
   AND NOT EXISTS (SELECT 1 FROM declared_relative d
                    WHERE d.account_id = :account AND d.household_id = p.household_id)
   AND NOT EXISTS (SELECT 1 FROM state_history h
                    WHERE h.machine = 'post' AND h.object_id = p.id
                      AND h.to_state IN ('draft', 'submitted') AND h.actor_id = :account)
   AND NOT EXISTS (SELECT 1 FROM review_step o
                    WHERE o.post_id = p.id AND o.verifier_id = :account AND o.id <> s.id
                      AND ((o.round = s.round AND o.state = 'approved')
                           OR o.state = 'rejected'));

-- name: propose_rejection
-- What a county wants to reject, until a second person has looked.
-- writes
-- example: step=1, reason_code=x, reason=x, account=1
INSERT INTO review_rejection (step_id, reason_code, reason, proposed_by, proposed_at)
VALUES (:step, :reason_code, :reason, :account, UTC_TIMESTAMP(3));

-- name: rejection_to_confirm
-- A rejection that waits, for whom it is asked of; and whether they are who proposed it, or too
-- close.
-- example: rejection=1, account=1, household=1
SELECT r.id, r.step_id, s.post_id, r.reason_code, r.reason, r.proposed_by, q.role AS asked_as,
       GREATEST(UTC_TIMESTAMP(3), s.opened_at + INTERVAL 1000 MICROSECOND) AS now,
       r.proposed_by = :account AS is_own,
       (p.submitter_id = :account OR p.household_id = :household
        OR EXISTS (SELECT 1 FROM declared_relative d
                    WHERE d.account_id = :account AND d.household_id = p.household_id)
        OR EXISTS (SELECT 1 FROM state_history h
                    WHERE h.machine = 'post' AND h.object_id = p.id
                      AND h.to_state IN ('draft', 'submitted') AND h.actor_id = :account)
        OR EXISTS (SELECT 1 FROM review_step o
                    WHERE o.post_id = p.id AND o.verifier_id = :account AND o.id <> s.id
                      AND ((o.round = s.round AND o.state = 'approved')
                           OR o.state = 'rejected'))) AS is_close
  FROM rejection_asked q
  JOIN review_rejection r ON r.id = q.rejection_id
  JOIN review_step s ON s.id = r.step_id
  JOIN post p ON p.id = s.post_id
 WHERE r.id = :rejection AND q.account_id = :account
 ORDER BY q.role = 'county' DESC
 LIMIT 1;

-- name: decide_rejection
-- What the second person says.
-- writes
-- example: rejection=1, outcome=confirmed, account=1, asked_as=county, note=x
UPDATE review_rejection r
   SET r.outcome = :outcome, r.decided_by = :account, r.decided_as = :asked_as,
       r.decided_at = UTC_TIMESTAMP(3), r.note = :note
 WHERE r.id = :rejection AND r.outcome IS NULL;

-- name: declare_relative
-- That a family is an official's own.
-- writes
-- example: account=1, of_household=1
INSERT IGNORE INTO declared_relative (account_id, household_id, at)
VALUES (:account, :of_household, UTC_TIMESTAMP(3));

-- name: free_step
-- Gives a step that this person had back to its office.
-- writes
-- example: step=1, account=1
UPDATE review_step s
   SET s.state = 'open', s.verifier_id = NULL
 WHERE s.id = :step AND s.state = 'assigned' AND s.verifier_id = :account;

-- name: rejecting_step
-- The step that rejected a post, and whether its time for an appeal is over or it had one.
-- example: post=1, days=30
SELECT s.id, s.step, s.decided_at + INTERVAL :days DAY < UTC_TIMESTAMP(3) AS is_late,
       (SELECT COUNT(*) FROM appeal a WHERE a.post_id = s.post_id) AS appeals,
       (SELECT MAX(r.decided_as = 'city') FROM review_rejection r
         WHERE r.step_id = s.id AND r.outcome = 'confirmed') AS by_city,
       (SELECT c.province FROM post p JOIN city c ON c.region = p.city
         WHERE p.id = s.post_id) AS province
  FROM review_step s
 WHERE s.post_id = :post AND s.state = 'rejected'
 ORDER BY s.round DESC, s.step DESC
 LIMIT 1;

-- name: add_appeal
-- An appeal to the level above the step that rejected.
-- writes
-- example: post=1, step=1, level=township, office=430523100, account=1, text=x
INSERT INTO appeal (post_id, step_id, level, office, appealed_by, text, at)
VALUES (:post, :step, :level, :office, :account, :text, UTC_TIMESTAMP(3));

-- name: appeal_of_office
-- An appeal, where the person has its level in its office.
-- example: appeal=1, account=1, household=1
SELECT a.id, a.post_id, a.outcome, s.step,
       GREATEST(UTC_TIMESTAMP(3), s.decided_at + INTERVAL 1000 MICROSECOND) AS now,
       (p.submitter_id = :account OR p.household_id = :household
        OR EXISTS (SELECT 1 FROM declared_relative d
                    WHERE d.account_id = :account AND d.household_id = p.household_id)
        OR EXISTS (SELECT 1 FROM review_step o
                    WHERE o.post_id = p.id AND o.verifier_id = :account)
        OR EXISTS (SELECT 1 FROM review_rejection r
                    WHERE r.step_id = a.step_id AND r.decided_by = :account)) AS is_close
  FROM appeal a
  JOIN post p ON p.id = a.post_id
  JOIN review_step s ON s.id = a.step_id
 WHERE a.id = :appeal
   AND EXISTS (SELECT 1 FROM role_grant g
                WHERE g.account_id = :account AND g.role = a.level AND g.region = a.office
                  AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL);

-- name: decide_appeal
-- What the level above says.
-- writes
-- example: appeal=1, outcome=upheld, account=1, reason=x
UPDATE appeal a
   SET a.outcome = :outcome, a.decided_by = :account, a.decided_at = UTC_TIMESTAMP(3),
       a.reason = :reason
 WHERE a.id = :appeal AND a.outcome IS NULL;
