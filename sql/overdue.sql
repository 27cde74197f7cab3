-- Clocks that ran out: steps of review that nobody decided in time, and published posts that are
-- not met a month later. Used by cgi/domain/overdue.c.

-- name: next_overdue_step
-- A step whose clock ran out, and which nobody was told of yet.
SELECT s.id, s.post_id
  FROM review_step s
 WHERE s.state IN ('open', 'assigned') AND s.due_at < UTC_TIMESTAMP(3) AND s.overdue_at IS NULL
 ORDER BY s.due_at
 LIMIT 1;

-- name: flag_overdue
-- Flags a step, if it is overdue still.
-- writes
-- example: step=1
UPDATE review_step s
   SET s.overdue_at = UTC_TIMESTAMP(3)
 WHERE s.id = :step AND s.state IN ('open', 'assigned') AND s.due_at < UTC_TIMESTAMP(3)
   AND s.overdue_at IS NULL;

-- name: next_unmet_post
-- A published post that still lacks something so many days later, and has no task yet.
SELECT p.id
  FROM post p
  JOIN (SELECT t.value FROM setting t
         WHERE t.name = 'escalation_days' AND t.region = 0 AND t.plugin = ''
           AND t.from_at <= UTC_TIMESTAMP(3)
         ORDER BY t.version DESC LIMIT 1) d
  LEFT JOIN escalation e ON e.post_id = p.id
 WHERE p.listed = 'open' AND p.opened_at <= UTC_TIMESTAMP(3) - INTERVAL d.value DAY
   AND p.deadline_at > UTC_TIMESTAMP(3) AND e.id IS NULL
 ORDER BY p.opened_at
 LIMIT 1;

-- name: add_escalation
-- A task of the county of a post, unless it has one or nothing is missing any more.
-- writes
-- example: post=1, due_at=2026-12-02
INSERT IGNORE INTO escalation (post_id, county, at, due_at)
SELECT p.id, p.county, UTC_TIMESTAMP(3), :due_at
  FROM post p
 WHERE p.id = :post AND p.listed = 'open';

-- name: escalation_of_county
-- The task of a post, where the person is of the county; and whether they wrote the post or are
-- of the family.
-- example: ref=WP7A9X8NWP, account=1, household=1
SELECT e.id, e.post_id, e.answer,
       (p.submitter_id = :account OR p.household_id = :household
        OR EXISTS (SELECT 1 FROM declared_relative d
                    WHERE d.account_id = :account AND d.household_id = p.household_id)) AS is_close
  FROM escalation e
  JOIN post p ON p.id = e.post_id
 WHERE p.ref = :ref
   AND EXISTS (SELECT 1 FROM role_grant g
                WHERE g.account_id = :account AND g.role = 'county' AND g.region = e.county
                  AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL);

-- name: answer_escalation
-- What the county says, once.
-- writes
-- example: escalation=1, answer=explain, text=x, account=1
UPDATE escalation e
   SET e.answer = :answer, e.text = :text, e.answered_by = :account,
       e.answered_at = UTC_TIMESTAMP(3)
 WHERE e.id = :escalation AND e.answer IS NULL;

-- name: extend_post
-- A later deadline, and with it the place in the list of what is urgent.
-- writes
-- example: post=1, days=30
UPDATE post p
   SET p.deadline_at = p.deadline_at + INTERVAL :days DAY,
       p.urgent_key = p.urgent_key - :days * 86400000, p.version = p.version + 1
 WHERE p.id = :post;
