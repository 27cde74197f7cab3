-- I12, R2, U5: numbers kept for pages equal their definitions; the register is whole.

-- name: i12_post_taken
-- What a post shows as being paid, taken and given is what its claims say.
-- scans: all posts are looked at
SELECT p.id AS post_id, p.taken_fen, p.taken_quantity, p.pending_fen, p.pending_quantity,
       p.gift_count
  FROM post p
  LEFT JOIN capacity c ON c.post_id = p.id
  LEFT JOIN (SELECT g.post_id, COUNT(*) AS gifts
               FROM gift g WHERE NOT g.returned GROUP BY g.post_id) g ON g.post_id = p.id
 WHERE p.taken_fen + p.taken_quantity <> COALESCE(c.taken_sum, 0)
    OR p.pending_fen + p.pending_quantity <> COALESCE(c.open_sum, 0)
    OR p.gift_count <> COALESCE(g.gifts, 0)
    OR (p.form = 'money' AND p.taken_quantity + p.pending_quantity <> 0)
    OR (p.form = 'goods' AND p.taken_fen + p.pending_fen <> 0);

-- name: i12_post_taken_counted
-- Posts.
-- scans: all are counted
SELECT COUNT(*) AS posts FROM post;

-- name: i12_post_sent
-- What a post shows as sent and confirmed is what its deliveries say; goods that were sent and did
-- not arrive count as neither.
-- scans: all posts are looked at
SELECT p.id AS post_id, p.sent_fen, p.confirmed_fen, p.sent_quantity, p.confirmed_quantity
  FROM post p
  LEFT JOIN (SELECT d.post_id, SUM(COALESCE(d.fen, 0)) AS sent_fen,
                    SUM(COALESCE(d.received_quantity, d.quantity, 0)) AS sent_quantity,
                    SUM(IF(d.confirmed_at IS NULL, 0, COALESCE(d.fen, 0))) AS confirmed_fen,
                    SUM(IF(d.confirmed_at IS NULL, 0,
                           COALESCE(d.received_quantity, d.quantity, 0))) AS confirmed_quantity
               FROM delivery d
              WHERE d.post_id IS NOT NULL AND d.returned_at IS NULL GROUP BY d.post_id) d
    ON d.post_id = p.id
 WHERE p.sent_fen <> COALESCE(d.sent_fen, 0) OR p.confirmed_fen <> COALESCE(d.confirmed_fen, 0)
    OR p.sent_quantity <> COALESCE(d.sent_quantity, 0)
    OR p.confirmed_quantity <> COALESCE(d.confirmed_quantity, 0);

-- name: i12_post_sent_counted
-- Deliveries.
-- scans: all are counted
SELECT COUNT(*) AS deliveries FROM delivery;

-- name: i12_post_phase
-- A post is full when nothing is left to take, open when something is, met when all is confirmed.
-- scans: all posts are looked at
SELECT p.id AS post_id, p.phase, p.state
  FROM post p
 WHERE (p.phase = 'full' AND p.taken_fen + p.taken_quantity <> COALESCE(p.target_fen, p.quantity))
    OR (p.phase = 'open' AND p.taken_fen + p.taken_quantity >= COALESCE(p.target_fen, p.quantity))
    OR (p.phase = 'met')
       <> (p.confirmed_fen + p.confirmed_quantity >= COALESCE(p.target_fen, p.quantity));

-- name: i12_post_phase_counted
-- Posts.
-- scans: all are counted
SELECT COUNT(*) AS posts FROM post;

-- name: i12_figures
-- The figures of pages equal the measures.
-- scans: a measure reads every post
SELECT f.region, f.connected_families, f.published_posts, f.met_posts
  FROM figure f
  LEFT JOIN (SELECT c.region, 0 AS registered_donors, c.connected_families, c.published_posts,
                    c.open_posts, c.met_posts, c.partly_met_posts, c.delivered_fen
               FROM city_measure c
              UNION ALL
             SELECT m.region, m.registered_donors, m.connected_families, m.published_posts,
                    m.open_posts, m.met_posts, m.partly_met_posts, m.delivered_fen
               FROM country_measure m) d ON d.region = f.region
 WHERE d.region IS NULL OR f.registered_donors <> d.registered_donors
    OR f.connected_families <> d.connected_families OR f.published_posts <> d.published_posts
    OR f.open_posts <> d.open_posts OR f.met_posts <> d.met_posts
    OR f.partly_met_posts <> d.partly_met_posts OR f.delivered_fen <> d.delivered_fen;

