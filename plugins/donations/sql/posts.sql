-- What the pages of donations ask. A visitor's sight is decided here: listed posts only, places
-- down to the township, names masked, stories with consent, words that passed moderation.

-- name: posts
-- A city's posts in one phase, newest, most urgent or least seen first. Each filter and order has
-- its index; it is named, for weighing twelve of them would take longer than reading the rows.
-- page: sort_key, id
-- example: city=430500, state=open, need=medical, county=430523, lang=zh, page_rows=20
-- example: after_key=1763000000000, after_id=1000
SELECT p.id, p.ref, p.title, p.need_kind, p.form, p.county,
       CASE :lang WHEN 'en' THEN t.name_en ELSE t.name END AS township,
       p.listed AS phase, p.urgency, p.target_fen, p.taken_fen, p.quantity, p.taken_quantity,
       p.unit,
       CASE p.form WHEN 'money' THEN p.taken_fen * 1000 DIV p.target_fen
            ELSE p.taken_quantity * 1000 DIV p.quantity END AS share,
       p.opened_at, p.deadline_at, p.seen,
       p.newest_key AS sort_key                                         --? !sort
       p.urgent_key AS sort_key                                         --? sort=urgent
       p.unseen_key AS sort_key                                         --? sort=seen
  FROM post p
       FORCE INDEX (newest)                                             --? !county, !need, !sort
       FORCE INDEX (urgent)                                             --? !county, !need, sort=urgent
       FORCE INDEX (unseen)                                             --? !county, !need, sort=seen
       FORCE INDEX (need_newest)                                        --? !county, need, !sort
       FORCE INDEX (need_urgent)                                        --? !county, need, sort=urgent
       FORCE INDEX (need_unseen)                                        --? !county, need, sort=seen
       FORCE INDEX (county_newest)                                      --? county, !need, !sort
       FORCE INDEX (county_urgent)                                      --? county, !need, sort=urgent
       FORCE INDEX (county_unseen)                                      --? county, !need, sort=seen
       FORCE INDEX (county_need_newest)                                 --? county, need, !sort
       FORCE INDEX (county_need_urgent)                                 --? county, need, sort=urgent
       FORCE INDEX (county_need_unseen)                                 --? county, need, sort=seen
  JOIN region t ON t.code = p.township
 WHERE p.plugin = 'donations' AND p.city = :city AND p.listed = :state
   AND p.need_kind = :need                                              --? need
   AND p.county = :county                                               --? county
   AND p.newest_key <= :after_key                                       --? after_key, !sort
   AND (p.newest_key < :after_key OR p.id < :after_id)                  --? after_key, !sort
   AND p.urgent_key <= :after_key                                       --? after_key, sort=urgent
   AND (p.urgent_key < :after_key OR p.id < :after_id)                  --? after_key, sort=urgent
   AND p.unseen_key <= :after_key                                       --? after_key, sort=seen
   AND (p.unseen_key < :after_key OR p.id < :after_id)                  --? after_key, sort=seen
 ORDER BY sort_key DESC, p.id DESC
 LIMIT :page_rows;

-- name: posts_total
-- How many posts such a list holds, as kept.
-- example: city=430500, state=open, need=medical, county=430523
SELECT COALESCE((SELECT c.posts
                   FROM post_count c
                  WHERE c.plugin = 'donations' AND c.city = :city AND c.listed = :state
                    AND c.county = :county                              --? county
                    AND c.county = 0                                    --? !county
                    AND c.need_kind = :need                             --? need
                    AND c.need_kind = ''                                --? !need
                ), 0) AS n;

