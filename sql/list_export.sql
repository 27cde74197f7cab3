-- Lists that leave the house. Used by cgi/domain/list_export.c and cgi/site/exports.c. Each list asks
-- itself whether the person takes lists out of the region, so that none is made without.

-- name: export_regions
-- Cities and counties out of which the person takes lists.
-- example: account=1, lang=zh
SELECT DISTINCT r.code AS id, CASE :lang WHEN 'en' THEN r.name_en ELSE r.name END AS name
  FROM role_grant m
  JOIN region_ancestor u ON u.ancestor = m.region
  JOIN region r ON r.code = u.region AND r.level IN (2, 3)
 WHERE m.account_id = :account AND m.role = 'export'
   AND m.from_at <= UTC_TIMESTAMP(3) AND (m.to_at IS NULL OR m.to_at > UTC_TIMESTAMP(3))
 ORDER BY r.code;

-- name: export_region
-- A region out of which the person takes lists, how many rows one person takes alone in a day, how
-- many they asked for in the last one, and for how many hours a list is there.
-- example: account=1, of_region=430500
SELECT r.code,
       (SELECT CAST(COALESCE(SUM(e.row_count), 0) AS SIGNED) FROM list_export e
         WHERE e.account_id = :account
           AND e.asked_at > UTC_TIMESTAMP(3) - INTERVAL 1 DAY) AS rows_today,
       (SELECT s.value FROM setting s
         WHERE s.name = 'export_rows_alone' AND s.region = 0 AND s.plugin = ''
           AND s.from_at <= UTC_TIMESTAMP(3) ORDER BY s.version DESC LIMIT 1) AS rows_alone,
       (SELECT s.value FROM setting s
         WHERE s.name = 'export_hours' AND s.region = 0 AND s.plugin = ''
           AND s.from_at <= UTC_TIMESTAMP(3) ORDER BY s.version DESC LIMIT 1) AS hours
  FROM region r
 WHERE r.code = :of_region AND r.level IN (2, 3)
   AND EXISTS (SELECT 1 FROM role_grant m
                 JOIN region_ancestor u ON u.ancestor = m.region AND u.region = r.code
                WHERE m.account_id = :account AND m.role = 'export'
                  AND m.from_at <= UTC_TIMESTAMP(3)
                  AND (m.to_at IS NULL OR m.to_at > UTC_TIMESTAMP(3)));

-- name: export_posts
-- Published posts of a region.
-- scans: it reads the posts of one region, for a file
-- example: account=1, of_region=430523, phase=open, need=medical, since=2026-01-01, most=10
SELECT p.ref, p.title, p.need_kind, p.form, CAST(p.phase AS CHAR) AS phase, h.shown_name AS family_name,
       c.name AS county_name, t.name AS township_name, v.name AS village_name, p.target_fen,
       p.quantity, p.taken_fen, p.sent_fen, p.confirmed_fen, p.gift_count, p.opened_at
  FROM region_ancestor x
  JOIN region c ON c.code = x.region AND c.level = 3
  JOIN (SELECT DISTINCT g.plugin FROM city_plugin g) n
  JOIN post p ON p.plugin = n.plugin AND p.county = c.code
       AND p.listed IN ('open', 'full', 'met', 'ended')
  JOIN household h ON h.id = p.household_id
  JOIN region t ON t.code = p.township
  JOIN region v ON v.code = p.village
 WHERE x.ancestor = :of_region
   AND EXISTS (SELECT 1 FROM role_grant m
                 JOIN region_ancestor u ON u.ancestor = m.region AND u.region = :of_region
                WHERE m.account_id = :account AND m.role = 'export'
                  AND m.from_at <= UTC_TIMESTAMP(3)
                  AND (m.to_at IS NULL OR m.to_at > UTC_TIMESTAMP(3)))
   AND p.listed = :phase                                                   --? phase
   AND p.need_kind = :need                                                 --? need
   AND p.opened_at >= CAST(:since AS DATETIME) - INTERVAL 8 HOUR           --? since
 ORDER BY p.id
 LIMIT :most;

-- name: export_households
-- Households that are in the register of a region, masked as pages show them.
-- example: account=1, of_region=430523, since=2026-01-01, most=10
SELECT h.id, h.shown_name AS family_name, h.people, c.name AS county_name,
       t.name AS township_name, v.name AS village_name, h.registered_at, h.connected_at
  FROM region_ancestor x
  JOIN region v ON v.code = x.region AND v.level = 5
  JOIN household h ON h.village = v.code
  JOIN region t ON t.code = h.township
  JOIN region c ON c.code = h.county
 WHERE x.ancestor = :of_region
   AND EXISTS (SELECT 1 FROM role_grant m
                 JOIN region_ancestor u ON u.ancestor = m.region AND u.region = :of_region
                WHERE m.account_id = :account AND m.role = 'export'
                  AND m.from_at <= UTC_TIMESTAMP(3)
                  AND (m.to_at IS NULL OR m.to_at > UTC_TIMESTAMP(3)))
   AND h.state IN ('active', 'due_for_review')
   AND h.registered_at >= CAST(:since AS DATETIME) - INTERVAL 8 HOUR       --? since
 ORDER BY h.id
 LIMIT :most;