-- name: i12_figures_counted
-- Regions with figures.
SELECT COUNT(*) AS figures FROM figure;

-- name: i12_lists
-- The totals of lists equal the posts in them.
-- scans: a count reads every post
SELECT m.plugin, m.city, m.listed, m.county, m.need_kind, m.posts, c.posts AS kept
  FROM list_measure m
  LEFT JOIN post_count c ON c.plugin = m.plugin AND c.city = m.city AND c.listed = m.listed
       AND c.county = m.county AND c.need_kind = m.need_kind
 WHERE c.posts IS NULL OR c.posts <> m.posts
 UNION ALL
SELECT c.plugin, c.city, c.listed, c.county, c.need_kind, 0, c.posts
  FROM post_count c
  LEFT JOIN list_measure m ON m.plugin = c.plugin AND m.city = c.city AND m.listed = c.listed
       AND m.county = c.county AND m.need_kind = c.need_kind
 WHERE c.posts <> 0 AND m.plugin IS NULL;

-- name: i12_lists_counted
-- Lists.
-- scans: all are counted
SELECT COUNT(*) AS lists FROM post_count;

-- name: i12_connected
-- A household is connected since the first help that it received.
-- scans: all households are looked at
SELECT h.id AS household_id, h.connected_at, d.first_at
  FROM household h
  LEFT JOIN (SELECT d.household_id, MIN(d.received_at) AS first_at
               FROM delivery d GROUP BY d.household_id) d ON d.household_id = h.id
 WHERE NOT h.connected_at <=> d.first_at;

-- name: i12_connected_counted
-- Households.
-- scans: all are counted
SELECT COUNT(*) AS households FROM household;

-- name: i12_search
-- Exactly the listed posts are found by searching.
-- scans: all posts and grams are looked at
SELECT p.id AS post_id, p.listed
  FROM post p
  LEFT JOIN (SELECT g.post_id, MIN(g.sort_key) AS first_key, MAX(g.sort_key) AS last_key
               FROM post_gram g GROUP BY g.post_id) g ON g.post_id = p.id
 WHERE (p.listed IS NOT NULL) <> (g.post_id IS NOT NULL) OR g.first_key <> g.last_key
    OR g.first_key <> p.newest_key + IF(p.listed = 'open', 100000000000000, 0);

-- name: i12_search_counted
-- Grams.
-- scans: all are counted
SELECT COUNT(*) AS grams FROM post_gram;

-- name: r2_households
-- Each household has one head and as many people as it says; one whose import was taken back has none.
-- scans: all households are looked at
SELECT h.id AS household_id, h.people, COALESCE(m.people, 0) AS members
  FROM household h
  LEFT JOIN (SELECT m.household_id, COUNT(*) AS people, COUNT(m.active_head) AS heads
               FROM membership m WHERE m.to_at IS NULL GROUP BY m.household_id) m
    ON m.household_id = h.id
 WHERE IF(h.state = 'undone', m.household_id IS NOT NULL,
          m.household_id IS NULL OR m.heads <> 1 OR m.people <> h.people);

-- name: r2_households_counted
-- Households.
-- scans: all are counted
SELECT COUNT(*) AS households FROM household;

-- name: u5_villages
-- Each village that has households has two accounts with the village step.
-- scans: all households are looked at
SELECT v.village, COALESCE(g.accounts, 0) AS accounts
  FROM (SELECT DISTINCT h.village FROM household h) v
  LEFT JOIN (SELECT g.region, COUNT(DISTINCT g.account_id) AS accounts
               FROM role_grant g WHERE g.role = 'village' AND g.to_at IS NULL
              GROUP BY g.region) g ON g.region = v.village
 WHERE COALESCE(g.accounts, 0) < 2;

-- name: u5_villages_counted
-- Villages.
-- scans: all are counted
SELECT COUNT(DISTINCT h.village) AS villages FROM household h;

-- name: regions_tree
-- Each region lies in itself and in all that its parent lies in.
-- scans: all regions are looked at
SELECT r.code AS region
  FROM region r
  LEFT JOIN region_ancestor s ON s.region = r.code AND s.ancestor = r.code
 WHERE s.region IS NULL
 UNION ALL
SELECT r.code
  FROM region r
  JOIN region_ancestor u ON u.region = r.parent
  LEFT JOIN region_ancestor a ON a.region = r.code AND a.ancestor = u.ancestor
 WHERE a.region IS NULL;

-- name: regions_tree_counted
-- Regions.
-- scans: all are counted
SELECT COUNT(*) AS regions FROM region;
