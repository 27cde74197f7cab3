-- Posts of a city.

-- name: posts
-- One page of posts, newest first or by how often they were seen.
-- page: sort_key, id
-- example: city=430500, need=medical, after_key=5, page_rows=21
SELECT p.id, p.title, p.newest_key AS sort_key /* the cursor */
  FROM post p
 WHERE p.city_id = :city
   AND p.need_kind = :need                     --? need
   AND p.newest_key < :after_key               --? after_key
   AND p.state IN ('it''s; :open', "a\"b?")    --? !after_key
 ORDER BY p.newest_key DESC                    --? sort=newest
 ORDER BY p.seen                               --? sort=seen
 LIMIT :page_rows;