-- name: export_payouts
-- Payouts to households of a region, and which two people made them.
-- example: account=1, of_region=430523, since=2026-01-01, most=10
SELECT o.id, p.ref, CAST(o.state AS CHAR) AS state, o.fen, h.shown_name AS family_name,
       c.name AS county_name, v.name AS village_name, a.shown_name AS preparer,
       b.shown_name AS approver, o.requested_at, o.sent_at, o.confirmed_at
  FROM region_ancestor x
  JOIN region v ON v.code = x.region AND v.level = 5
  JOIN household h ON h.village = v.code
  JOIN payout o ON o.household_id = h.id
  JOIN region c ON c.code = h.county
  LEFT JOIN post p ON p.id = o.post_id
  LEFT JOIN account a ON a.id = o.prepared_by
  LEFT JOIN account b ON b.id = o.approved_by
 WHERE x.ancestor = :of_region
   AND EXISTS (SELECT 1 FROM role_grant m
                 JOIN region_ancestor u ON u.ancestor = m.region AND u.region = :of_region
                WHERE m.account_id = :account AND m.role = 'export'
                  AND m.from_at <= UTC_TIMESTAMP(3)
                  AND (m.to_at IS NULL OR m.to_at > UTC_TIMESTAMP(3)))
   AND o.requested_at >= CAST(:since AS DATETIME) - INTERVAL 8 HOUR        --? since
 ORDER BY o.id
 LIMIT :most;

-- name: export_add
-- A list is asked for.
-- writes
-- example: account=1, list=posts, of_region=430500, phase=open, need=medical, since=2026-01-01
-- example: purpose=x, row_count=1, needs_second=0, hours=24
INSERT INTO list_export (account_id, list, region, phase, need_kind, since, purpose, row_count,
       needs_second, asked_at, expires_at)
VALUES (:account, :list, :of_region, :phase, :need, :since, :purpose, :row_count, :needs_second,
        UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) + INTERVAL :hours HOUR);

-- name: export_here
-- A list that the person asked for, or that lies in a region out of which they take lists.
-- example: account=1, export=1
SELECT e.id, e.list, e.region, e.phase, e.need_kind, CAST(e.since AS CHAR) AS since, e.purpose,
       e.row_count, e.needs_second, e.agreed_by, e.account_id = :account AS is_own,
       e.expires_at <= UTC_TIMESTAMP(3) AS is_over, a.shown_name AS name
  FROM list_export e
  JOIN account a ON a.id = e.account_id
 WHERE e.id = :export
   AND EXISTS (SELECT 1 FROM role_grant m
                 JOIN region_ancestor u ON u.ancestor = m.region AND u.region = e.region
                WHERE m.account_id = :account AND m.role = 'export'
                  AND m.from_at <= UTC_TIMESTAMP(3)
                  AND (m.to_at IS NULL OR m.to_at > UTC_TIMESTAMP(3)));

-- name: export_agree
-- The second person agrees.
-- writes
-- example: account=1, export=1
UPDATE list_export e
   SET e.agreed_by = :account, e.agreed_at = UTC_TIMESTAMP(3)
 WHERE e.id = :export AND e.needs_second = 1 AND e.agreed_by IS NULL AND e.account_id <> :account
   AND e.expires_at > UTC_TIMESTAMP(3);

-- name: export_file_add
-- A file of a list was made, where it may be.
-- writes
-- example: account=1, export=1, kind=csv, row_count=1
INSERT INTO list_export_file (export_id, kind, row_count, at)
SELECT e.id, :kind, :row_count, UTC_TIMESTAMP(3)
  FROM list_export e
 WHERE e.id = :export AND e.account_id = :account AND e.expires_at > UTC_TIMESTAMP(3)
   AND (e.needs_second = 0 OR e.agreed_by IS NOT NULL);

-- name: export_event
-- What happened to a list, in its region and the city of it.
-- writes
-- example: type=list.asked, export=1, account=1
INSERT INTO event (type, subject_id, actor_id, city, region, at)
SELECT :type, e.id, :account,
       (SELECT u.ancestor FROM region_ancestor u
          JOIN region c ON c.code = u.ancestor AND c.level = 2
         WHERE u.region = e.region), e.region, UTC_TIMESTAMP(3)
  FROM list_export e
 WHERE e.id = :export;

-- name: exports_seen
-- What the person asked for, and what others asked for in their regions, the newest first.
-- page: sort_key, id
-- example: account=1, lang=zh, page_rows=20, after_key=1000, after_id=1000
SELECT e.id, e.list, CASE :lang WHEN 'en' THEN r.name_en ELSE r.name END AS region_name, e.phase,
       e.need_kind, CAST(e.since AS CHAR) AS since, e.purpose, e.row_count, e.needs_second,
       e.asked_at, e.expires_at <= UTC_TIMESTAMP(3) AS is_over, e.account_id = :account AS is_own,
       a.shown_name AS name, b.shown_name AS agreed_by_name,
       (SELECT COUNT(*) FROM list_export_file f WHERE f.export_id = e.id) AS files, e.id AS sort_key
  FROM list_export e
  JOIN region r ON r.code = e.region
  JOIN account a ON a.id = e.account_id
  LEFT JOIN account b ON b.id = e.agreed_by
 WHERE e.region IN (SELECT u.region FROM role_grant m
                      JOIN region_ancestor u ON u.ancestor = m.region
                     WHERE m.account_id = :account AND m.role IN ('export', 'inspector')
                       AND m.from_at <= UTC_TIMESTAMP(3)
                       AND (m.to_at IS NULL OR m.to_at > UTC_TIMESTAMP(3)))
   AND e.id < :after_key                                                   --? after_key
   AND :after_id > 0                                                       --? after_key
 ORDER BY e.id DESC
 LIMIT :page_rows;
