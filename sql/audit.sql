-- What somebody did in an operator's regions. Used by cgi/site/people.c.

-- name: audit_person
-- Somebody who holds or held a role in the person's regions, or did something there.
-- example: account=1, person=1
SELECT a.id, a.shown_name AS name
  FROM account a
 WHERE a.id = :person
   AND (EXISTS (SELECT 1 FROM role_grant g
                  JOIN region_ancestor u ON u.region = g.region
                  JOIN role_grant m ON m.region = u.ancestor AND m.account_id = :account
                       AND m.role IN ('inspector', 'config') AND m.from_at <= UTC_TIMESTAMP(3)
                       AND (m.to_at IS NULL OR m.to_at > UTC_TIMESTAMP(3))
                 WHERE g.account_id = a.id)
        OR EXISTS (SELECT 1 FROM event e
                     JOIN region_ancestor u ON u.region = e.region
                     JOIN role_grant m ON m.region = u.ancestor AND m.account_id = :account
                          AND m.role IN ('inspector', 'config') AND m.from_at <= UTC_TIMESTAMP(3)
                          AND (m.to_at IS NULL OR m.to_at > UTC_TIMESTAMP(3))
                    WHERE e.actor_id = a.id));

-- name: audit_acts
-- What somebody did in the person's regions: moves of posts, and all else that is an event; the
-- newest first. Each half is read in the order of its index.
-- page: sort_key, id
-- example: account=1, person=1, lang=zh, from_day=2026-01-01, to_day=2026-12-31, page_rows=20
-- example: after_key=1764000000000, after_id=1000
SELECT x.is_move, x.code, x.at, x.ref, x.title, x.reason, x.id, x.sort_key,
       CASE :lang WHEN 'en' THEN r.name_en ELSE r.name END AS region_name
  FROM ((SELECT 1 AS is_move, h.to_state AS code, h.at, p.ref, p.title, h.reason,
                p.township AS region, h.object_id * 1000 + h.step * 2 AS id,
                TIMESTAMPDIFF(MICROSECOND, '1970-01-01', h.at) DIV 1000 AS sort_key
           FROM state_history h
           JOIN post p ON p.id = h.object_id
          WHERE h.machine = 'post' AND h.actor_id = :person
            AND EXISTS (SELECT 1 FROM role_grant m
                          JOIN region_ancestor u ON u.ancestor = m.region AND u.region = p.township
                         WHERE m.account_id = :account AND m.role IN ('inspector', 'config')
                           AND m.from_at <= UTC_TIMESTAMP(3)
                           AND (m.to_at IS NULL OR m.to_at > UTC_TIMESTAMP(3)))
            AND h.at >= CAST(:from_day AS DATETIME) - INTERVAL 8 HOUR       --? from_day
            AND h.at < CAST(:to_day AS DATETIME) + INTERVAL 16 HOUR         --? to_day
            AND h.at <= '1970-01-01' + INTERVAL :after_key * 1000 MICROSECOND --? after_key
            AND (h.at < '1970-01-01' + INTERVAL :after_key * 1000 MICROSECOND OR h.object_id * 1000 + h.step * 2 < :after_id) --? after_key
          ORDER BY h.at DESC, id DESC
          LIMIT :page_rows)
         UNION ALL
        (SELECT 0, e.type, e.at, NULL, NULL, NULL, e.region, e.id * 2 + 1,
                TIMESTAMPDIFF(MICROSECOND, '1970-01-01', e.at) DIV 1000
           FROM event e
          WHERE e.actor_id = :person AND e.type NOT LIKE 'post.%'
            AND EXISTS (SELECT 1 FROM role_grant m
                          JOIN region_ancestor u ON u.ancestor = m.region AND u.region = e.region
                         WHERE m.account_id = :account AND m.role IN ('inspector', 'config')
                           AND m.from_at <= UTC_TIMESTAMP(3)
                           AND (m.to_at IS NULL OR m.to_at > UTC_TIMESTAMP(3)))
            AND e.at >= CAST(:from_day AS DATETIME) - INTERVAL 8 HOUR       --? from_day
            AND e.at < CAST(:to_day AS DATETIME) + INTERVAL 16 HOUR         --? to_day
            AND e.at <= '1970-01-01' + INTERVAL :after_key * 1000 MICROSECOND --? after_key
            AND (e.at < '1970-01-01' + INTERVAL :after_key * 1000 MICROSECOND OR e.id * 2 + 1 < :after_id) --? after_key
          ORDER BY e.at DESC, e.id DESC
          LIMIT :page_rows)) x
  LEFT JOIN region r ON r.code = x.region
 ORDER BY x.sort_key DESC, x.id DESC
 LIMIT :page_rows;
