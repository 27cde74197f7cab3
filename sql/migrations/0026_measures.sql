-- The measures of cities, each table read once: they were read once a city, and once more for the
-- country. What is measured stays the same.

CREATE OR REPLACE SQL SECURITY INVOKER VIEW city_measure AS
SELECT c.region, COALESCE(h.connected_families, 0) AS connected_families,
       COALESCE(m.published_posts, 0) AS published_posts, COALESCE(m.open_posts, 0) AS open_posts,
       COALESCE(m.met_posts, 0) AS met_posts, COALESCE(m.partly_met_posts, 0) AS partly_met_posts,
       COALESCE(o.delivered_fen, 0) AS delivered_fen
  FROM city c
  LEFT JOIN (SELECT p.city, COUNT(*) AS published_posts,
                    CAST(SUM(p.is_open) AS SIGNED) AS open_posts,
                    CAST(SUM(p.is_met) AS SIGNED) AS met_posts,
                    CAST(SUM(p.is_helped AND NOT p.is_met) AS SIGNED) AS partly_met_posts
               FROM post_measure p GROUP BY p.city) m ON m.city = c.region
  LEFT JOIN (SELECT a.city, COUNT(DISTINCT d.household_id) AS connected_families
               FROM delivery d JOIN household a ON a.id = d.household_id
              WHERE d.received_at IS NOT NULL GROUP BY a.city) h ON h.city = c.region
  LEFT JOIN (SELECT b.city, CAST(SUM(y.fen) AS SIGNED) AS delivered_fen
               FROM payout y JOIN household b ON b.id = y.household_id
              WHERE y.state = 'confirmed' GROUP BY b.city) o ON o.city = c.region;
