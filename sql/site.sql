-- What the core's own pages ask: figures, pilot cities, regions, search.

-- name: country_figures
-- The measures of the whole trial, as they were last counted.
SELECT f.registered_donors, f.connected_families, f.published_posts, f.met_posts,
       f.partly_met_posts, f.delivered_fen, f.as_of
  FROM figure f
 WHERE f.region = 0;

-- name: pilot_cities
-- The pilot cities in their order, with their measures.
SELECT c.region AS id, c.province, c.slug, f.connected_families AS families,
       f.published_posts AS posts, f.open_posts, f.met_posts
  FROM city c
  JOIN figure f ON f.region = c.region
 ORDER BY c.place;

-- name: city_figures
-- The measures of one city, as they were last counted.
-- example: city=430500
SELECT f.connected_families AS families, f.published_posts AS posts, f.open_posts, f.met_posts,
       f.delivered_fen, f.as_of
  FROM figure f
 WHERE f.region = :city;

-- name: city_plugins
-- Where each sub-platform stands in each city; a worker keeps it for a second.
SELECT p.city, p.plugin, p.state, p.from_at, p.public_text
  FROM city_plugin p
 ORDER BY p.city, p.plugin;

-- name: regions
-- Provinces, prefectures and counties, kept in memory for a generation.
-- scans: it is read once when a generation is loaded
SELECT r.code AS id, r.parent, r.level, r.name, r.name_en, c.slug
  FROM region r
  LEFT JOIN city c ON c.region = r.code
 WHERE r.level <= 3 AND r.valid_to IS NULL
 ORDER BY r.code;

-- name: search_posts
-- Listed posts that contain all grams of a search, open ones first, then the newest. Grams come
-- from bf_search_grams: one, two, three or six of them, so that the fourth line stands for three.
-- page: sort_key, id
-- example: g1=冬衣, g2=邵阳, g3=阳市, g4=棉衣, g5=过冬, g6=隆回, city=430500
-- example: page_rows=20, after_key=101763000000000, after_id=1000, plugins=donations
SELECT p.id, p.ref, p.plugin, p.city, p.county, p.need_kind, p.form, p.title, p.listed AS phase,
       p.target_fen, p.taken_fen, p.quantity, p.taken_quantity, p.unit, p.opened_at,
       p.deadline_at, p.urgency, z.slug, a.sort_key
  FROM post_gram a
  JOIN post_gram b ON b.gram = :g2 AND b.sort_key = a.sort_key AND b.post_id = a.post_id --? g2
  JOIN post_gram c ON c.gram = :g3 AND c.sort_key = a.sort_key AND c.post_id = a.post_id --? g3
  JOIN post_gram d ON d.gram = :g4 AND d.sort_key = a.sort_key AND d.post_id = a.post_id --? g4
  JOIN post_gram e ON e.gram = :g5 AND e.sort_key = a.sort_key AND e.post_id = a.post_id --? g4
  JOIN post_gram f ON f.gram = :g6 AND f.sort_key = a.sort_key AND f.post_id = a.post_id --? g4
  JOIN post p ON p.id = a.post_id
  JOIN city z ON z.region = p.city
 WHERE a.gram = :g1 AND p.listed IS NOT NULL AND FIND_IN_SET(p.plugin, :plugins)
   AND p.city = :city                                                                  --? city
   AND (a.sort_key < :after_key OR (a.sort_key = :after_key AND a.post_id < :after_id)) --? after_key
 ORDER BY a.sort_key DESC, a.post_id DESC
 LIMIT :page_rows;

-- name: search_ref
-- The listed post with a reference, as a search of one page.
-- page: sort_key, id
-- example: ref=WP7A9X8NWP, plugins=donations
SELECT p.id, p.ref, p.plugin, p.city, p.county, p.need_kind, p.form, p.title, p.listed AS phase,
       p.target_fen, p.taken_fen, p.quantity, p.taken_quantity, p.unit, p.opened_at,
       p.deadline_at, p.urgency, z.slug, p.newest_key AS sort_key
  FROM post p
  JOIN city z ON z.region = p.city
 WHERE p.ref = :ref AND p.listed IS NOT NULL AND FIND_IN_SET(p.plugin, :plugins);

-- name: ledger_heads
-- The days of the ledger that are closed, the newest first, each with the head of its chain.
-- page: sort_key, id
-- example: page_rows=21, after_key=740000, after_id=740000
SELECT TO_DAYS(d.day) AS sort_key, TO_DAYS(d.day) AS id, CAST(d.day AS CHAR) AS day, d.journals, d.head,
       d.signature, d.signed_with
  FROM ledger_day d
 WHERE d.head IS NOT NULL
   AND d.day < FROM_DAYS(:after_key)                                    --? after_key
 ORDER BY d.day DESC
 LIMIT :page_rows;

-- name: ledger_keys
-- The keys that sign those heads, the newest first.
-- scans: there is one, and one more each time that keys are changed
SELECT k.id, k.public_key, k.from_at
  FROM ledger_key k
 ORDER BY k.from_at DESC;

-- name: ledger_began
-- The first day of the chain; null before the first journal.
SELECT CAST(MIN(d.day) AS CHAR) AS first_day
  FROM ledger_day d;
