-- What became of money that was given: what a post has kept, and how it ends.

-- The one definition of what can still be paid out. What a donor wants back is not touched while
-- somebody decides about it.
CREATE OR REPLACE SQL SECURITY INVOKER VIEW post_kept AS
SELECT p.id AS post_id,
       p.taken_fen
       - (SELECT CAST(COALESCE(SUM(o.fen), 0) AS SIGNED) FROM payout o
           WHERE o.post_id = p.id AND o.state <> 'cancelled')
       - (SELECT CAST(COALESCE(SUM(f.fen), 0) AS SIGNED)
            FROM payment q
            JOIN refund f ON f.payment_id = q.id AND f.state = 'requested'
           WHERE q.post_id = p.id) AS kept_fen
  FROM post p;
