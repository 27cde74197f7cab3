-- What became of money that was left when posts ended.

-- name: rest_reached_its_end
-- Of a rest that is settled and that no family took, nothing is kept, nor undecided.
SELECT r.post_id
  FROM post_rest r
  JOIN post_kept k ON k.post_id = r.post_id
 WHERE r.settled_at IS NOT NULL
   AND (k.kept_fen <> 0
        OR EXISTS (SELECT 1 FROM rest_choice c WHERE c.post_id = r.post_id AND c.done_at IS NULL));

-- name: rest_reached_its_end_counted
-- Posts that ended with money.
SELECT COUNT(*) AS rests FROM post_rest;

-- name: choice_was_done
-- What a donor chose was done: just that sum went back, or into the wallet.
SELECT c.id
  FROM rest_choice c
 WHERE c.done_at IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM refund f
                    WHERE f.payment_id = c.payment_id AND f.fen = c.fen AND f.state <> 'rejected'
                      AND f.kind IN ('failed_project', 'cancelled')
                      AND f.destination = IF(c.choice = 'back', 'channel', 'wallet'));

-- name: choice_was_done_counted
-- Donors who were asked.
SELECT COUNT(*) AS choices FROM rest_choice;
