-- What pages for people who write and check help posts ask: their own posts, the queue of an
-- office, a post to be checked. Each query asks whether the person may see it.

-- name: households_to_write_for
-- The person's own household, and those of the villages that they manage.
-- example: account=1, household=1
SELECT h.id, h.shown_name, h.people, h.id = :household AS own
  FROM household h
 WHERE h.id = :household AND h.state IN ('active', 'due_for_review')
 UNION
SELECT h.id, h.shown_name, h.people, 0
  FROM role_grant g
  JOIN household h ON h.village = g.region
 WHERE g.account_id = :account AND g.role = 'village' AND g.to_at IS NULL
   AND h.state IN ('active', 'due_for_review') AND NOT h.id <=> :household
 ORDER BY own DESC, shown_name, id
 LIMIT 500;

-- name: own_posts
-- The person's posts: of their household, and those that they wrote for others; the newest first.
-- page: sort_key, id
-- example: account=1, household=1, page_rows=20, after_key=1000, after_id=1000
SELECT p.id, p.ref, p.title, p.need_kind, p.form, p.state, p.target_fen, p.quantity, p.unit,
       p.created_at, p.submitted_at, h.shown_name AS family_name, p.relation, p.id AS sort_key
  FROM (SELECT a.id FROM post a WHERE a.household_id = :household
         UNION SELECT b.id FROM post b WHERE b.submitter_id = :account) o
  JOIN post p ON p.id = o.id
  JOIN household h ON h.id = p.household_id
 WHERE TRUE
   AND p.id < :after_key                                                --? after_key
   AND :after_id > 0                                                    --? after_key
 ORDER BY p.id DESC
 LIMIT :page_rows;

-- name: own_post
-- A post as its author sees it.
-- example: ref=WP7A9X8NWP, account=1, household=1, lang=zh
SELECT p.id, p.ref, z.slug, p.plugin, p.city, p.state, p.phase, p.version, p.need_kind, p.form,
       p.title, p.item, p.unit, p.quantity, p.target_fen,
       CONCAT(p.target_fen DIV 100, CASE WHEN p.target_fen % 100 = 0 THEN ''
              ELSE CONCAT('.', LPAD(p.target_fen % 100, 2, '0')) END) AS target_yuan,
       x.story, x.reason, x.price_source,
       x.story_consent_at IS NOT NULL AS story_shown, p.relation, a.shown_name AS writer,
       h.shown_name AS family_name, h.people, p.county,
       CASE :lang WHEN 'en' THEN t.name_en ELSE t.name END AS township,
       p.created_at, p.submitted_at, p.opened_at, p.deadline_at, p.listed IS NOT NULL AS is_public,
       p.taken_fen + p.taken_quantity + p.pending_fen + p.pending_quantity AS given,
       p.state = 'rejected' AND NOT EXISTS (SELECT 1 FROM appeal q WHERE q.post_id = p.id)
       AS may_appeal,
       (SELECT CAST(r.choice AS CHAR) FROM post_rest r WHERE r.post_id = p.id) AS rest_choice,
       (SELECT r.family_until FROM post_rest r
         WHERE r.post_id = p.id AND r.choice IS NULL AND r.donors_until IS NULL
           AND r.family_until > UTC_TIMESTAMP(3)) AS rest_until
  FROM post p
  JOIN post_text x ON x.post_id = p.id
  JOIN household h ON h.id = p.household_id
  JOIN account a ON a.id = p.submitter_id
  JOIN region t ON t.code = p.township
  JOIN city z ON z.region = p.city
 WHERE p.ref = :ref
   AND (p.household_id = :household
        OR (p.submitter_id = :account
            AND EXISTS (SELECT 1 FROM role_grant g
                         WHERE g.account_id = :account AND g.role = 'village'
                           AND g.region = p.village AND g.from_at <= UTC_TIMESTAMP(3)
                           AND g.to_at IS NULL)));