-- name: post
-- One post as a visitor sees it.
-- example: city=430500, ref=WP7A9X8NWP, lang=zh
SELECT p.id, p.ref, p.title,
       CASE WHEN x.story_consent_at IS NOT NULL THEN x.story END AS story,
       x.reason, x.price_source, p.need_kind, p.form, p.county,
       CASE :lang WHEN 'en' THEN t.name_en ELSE t.name END AS township,
       h.shown_name AS family_name, h.people, p.listed AS phase, p.urgency, p.target_fen,
       p.taken_fen, p.pending_fen, p.sent_fen, p.confirmed_fen, p.item, p.quantity,
       p.taken_quantity, p.unit,
       CASE p.form WHEN 'money' THEN p.taken_fen * 1000 DIV p.target_fen
            ELSE p.taken_quantity * 1000 DIV p.quantity END AS share,
       p.opened_at, p.deadline_at, p.seen, p.gift_count,
       u.text AS county_says, u.answered_at AS county_said_at
  FROM post p
  LEFT JOIN escalation u ON u.post_id = p.id AND u.answer IS NOT NULL
  JOIN post_text x ON x.post_id = p.id
  JOIN household h ON h.id = p.household_id
  JOIN region t ON t.code = p.township
 WHERE p.ref = :ref AND p.plugin = 'donations' AND p.city = :city AND p.listed IS NOT NULL;

-- name: post_steps
-- Who checked a post, level by level, in the round that published it. Of a village's office the
-- township is shown.
-- example: post=1, lang=zh
SELECT s.level, COALESCE(u.name, r.name) AS office, a.shown_name AS verifier, s.decided_at
  FROM review_step s
  JOIN region r ON r.code = s.office
  LEFT JOIN region u ON u.code = r.parent AND s.level = 'village'
  JOIN account a ON a.id = s.verifier_id
 WHERE s.post_id = :post AND s.state = 'approved'
   AND s.round = (SELECT MAX(o.round) FROM review_step o WHERE o.post_id = :post)
 ORDER BY s.step;

-- name: post_gifts
-- The last gifts to a post. An anonymous donor is absent.
-- example: post=1
SELECT CASE WHEN NOT g.anonymous THEN a.shown_name END AS donor, g.fen AS amount_fen, g.quantity,
       CASE WHEN g.words_shown THEN g.words END AS words, g.given_at
  FROM gift g
  JOIN account a ON a.id = g.account_id
 WHERE g.post_id = :post AND NOT g.returned
 ORDER BY g.given_at DESC, g.id DESC
 LIMIT 10;

-- name: post_deliveries
-- The last help that went to the family of a post.
-- example: post=1
SELECT d.fen AS amount_fen, d.quantity, d.sent_at, d.received_at,
       CASE WHEN d.thanks_shown THEN d.thanks END AS thanks
  FROM delivery d
 WHERE d.post_id = :post AND d.returned_at IS NULL
 ORDER BY d.sent_at DESC, d.id DESC
 LIMIT 5;

-- name: card_posts
-- Three urgent open posts for a city's page.
-- example: city=430500, lang=zh
SELECT p.id, p.ref, p.title, p.need_kind, p.form, p.county,
       CASE :lang WHEN 'en' THEN t.name_en ELSE t.name END AS township,
       p.listed AS phase, p.urgency, p.target_fen, p.taken_fen, p.quantity, p.taken_quantity,
       p.unit,
       CASE p.form WHEN 'money' THEN p.taken_fen * 1000 DIV p.target_fen
            ELSE p.taken_quantity * 1000 DIV p.quantity END AS share,
       p.opened_at, p.deadline_at, p.seen, p.urgent_key AS sort_key
  FROM post p
  JOIN region t ON t.code = p.township
 WHERE p.plugin = 'donations' AND p.city = :city AND p.listed = 'open'
 ORDER BY p.urgent_key DESC, p.id DESC
 LIMIT 3;

-- ---- the public ledger of a post -----------------------------------------------------------

-- name: ledger_post
-- The post whose ledger is shown, with the figures of its own page.
-- example: city=430500, ref=WP7A9X8NWP
SELECT p.id, p.ref, p.title, p.form, p.listed AS phase, p.taken_fen, p.sent_fen, p.confirmed_fen
  FROM post p
 WHERE p.ref = :ref AND p.plugin = 'donations' AND p.city = :city AND p.listed IS NOT NULL;

