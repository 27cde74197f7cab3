-- Moves of states, whatever the object: what every act writes. Used by cgi/domain/machine.c.

-- name: next_move
-- The number of an object's next move, and when it happens: not before the one before it.
-- example: machine=post, id=1
SELECT COALESCE(MAX(h.step), 0) + 1 AS step,
       GREATEST(UTC_TIMESTAMP(3),
                COALESCE(MAX(h.at) + INTERVAL 1000 MICROSECOND, UTC_TIMESTAMP(3))) AS now
  FROM state_history h
 WHERE h.machine = :machine AND h.object_id = :id;

-- name: write_move
-- A move: from where to where, by whom, for whom, and why.
-- writes
-- example: machine=post, id=1, step=1, rules=1, from=draft, to=submitted, account=1
-- example: behalf_of=1, reason=x, now=2026-11-25
INSERT INTO state_history (machine, object_id, step, rule_version, from_state, to_state, actor_id,
       behalf_of, reason, at)
VALUES (:machine, :id, :step, :rules, :from, :to, :account, :behalf_of, :reason, :now);

-- name: write_event
-- What happened, for those who listen; ids only.
-- writes
-- example: type=post.opened, id=1, account=1, city=430500, township=430521100, now=2026-11-25
INSERT INTO event (type, subject_id, actor_id, city, region, at)
VALUES (:type, :id, :account, :city, :township, :now);

-- name: put_down_refusal
-- An act that was refused.
-- writes
-- example: machine=post, object=1, from=draft, to=open, account=1, status=409, why=x
INSERT INTO refused_act (machine, object_id, from_state, to_state, actor_id, status, why, at)
VALUES (:machine, :object, :from, :to, :account, :status, :why, UTC_TIMESTAMP(3));

-- name: setting_value
-- What a setting says in a county for a kind of aid: a narrower region or one plugin can only
-- tighten it, so the strictest counts, which is the smallest or the largest by its kind.
-- example: name=post_deadline_days, county=430523, plugin=donations
SELECT IF(MAX(k.stricter = 'larger'), MAX(s.value), MIN(s.value)) AS value
  FROM setting_kind k
  JOIN setting s ON s.name = k.name
 WHERE k.name = :name AND s.plugin IN ('', :plugin) AND s.from_at <= UTC_TIMESTAMP(3)
   AND (s.region = 0 OR s.region IN (SELECT a.ancestor
                                       FROM region_ancestor a
                                      WHERE a.region = :county))
   AND NOT EXISTS (SELECT 1
                     FROM setting n
                    WHERE n.name = s.name AND n.region = s.region AND n.plugin = s.plugin
                      AND n.version > s.version AND n.from_at <= UTC_TIMESTAMP(3));