-- name: post_rounds
-- All steps of a post, the newest round first; who decided, and why.
-- example: post=1
SELECT s.id, s.round, s.step, s.level, s.state, s.opened_at, s.due_at, s.decided_at,
       s.reason_code, s.reason, s.carried, a.shown_name AS verifier
  FROM review_step s
  LEFT JOIN account a ON a.id = s.verifier_id AND s.decided_at IS NOT NULL
 WHERE s.post_id = :post AND s.state <> 'waiting'
 ORDER BY s.round DESC, s.step;

-- name: post_checks
-- What was ticked at the steps of a post, a row for each item.
-- example: post=1
SELECT s.id AS step_id, i.item, i.code, c.version
  FROM review_step s
  JOIN review_check c ON c.step_id = s.id
  JOIN checklist_item i ON i.level = s.level AND i.form = c.form AND i.version = c.version
       AND FIND_IN_SET(i.code, c.items)
 WHERE s.post_id = :post
 ORDER BY s.id, i.item;

-- name: review_checklist
-- What is to be answered before a step is approved, in one row, and what its form carries.
-- example: step=1
SELECT i.version, e.evidence_hash AS evidence,
       MAX(CASE i.item WHEN 1 THEN i.code END) AS item_1,
       MAX(CASE i.item WHEN 2 THEN i.code END) AS item_2,
       MAX(CASE i.item WHEN 3 THEN i.code END) AS item_3,
       MAX(CASE i.item WHEN 4 THEN i.code END) AS item_4,
       MAX(CASE i.item WHEN 5 THEN i.code END) AS item_5,
       MAX(CASE i.item WHEN 6 THEN i.code END) AS item_6
  FROM review_step s
  JOIN post p ON p.id = s.post_id
  JOIN post_evidence e ON e.post_id = p.id
  JOIN checklist_item i ON i.level = s.level AND i.form = p.form
 WHERE s.id = :step
   AND i.version = (SELECT MAX(v.version) FROM checklist_item v
                     WHERE v.level = s.level AND v.form = p.form)
 GROUP BY i.version, e.evidence_hash;

-- name: post_returned_fields
-- What the last return of a post names, a row each.
-- example: post=1
SELECT f.code
  FROM (SELECT s.fields
          FROM review_step s
         WHERE s.post_id = :post AND s.state = 'returned'
         ORDER BY s.round DESC
         LIMIT 1) r
  JOIN (SELECT 'title' AS code UNION ALL SELECT 'story' UNION ALL SELECT 'item'
         UNION ALL SELECT 'amount' UNION ALL SELECT 'reason' UNION ALL SELECT 'price_source'
         UNION ALL SELECT 'other') f ON FIND_IN_SET(f.code, r.fields);

-- name: post_appeal
-- The appeal of a post.
-- example: post=1
SELECT q.id, q.level, q.text, q.at, q.outcome, q.reason, q.decided_at
  FROM appeal q
 WHERE q.post_id = :post;

-- name: review_queue
-- What waits at the person's offices, the oldest clock first.
-- page: sort_key, id
-- example: account=1, lang=zh, page_rows=20, after_key=1000, after_id=1
SELECT s.id, p.ref, p.title, p.need_kind, p.form, p.target_fen, p.quantity, p.unit, s.level,
       s.state, s.opened_at, s.due_at, COALESCE(s.due_at < UTC_TIMESTAMP(3), 0) AS is_overdue,
       TIMESTAMPDIFF(DAY, s.opened_at, UTC_TIMESTAMP(3)) AS age_days,
       s.verifier_id <=> :account AS is_mine, p.submitter_id = :account AS is_own,
       h.shown_name AS family_name, p.county,
       CASE :lang WHEN 'en' THEN t.name_en ELSE t.name END AS township,
       TIMESTAMPDIFF(SECOND, COALESCE(s.due_at, s.opened_at), '2100-01-01') AS sort_key
  FROM role_grant g
  JOIN review_step s ON s.office = g.region AND s.state IN ('open', 'assigned')
  JOIN post p ON p.id = s.post_id
  JOIN household h ON h.id = p.household_id
  JOIN region t ON t.code = p.township
 WHERE g.account_id = :account AND g.role = s.level AND g.from_at <= UTC_TIMESTAMP(3)
   AND g.to_at IS NULL AND p.phase = 'review'
   AND TIMESTAMPDIFF(SECOND, COALESCE(s.due_at, s.opened_at), '2100-01-01') <= :after_key --? after_key
   AND (TIMESTAMPDIFF(SECOND, COALESCE(s.due_at, s.opened_at), '2100-01-01') < :after_key OR s.id < :after_id) --? after_key
 ORDER BY sort_key DESC, s.id DESC
 LIMIT :page_rows;

