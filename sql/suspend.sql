-- Stopping a published post. Used by cgi/domain/suspend.c and pages of the county.

-- name: post_of_county
-- A published post, where the person is an official of its county.
-- example: ref=WP7A9X8NWP, account=1
SELECT p.id
  FROM post p
 WHERE p.ref = :ref AND p.opened_at IS NOT NULL
   AND EXISTS (SELECT 1 FROM role_grant g
                WHERE g.account_id = :account AND g.role = 'county' AND g.region = p.county
                  AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL);

-- name: add_suspension
-- Why a post was stopped, and what visitors are told.
-- writes
-- example: post=1, case_number=2026-17, public_text=x, account=1
INSERT INTO suspension (post_id, case_number, public_text, suspended_by, at)
VALUES (:post, :case_number, :public_text, :account, UTC_TIMESTAMP(3));

-- name: live_suspension
-- The suspension of a post that is not ended, and who wants what of it.
-- example: post=1, account=1
SELECT s.id, s.case_number, s.public_text, s.at, s.asked, s.asked_by,
       s.asked_by <=> :account AS asked_by_me, a.shown_name AS asked_by_name
  FROM suspension s
  LEFT JOIN account a ON a.id = s.asked_by
 WHERE s.live_post = :post;

-- name: ask_to_end_suspension
-- The wish of the first person; another wish takes the place of an earlier one.
-- writes
-- example: post=1, wish=lift, account=1
UPDATE suspension s
   SET s.asked = :wish, s.asked_by = :account, s.asked_at = UTC_TIMESTAMP(3)
 WHERE s.live_post = :post;

-- name: end_suspension
-- The second person has agreed.
-- writes
-- example: post=1, account=1, reason=x
UPDATE suspension s
   SET s.ended_by = :account, s.ended_at = UTC_TIMESTAMP(3), s.reason = :reason
 WHERE s.live_post = :post;

-- name: post_that_stays
-- Another published post of the same county, under way.
-- example: ref=WP7A9X8NWP, post=1
SELECT p.id
  FROM post p
  JOIN post d ON d.id = :post AND d.county = p.county
 WHERE p.ref = :ref AND p.id <> d.id AND p.phase IN ('open', 'full', 'met');

-- name: link_duplicate
-- Which post stays.
-- writes
-- example: post=1, stays=2
UPDATE post p SET p.duplicate_of = :stays WHERE p.id = :post;