-- name: post_ledger_sums
-- What the ledger holds of a post, summed from its lines: given, given back, gone out, kept.
-- example: post=1
SELECT CAST(COALESCE(SUM(CASE WHEN j.subject_kind = 'payout' OR l.fen > 0 THEN 0 ELSE -l.fen END), 0)
            AS SIGNED) AS given_fen,
       CAST(COALESCE(SUM(CASE WHEN j.subject_kind = 'payout' OR l.fen < 0 THEN 0 ELSE l.fen END), 0)
            AS SIGNED) AS back_fen,
       CAST(COALESCE(SUM(CASE WHEN j.subject_kind = 'payout' THEN l.fen ELSE 0 END), 0)
            AS SIGNED) AS out_fen,
       CAST(COALESCE(-SUM(l.fen), 0) AS SIGNED) AS kept_fen
  FROM ledger_account e
  JOIN ledger_line l ON l.ledger_account_id = e.id
  JOIN ledger_journal j ON j.id = l.journal_id
 WHERE e.code = CONCAT('escrow:', :post);

-- name: post_ledger
-- Each fen into and out of what is kept for a post, and what the family got of it, the newest
-- first, with what was kept behind each. An anonymous donor is absent; of who took a gift back
-- nothing is said. The sum runs over all rows of the post, so a page adds up with the ones behind it.
-- page: sort_key, id
-- example: post=1, page_rows=21, after_key=800000000000, after_id=1000
SELECT x.id, x.sort_key, x.at, x.what, x.donor, x.fen, x.change_fen, x.kept_fen
  FROM (SELECT y.id, TIMESTAMPDIFF(MICROSECOND, '2000-01-01', y.at) DIV 1000 AS sort_key, y.at,
               y.what, y.donor, y.fen, y.change_fen,
               CAST(SUM(y.change_fen) OVER (ORDER BY y.at, y.id) AS SIGNED) AS kept_fen
          FROM (SELECT l.id * 4 AS id, j.at,
                       CASE CONCAT(j.subject_kind, ' ', j.step)
                            WHEN 'payment paid' THEN 'gift'
                            WHEN 'grant granted' THEN 'grant'
                            WHEN 'refund accepted' THEN 'back'
                            WHEN 'payment charged_back' THEN 'charged_back'
                            WHEN 'payout requested' THEN 'set_aside'
                            WHEN 'payout cancelled' THEN 'not_paid_out'
                            ELSE 'correction' END AS what,
                       a.shown_name AS donor, ABS(l.fen) AS fen, -l.fen AS change_fen
                  FROM ledger_account e
                  JOIN ledger_line l ON l.ledger_account_id = e.id
                  JOIN ledger_journal j ON j.id = l.journal_id
                  LEFT JOIN payment p ON j.subject_kind = 'payment' AND j.step = 'paid'
                       AND p.id = j.subject_id
                  LEFT JOIN gift g ON g.hold_id = p.hold_id AND NOT g.anonymous
                  LEFT JOIN account a ON a.id = g.account_id
                 WHERE e.code = CONCAT('escrow:', :post)
                 UNION ALL
                SELECT d.id * 4 + 1, d.sent_at, 'sent', NULL, d.fen, 0
                  FROM delivery d
                 WHERE d.post_id = :post AND d.fen IS NOT NULL
                 UNION ALL
                SELECT d.id * 4 + 2, d.confirmed_at, 'confirmed', NULL, d.fen, 0
                  FROM delivery d
                 WHERE d.post_id = :post AND d.fen IS NOT NULL AND d.confirmed_at IS NOT NULL
                 UNION ALL
                SELECT d.id * 4 + 3, d.returned_at, 'returned', NULL, d.fen, 0
                  FROM delivery d
                 WHERE d.post_id = :post AND d.fen IS NOT NULL AND d.returned_at IS NOT NULL) y) x
 WHERE x.sort_key <= :after_key                                         --? after_key
   AND (x.sort_key < :after_key OR x.id < :after_id)                    --? after_key
 ORDER BY x.sort_key DESC, x.id DESC
 LIMIT :page_rows;