-- name: review_appeals
-- Appeals that wait at the person's offices.
-- example: account=1
SELECT q.id, p.ref, p.title, q.at, TIMESTAMPDIFF(DAY, q.at, UTC_TIMESTAMP(3)) AS age_days
  FROM role_grant g
  JOIN appeal q ON q.office = g.region AND q.level = g.role AND q.outcome IS NULL
  JOIN post p ON p.id = q.post_id
 WHERE g.account_id = :account AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL
 ORDER BY q.at, q.id
 LIMIT 100;

-- name: review_unmet
-- Published posts of the person's county that were not met a month later, and wait for an answer.
-- example: account=1
SELECT e.id, p.ref, p.title, e.at, e.due_at,
       e.due_at < UTC_TIMESTAMP(3) AS is_overdue
  FROM role_grant g
  JOIN escalation e ON e.county = g.region AND e.answer IS NULL
  JOIN post p ON p.id = e.post_id AND p.listed = 'open'
 WHERE g.account_id = :account AND g.role = 'county' AND g.from_at <= UTC_TIMESTAMP(3)
   AND g.to_at IS NULL
 ORDER BY e.at, e.id
 LIMIT 100;

-- name: post_unmet
-- The task of a post that was not met a month after it was published, and its answer.
-- example: post=1
SELECT e.id, e.at, e.due_at, e.answer, e.text, e.answered_at
  FROM escalation e
 WHERE e.post_id = :post;

-- name: review_rejections
-- Rejections that a second person has to look at, of whom the person is one.
-- example: account=1
SELECT DISTINCT r.id, p.ref, p.title, r.proposed_at,
       TIMESTAMPDIFF(DAY, r.proposed_at, UTC_TIMESTAMP(3)) AS age_days
  FROM rejection_asked k
  JOIN review_rejection r ON r.id = k.rejection_id AND r.proposed_by <> :account
  JOIN post p ON p.id = k.post_id
 WHERE k.account_id = :account
 ORDER BY r.proposed_at, r.id
 LIMIT 100;

-- name: review_rejection_here
-- The rejection of a post that waits, for its offices; and whether the person may answer it.
-- example: post=1, account=1, household=1
SELECT r.id, r.reason_code, r.reason, r.proposed_at, a.shown_name AS proposer,
       r.proposed_by = :account AS is_own,
       (p.submitter_id = :account OR p.household_id <=> :household
        OR EXISTS (SELECT 1 FROM declared_relative d
                    WHERE d.account_id = :account AND d.household_id = p.household_id)
        OR EXISTS (SELECT 1 FROM review_step o
                    WHERE o.post_id = p.id AND o.verifier_id = :account AND o.id <> s.id
                      AND ((o.round = s.round AND o.state = 'approved')
                           OR o.state = 'rejected'))) AS is_close
  FROM rejection_asked k
  JOIN review_rejection r ON r.id = k.rejection_id
  JOIN review_step s ON s.id = k.step_id
  JOIN post p ON p.id = k.post_id
  JOIN account a ON a.id = r.proposed_by
 WHERE k.post_id = :post AND k.account_id = :account
 LIMIT 1;

