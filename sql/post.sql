-- Writing and moving a help post. Used by cgi/domain/posting.c and draft.c.

-- name: post_lock
-- Locks a post for a move.
-- example: id=1
SELECT p.id FROM post p WHERE p.id = :id FOR UPDATE;

-- name: post_row
-- All that guards and lists want to know of a post.
-- example: id=1
SELECT p.id, p.ref, p.plugin, p.state, p.phase, p.listed, p.version, p.household_id,
       h.state AS household_state,
       EXISTS (SELECT 1 FROM payee_account y WHERE y.verified_household = h.id) AS has_payee, p.submitter_id, p.relation, p.city, p.county, p.township,
       p.village, p.need_kind, p.form, p.title, p.item, p.unit, p.quantity, p.target_fen,
       p.urgency, x.story, x.reason, x.price_source,
       COALESCE(p.target_fen, p.quantity, 0) AS asked,
       p.taken_fen + p.taken_quantity AS taken, p.pending_fen + p.pending_quantity AS pending,
       p.confirmed_fen + p.confirmed_quantity AS confirmed,
       COALESCE(p.deadline_at <= UTC_TIMESTAMP(3), 0) AS is_over,
       p.newest_key + IF(p.listed = 'open', 100000000000000, 0) AS sort_key,
       m.id IS NOT NULL AS published, COALESCE(m.is_open, 0) AS is_open,
       COALESCE(m.is_met, 0) AS is_met,
       COALESCE(m.is_helped AND NOT m.is_met, 0) AS is_partly_met,
       c.name AS city_name, c.name_en AS city_name_en, n.name AS county_name,
       n.name_en AS county_name_en, t.name AS township_name, t.name_en AS township_name_en
  FROM post p
  JOIN post_text x ON x.post_id = p.id
  JOIN household h ON h.id = p.household_id
  JOIN region c ON c.code = p.city
  JOIN region n ON n.code = p.county
  JOIN region t ON t.code = p.township
  LEFT JOIN post_measure m ON m.id = p.id
 WHERE p.id = :id;

-- name: post_set
-- Writes a post's next state and what goes with it.
-- writes
-- example: id=1, from=draft, to=submitted, phase=review, shown=0, now=2026-11-25, fingerprint=x
UPDATE post p
   SET p.listed = CASE WHEN :shown AND (p.listed IS NOT NULL OR :from = 'suspended')
                       THEN :phase END,
       p.state = :to,
       p.phase = :phase,
       p.version = p.version + 1,
       p.submitted_at = :now,                                   --? to=submitted
       p.live_fingerprint = :fingerprint,                       --? fingerprint
       p.live_fingerprint = IF(:phase IN ('met', 'ended'), NULL, p.live_fingerprint), --? !fingerprint
       p.closed_at = CASE WHEN :phase IN ('met', 'ended') THEN :now END
 WHERE p.id = :id;

-- name: post_publish
-- Publishes a post that was just opened: dates, order in lists, and that visitors find it.
-- writes
-- example: id=1, deadline_days=60, urgency=1
UPDATE post p
   SET p.opened_at = UTC_TIMESTAMP(3),
       p.urgency = :urgency,                                    --? urgency
       p.deadline_at = p.opened_at + INTERVAL :deadline_days DAY,
       p.newest_key = TIMESTAMPDIFF(MICROSECOND, '1970-01-01', p.opened_at) DIV 1000,
       p.urgent_key = (p.urgency + 1) * 100000000000000
                      - TIMESTAMPDIFF(MICROSECOND, '1970-01-01', p.deadline_at) DIV 1000,
       p.listed = 'open'
 WHERE p.id = :id;

-- name: add_capacity
-- What a published post can take: the money that is missing, or the pieces.
-- writes
-- example: id=1
INSERT INTO capacity (kind, post_id, total)
SELECT CASE p.form WHEN 'money' THEN 'money_gap' ELSE 'goods_line' END, p.id,
       COALESCE(p.target_fen, p.quantity)
  FROM post p
 WHERE p.id = :id;

-- name: change_post_count
-- The totals of the four lists that a post is in.
-- writes
-- example: plugin=donations, city=430500, listed=open, county=430523, need=medical, by=1
INSERT INTO post_count (plugin, city, listed, county, need_kind, posts)
VALUES (:plugin, :city, :listed, 0, '', :by), (:plugin, :city, :listed, 0, :need, :by),
       (:plugin, :city, :listed, :county, '', :by), (:plugin, :city, :listed, :county, :need, :by)
    ON DUPLICATE KEY UPDATE posts = posts + VALUES(posts);

-- name: change_figures
-- The figures of a city and of the whole trial.
-- writes
-- example: city=430500, published=1, is_open=1, is_met=0, is_partly_met=0
UPDATE figure f
   SET f.published_posts = f.published_posts + :published,
       f.open_posts = f.open_posts + :is_open,
       f.met_posts = f.met_posts + :is_met,
       f.partly_met_posts = f.partly_met_posts + :is_partly_met
 WHERE f.region IN (0, :city);

-- name: add_grams
-- What a listed post is found by.
-- writes
-- example: grams=["冬衣"], sort_key=1, post=1
INSERT INTO post_gram (gram, sort_key, post_id)
SELECT j.gram, :sort_key, :post
  FROM JSON_TABLE(:grams, '$[*]' COLUMNS (gram VARCHAR(16) PATH '$')) j;

