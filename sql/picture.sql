-- Pictures of help posts. Used by cgi/domain/picture.c, cgi/site/pictures.c and bf_post_pictures; what
-- the job asks and writes lies in money/picture.sql.

-- name: picture_count
-- How many pictures a post has.
-- example: id=1
SELECT COUNT(*) AS pictures FROM picture c WHERE c.post_id = :id;

-- name: picture_add
-- A picture that was just uploaded, with the consent to show it.
-- writes
-- example: id=1, name=00000000000000000000000000000000, alt=x, account=1
INSERT INTO picture (post_id, name, alt, added_by, consented_at)
VALUES (:id, :name, :alt, :account, UTC_TIMESTAMP(3));

-- name: picture_names
-- The pictures of a post, or one of them, before they are taken away.
-- example: id=1, picture=1
SELECT c.name FROM picture c
 WHERE c.post_id = :id
   AND c.id = :picture                                          --? picture
;

-- name: picture_remove
-- Takes away the pictures of a post, or one of them.
-- writes
-- example: id=1, picture=1
DELETE FROM picture
 WHERE post_id = :id
   AND id = :picture                                            --? picture
;

-- name: own_pictures
-- All pictures of a post with how they stand, for its author.
-- example: post=1
SELECT c.id, c.name, c.alt, c.state, c.reason
  FROM picture c
 WHERE c.post_id = :post
 ORDER BY c.id;

-- name: post_pictures
-- The pictures of a post that are ready to be seen.
-- example: post=1
SELECT c.name, c.alt
  FROM picture c
 WHERE c.post_id = :post AND c.state = 'ready'
 ORDER BY c.id;

-- name: picture_removed
-- That pictures of a post were removed, for who looks into it.
-- writes
-- example: id=1, account=1
INSERT INTO event (type, subject_id, actor_id, city, region, at)
SELECT 'picture.removed', p.id, :account, p.city, p.township, UTC_TIMESTAMP(3)
  FROM post p
 WHERE p.id = :id;