-- name: review_post
-- A post as those who check it see it: all of it, whoever may read the story later. It is there
-- for the offices of its chain, and for the one that an appeal is at.
-- example: ref=WP7A9X8NWP, account=1, household=1, lang=zh
SELECT p.id, p.ref, p.plugin, p.state, p.phase, p.version, p.need_kind, p.form, p.title, p.item,
       p.unit, p.quantity, p.target_fen, p.urgency, x.story, x.reason, x.price_source,
       x.story_consent_at IS NOT NULL AS story_shown, p.relation, a.shown_name AS writer,
       h.shown_name AS family_name, h.people, p.county,
       CASE :lang WHEN 'en' THEN t.name_en ELSE t.name END AS township,
       CASE :lang WHEN 'en' THEN v.name_en ELSE v.name END AS village, p.submitted_at,
       (SELECT COUNT(*) FROM post o
         WHERE o.household_id = p.household_id AND o.id <> p.id
           AND o.phase IN ('review', 'open', 'full', 'suspended')) AS other_posts,
       (SELECT q.id FROM appeal q
          JOIN role_grant g ON g.account_id = :account AND g.role = q.level
               AND g.region = q.office AND g.to_at IS NULL
         WHERE q.post_id = p.id AND q.outcome IS NULL) AS appeal_here,
       EXISTS (SELECT 1 FROM role_grant g
                WHERE g.account_id = :account AND g.role = 'county' AND g.region = p.county
                  AND g.to_at IS NULL) AS is_county
  FROM post p
  JOIN post_text x ON x.post_id = p.id
  JOIN household h ON h.id = p.household_id
  JOIN account a ON a.id = p.submitter_id
  JOIN region t ON t.code = p.township
  JOIN region v ON v.code = p.village
 WHERE p.ref = :ref AND p.submitted_at IS NOT NULL
   AND (EXISTS (SELECT 1 FROM review_step s
                  JOIN role_grant g ON g.role = s.level AND g.region = s.office
                 WHERE s.post_id = p.id AND g.account_id = :account
                   AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL)
        OR EXISTS (SELECT 1 FROM appeal q
                     JOIN role_grant g ON g.role = q.level AND g.region = q.office
                    WHERE q.post_id = p.id AND g.account_id = :account
                      AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL)
        OR EXISTS (SELECT 1 FROM rejection_asked k
                    WHERE k.post_id = p.id AND k.account_id = :account));

-- name: review_step_here
-- The step of a post that waits at one of the person's offices, if any; and whether they may
-- decide it.
-- example: post=1, account=1, household=1
SELECT s.id, s.level, s.state, s.opened_at, s.due_at,
       COALESCE(s.due_at < UTC_TIMESTAMP(3), 0) AS is_overdue,
       s.verifier_id <=> :account AS is_mine, v.shown_name AS verifier,
       (p.submitter_id = :account OR p.household_id <=> :household
        OR EXISTS (SELECT 1 FROM declared_relative d
                    WHERE d.account_id = :account AND d.household_id = p.household_id)
        OR EXISTS (SELECT 1 FROM review_step o
                    WHERE o.post_id = p.id AND o.verifier_id = :account AND o.id <> s.id
                      AND ((o.round = s.round AND o.state = 'approved')
                           OR o.state = 'rejected'))) AS is_close
  FROM review_step s
  JOIN post p ON p.id = s.post_id
  LEFT JOIN account v ON v.id = s.verifier_id
 WHERE s.post_id = :post AND s.state IN ('open', 'assigned') AND p.phase = 'review'
   AND EXISTS (SELECT 1 FROM role_grant g
                WHERE g.account_id = :account AND g.role = s.level AND g.region = s.office
                  AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL)
 ORDER BY s.round DESC, s.step
 LIMIT 1;