-- name: remove_grams
-- Takes a post out of the search.
-- writes
-- example: grams=["冬衣"], sort_key=1, post=1
DELETE g
  FROM JSON_TABLE(:grams, '$[*]' COLUMNS (gram VARCHAR(16) PATH '$')) j
  JOIN post_gram g ON g.gram = CONVERT(j.gram USING utf8mb4) COLLATE utf8mb4_bin
       AND g.sort_key = :sort_key AND g.post_id = :post;

-- name: household_lock
-- Two posts of a household are sent one after the other.
-- example: of_household=1
SELECT h.id FROM household h WHERE h.id = :of_household FOR UPDATE;

-- name: household_posts
-- How many other posts of a household are under way, and whether one asks for the same need.
-- example: id=1, of_household=1, fingerprint=x
SELECT (SELECT COUNT(*) FROM post p
         WHERE p.household_id = :of_household AND p.id <> :id
           AND p.phase IN ('review', 'open', 'full', 'suspended')) AS under_way,
       EXISTS (SELECT 1 FROM post p
                WHERE p.live_fingerprint = :fingerprint AND p.id <> :id) AS same_need;

-- name: household_to_write_for
-- A household, where it is the person's own or lives in a village that they manage.
-- example: of_household=1, account=1, household=1
SELECT h.id, h.city
  FROM household h
 WHERE h.id = :of_household
   AND (h.id = :household
        OR EXISTS (SELECT 1 FROM role_grant g
                    WHERE g.account_id = :account AND g.role = 'village' AND g.region = h.village
                      AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL));

-- name: add_draft
-- A draft of a household, where it lives; it has no state before its first move.
-- writes
-- example: ref=WP7A9X8NWP, plugin=donations, of_household=1, account=1, need_kind=medical
-- example: form=money, relation=village_manager
INSERT INTO post (ref, plugin, household_id, submitter_id, relation, city, county, township,
       village, need_kind, form, title, item, urgency, state, phase, created_at)
SELECT :ref, :plugin, h.id, :account, :relation, h.city, h.county, h.township, h.village,
       :need_kind, :form, '', '', 0, '', 'draft', UTC_TIMESTAMP(3)
  FROM household h
 WHERE h.id = :of_household;

-- name: add_draft_text
-- The words of a draft, none yet; whether they may be shown, nobody has said yet.
-- writes
-- example: id=1
INSERT INTO post_text (post_id, story, reason, price_source) VALUES (:id, '', '', '');

-- name: own_post_id
-- The post with a reference, where it is the person's own or they wrote it and still manage
-- its village.
-- example: ref=WP7A9X8NWP, account=1, household=1
SELECT p.id
  FROM post p
 WHERE p.ref = :ref
   AND (p.household_id = :household
        OR (p.submitter_id = :account
            AND EXISTS (SELECT 1 FROM role_grant g
                         WHERE g.account_id = :account AND g.role = 'village'
                           AND g.region = p.village AND g.from_at <= UTC_TIMESTAMP(3)
                           AND g.to_at IS NULL)));

-- name: save_draft
-- What was typed into a draft.
-- writes
-- example: id=1, need_kind=medical, form=money, title=x, item=x, unit=x, quantity=1, target_fen=1
UPDATE post p
   SET p.need_kind = COALESCE(:need_kind, p.need_kind), p.form = COALESCE(:form, p.form),
       p.title = COALESCE(:title, ''), p.item = COALESCE(:item, ''),
       p.unit = CASE p.form WHEN 'goods' THEN :unit END,
       p.quantity = CASE p.form WHEN 'goods' THEN :quantity END,
       p.target_fen = CASE p.form WHEN 'money' THEN :target_fen END,
       p.version = p.version + 1
 WHERE p.id = :id;

-- name: save_draft_text
-- The words of a draft, and whether visitors may read its story.
-- writes
-- example: id=1, story=x, reason=x, price_source=x, story_shown=1
UPDATE post_text x
   SET x.story = COALESCE(:story, ''), x.reason = COALESCE(:reason, ''),
       x.price_source = COALESCE(:price_source, ''),
       x.story_consent_at = CASE WHEN :story_shown
                                 THEN COALESCE(x.story_consent_at, UTC_TIMESTAMP(3)) END
 WHERE x.post_id = :id;

-- ---- at its end -------------------------------------------------------------------------

-- name: rest_begin
-- A post has ended with help that is not confirmed. Where money of it did not leave for its family,
-- it, or its donors, are asked; else the post waits for what is on its way.
-- writes
-- example: id=1, days=7
INSERT IGNORE INTO post_rest (post_id, family_until)
SELECT p.id, IF(p.taken_fen > p.sent_fen, UTC_TIMESTAMP(3) + INTERVAL :days DAY, NULL)
  FROM post p
 WHERE p.id = :id AND p.taken_fen + p.taken_quantity > p.confirmed_fen + p.confirmed_quantity;

-- name: rest_choose
-- The family takes what is there, or leaves it to the donors; once, and in time.
-- writes
-- example: post=1, choice=accepted, account=1
UPDATE post_rest r
   SET r.choice = :choice, r.chosen_by = :account, r.chosen_at = UTC_TIMESTAMP(3)
 WHERE r.post_id = :post AND r.choice IS NULL AND r.donors_until IS NULL
   AND r.family_until > UTC_TIMESTAMP(3);
