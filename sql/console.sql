-- The operators' console: what runs where, how it is switched, and stopping payments. Used by
-- cgi/domain/city_plugin.c, payment_stop.c and cgi/site/console.c. Whose region a city is in, is
-- decided here: operator_city.

-- ---- a plugin in a city -----------------------------------------------------------------

-- name: city_plugin_lock
-- Locks what stands of a plugin in a city.
-- example: id=1
SELECT c.id FROM city_plugin c WHERE c.id = :id FOR UPDATE;

-- name: city_plugin_row
-- What a move wants to know.
-- example: id=1
SELECT c.id, c.city, c.plugin, c.state, c.version, c.from_at, c.city AS township
  FROM city_plugin c
 WHERE c.id = :id;

-- name: city_plugin_set
-- The next state, since when or from when, and why.
-- writes
-- example: id=1, to=scheduled, from_at=2026-12-01, now=2026-11-25, reason=x, public_text=x
-- example: account=1
UPDATE city_plugin c
   SET c.state = :to, c.version = c.version + 1, c.from_at = COALESCE(:from_at, :now),
       c.reason = COALESCE(:reason, c.reason), c.public_text = :public_text,
       c.changed_by = COALESCE(:account, c.changed_by)
 WHERE c.id = :id;

-- name: city_plugin_note
-- The version that a change has made.
-- writes
-- example: id=1, account=1
INSERT INTO city_plugin_version (city_plugin_id, version, state, from_at, public_text, reason,
       changed_by, at)
SELECT c.id, c.version, c.state, c.from_at, c.public_text, c.reason, :account, UTC_TIMESTAMP(3)
  FROM city_plugin c
 WHERE c.id = :id;

-- name: city_plugin_add
-- A plugin that never was in a city; it has no state before its first move.
-- writes
-- example: city=430500, part=donations, account=1, reason=x
INSERT IGNORE INTO city_plugin (city, plugin, state, from_at, changed_by, reason, version)
VALUES (:city, :part, '', UTC_TIMESTAMP(3), :account, :reason, 0);

-- name: city_plugin_of_operator
-- A plugin in a city that the person configures.
-- example: city=430500, part=donations, account=1
SELECT c.id, c.state, c.version
  FROM city_plugin c
 WHERE c.city = :city AND c.plugin = :part
   AND EXISTS (SELECT 1 FROM operator_city o
                WHERE o.account_id = :account AND o.role = 'config' AND o.city = c.city);

-- name: city_of_operator
-- A city that the person configures.
-- example: city=430500, account=1
SELECT c.region
  FROM city c
 WHERE c.region = :city
   AND EXISTS (SELECT 1 FROM operator_city o
                WHERE o.account_id = :account AND o.role = 'config' AND o.city = c.region);

-- name: city_readiness
-- What lacks before a plugin may open: villages with families and fewer than two managers, their
-- townships and counties without anybody, and kinds of need without a cap.
-- example: city=430500
SELECT CAST(COALESCE(SUM(x.managers < 2), 0) AS SIGNED) AS villages,
       COUNT(DISTINCT IF(x.officials = 0, x.township, NULL)) AS townships,
       COUNT(DISTINCT IF(x.county_officials = 0, x.county, NULL)) AS counties,
       9 - (SELECT COUNT(DISTINCT s.name) FROM setting s
             WHERE s.name LIKE 'cap\_%' AND s.region = 0 AND s.plugin = '') AS caps
  FROM (SELECT v.code, t.code AS township, t.parent AS county,
               (SELECT COUNT(DISTINCT g.account_id) FROM role_grant g
                 WHERE g.role = 'village' AND g.region = v.code AND g.to_at IS NULL) AS managers,
               (SELECT COUNT(*) FROM role_grant g
                 WHERE g.role = 'township' AND g.region = t.code AND g.to_at IS NULL) AS officials,
               (SELECT COUNT(*) FROM role_grant g
                 WHERE g.role = 'county' AND g.region = t.parent
                   AND g.to_at IS NULL) AS county_officials
          FROM region_ancestor a
          JOIN region v ON v.code = a.region AND v.level = 5
          JOIN region t ON t.code = v.parent
         WHERE a.ancestor = :city
           AND EXISTS (SELECT 1 FROM household h WHERE h.village = v.code)) x;

-- name: city_plugin_running
-- What of a plugin still runs in a city: posts that are checked, open, full or suspended, or sent
-- back; goods on their way; money that waits for its family; claims that are open.
-- scans: it reads the posts of one plugin in one city, for a person who wants to close it
-- example: city=430500, part=donations
SELECT COUNT(IF(p.phase IN ('review', 'open', 'full', 'suspended') OR p.state = 'returned', 1,
                NULL)) AS posts,
       CAST(COALESCE(SUM((SELECT COUNT(*) FROM pledge g
                           WHERE g.post_id = p.id
                             AND g.state IN ('claimed', 'dispatched', 'disputed'))), 0) AS SIGNED)
           AS goods,
       CAST(COALESCE(SUM((SELECT -l.balance_fen FROM ledger_account l
                           WHERE l.code = CONCAT('escrow:', p.id))), 0) AS SIGNED) AS escrow_fen,
       CAST(COALESCE(SUM((SELECT COUNT(*) FROM capacity c
                            JOIN hold h ON h.capacity_id = c.id AND h.state = 'open'
                           WHERE c.post_id = p.id)), 0) AS SIGNED) AS holds
  FROM post p
 WHERE p.plugin = :part AND p.city = :city;

-- name: city_plugins_due
-- Plugins that were scheduled for a date that has come.
SELECT c.id FROM city_plugin c WHERE c.state = 'scheduled' AND c.from_at <= UTC_TIMESTAMP(3);

-- name: city_plugins_drained
-- Plugins that are closing and of which nothing runs any more.
-- scans: it stops at the first thing that runs, of the few plugins that are closing
SELECT c.id
  FROM city_plugin c
 WHERE c.state = 'draining'
   AND NOT EXISTS (SELECT 1 FROM post p
                    WHERE p.plugin = c.plugin AND p.city = c.city
                      AND (p.phase IN ('review', 'open', 'full', 'suspended')
                           OR p.state = 'returned'))
   AND NOT EXISTS (SELECT 1 FROM post p
                     LEFT JOIN ledger_account l ON l.code = CONCAT('escrow:', p.id)
                    WHERE p.plugin = c.plugin AND p.city = c.city
                      AND (l.balance_fen <> 0
                           OR EXISTS (SELECT 1 FROM pledge g
                                       WHERE g.post_id = p.id
                                         AND g.state IN ('claimed', 'dispatched', 'disputed'))
                           OR EXISTS (SELECT 1 FROM capacity k
                                        JOIN hold h ON h.capacity_id = k.id AND h.state = 'open'
                                       WHERE k.post_id = p.id)));

-- name: city_plugin_now
-- Where a plugin stands in a city, and stays until the transaction ends.
-- example: city=430500, part=donations
SELECT c.id, c.state
  FROM city_plugin c
 WHERE c.city = :city AND c.plugin = :part
  LOCK IN SHARE MODE;

-- ---- payments of a city -----------------------------------------------------------------

-- name: city_lock
-- Locks a city against payments that begin.
-- example: city=430500
SELECT c.region FROM city c WHERE c.region = :city FOR UPDATE;

-- name: payment_stop_live
-- That payments of a city are stopped, and who wants them back on.
-- example: city=430500, account=1
SELECT s.id, s.case_number, s.public_text, s.at, a.shown_name AS stopped_by_name, s.asked_by,
       s.asked_at, s.asked_reason, b.shown_name AS asked_by_name,
       s.asked_by <=> :account AS asked_by_me
  FROM payment_stop s
  JOIN account a ON a.id = s.stopped_by
  LEFT JOIN account b ON b.id = s.asked_by
 WHERE s.live_city = :city;

-- name: payment_stop_add
-- One person stops the payments of a city.
-- writes
-- example: city=430500, case_number=2026-1, public_text=x, account=1
INSERT INTO payment_stop (city, case_number, public_text, stopped_by, at)
VALUES (:city, :case_number, :public_text, :account, UTC_TIMESTAMP(3));

-- name: payment_stop_ask
-- The first person wants payments back on.
-- writes
-- example: id=1, account=1, reason=x
UPDATE payment_stop s
   SET s.asked_by = :account, s.asked_at = UTC_TIMESTAMP(3), s.asked_reason = :reason
 WHERE s.id = :id AND s.ended_at IS NULL;

-- name: payment_stop_end
-- The second person agrees.
-- writes
-- example: id=1, account=1
UPDATE payment_stop s
   SET s.ended_by = :account, s.ended_at = UTC_TIMESTAMP(3)
 WHERE s.id = :id AND s.ended_at IS NULL AND s.asked_by <> :account;

-- ---- pages ------------------------------------------------------------------------------

-- name: console_cities
-- The cities of a person's regions, with their figures.
-- example: account=1
SELECT o.city, o.province, o.slug, f.published_posts AS posts, f.open_posts, f.met_posts,
       f.delivered_fen, EXISTS (SELECT 1 FROM payment_stop s WHERE s.live_city = o.city) AS stopped
  FROM (SELECT DISTINCT w.city, w.province, w.slug, w.place
          FROM operator_city w
         WHERE w.account_id = :account) o
  JOIN figure f ON f.region = o.city
 ORDER BY o.place;

-- name: console_grants
-- What a person is, and where.
-- example: account=1
SELECT g.role, g.region, r.name, r.name_en
  FROM role_grant g
  LEFT JOIN region r ON r.code = g.region
 WHERE g.account_id = :account AND g.role <> 'donor' AND g.from_at <= UTC_TIMESTAMP(3)
   AND (g.to_at IS NULL OR g.to_at > UTC_TIMESTAMP(3))
 ORDER BY g.id;

-- name: console_waits
-- How much waits for a person: steps of review, those of them that are late, appeals, and cities
-- where somebody else wants payments back on.
-- example: account=1
SELECT COUNT(s.id) AS steps, CAST(COALESCE(SUM(s.due_at < UTC_TIMESTAMP(3)), 0) AS SIGNED) AS late,
       (SELECT COUNT(*) FROM appeal a
          JOIN role_grant h ON h.role = a.level AND h.region = a.office
         WHERE h.account_id = :account AND h.to_at IS NULL AND a.outcome IS NULL) AS appeals,
       (SELECT COUNT(*) FROM payment_stop p
          JOIN operator_city o ON o.city = p.live_city AND o.role = 'config'
         WHERE o.account_id = :account AND p.asked_by <> :account) AS stops
  FROM role_grant g
  LEFT JOIN review_step s ON s.office = g.region AND s.level = g.role
       AND s.state IN ('open', 'assigned')
 WHERE g.account_id = :account AND g.role IN ('village', 'township', 'county')
   AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL;

-- name: console_city
-- A city of the person's regions, and whether they configure it.
-- example: where=430500, account=1
SELECT c.region AS id, c.slug, f.published_posts AS posts, f.open_posts, f.met_posts,
       f.partly_met_posts, f.connected_families AS families, f.delivered_fen, f.as_of,
       EXISTS (SELECT 1 FROM operator_city o
                WHERE o.account_id = :account AND o.city = c.region
                  AND o.role = 'config') AS may_switch
  FROM city c
  JOIN figure f ON f.region = c.region
 WHERE c.region = :where
   AND EXISTS (SELECT 1 FROM operator_city o
                WHERE o.account_id = :account AND o.city = c.region);

-- name: console_plugins
-- Where each sub-platform stands in a city; a loaded one that never was there is off.
-- example: where=430500, plugins=donations
SELECT x.plugin, COALESCE(c.state, 'off') AS state, c.from_at, c.reason, x.loaded
  FROM (SELECT j.plugin, 1 AS loaded
          FROM JSON_TABLE(CONCAT('["', REPLACE(:plugins, ',', '","'), '"]'),
                          '$[*]' COLUMNS (plugin VARCHAR(32) PATH '$')) j
         UNION ALL
        SELECT c.plugin, 0 FROM city_plugin c
         WHERE c.city = :where AND NOT FIND_IN_SET(c.plugin, :plugins)) x
  LEFT JOIN city_plugin c ON c.city = :where
       AND c.plugin = CONVERT(x.plugin USING utf8mb4) COLLATE utf8mb4_bin
 ORDER BY x.loaded DESC, x.plugin;

-- name: console_part
-- A sub-platform in a city; no row where it never was there.
-- example: where=430500, part=donations
SELECT c.id, c.plugin, c.state, c.version, c.from_at, c.reason, c.public_text,
       a.shown_name AS changed_by_name
  FROM city_plugin c
  LEFT JOIN account a ON a.id = c.changed_by
 WHERE c.city = :where AND c.plugin = :part;

-- name: console_part_versions
-- All that it ever was, the newest first, and who changed it.
-- example: where=430500, part=donations
SELECT v.version, v.state, v.from_at, v.public_text, v.reason, v.at, a.shown_name AS name
  FROM city_plugin c
  JOIN city_plugin_version v ON v.city_plugin_id = c.id
  LEFT JOIN account a ON a.id = v.changed_by
 WHERE c.city = :where AND c.plugin = :part
 ORDER BY v.version DESC;

-- name: console_part_compared
-- Two versions beside each other, field by field.
-- example: where=430500, part=donations, earlier=1, later=2
SELECT e.version AS earlier, l.version AS later, e.state AS state, l.state AS later_state,
       e.from_at AS from_at, l.from_at AS later_from_at, e.public_text AS public_text,
       l.public_text AS later_public_text, e.reason AS reason, l.reason AS later_reason,
       e.state <> l.state AS state_differs, e.from_at <> l.from_at AS from_differs,
       NOT e.public_text <=> l.public_text AS text_differs, e.reason <> l.reason AS reason_differs
  FROM city_plugin c
  JOIN city_plugin_version e ON e.city_plugin_id = c.id AND e.version = :earlier
  JOIN city_plugin_version l ON l.city_plugin_id = c.id AND l.version = :later
 WHERE c.city = :where AND c.plugin = :part;

-- name: console_stops
-- When payments of a city were stopped, the newest first.
-- example: where=430500
SELECT s.case_number, s.public_text, s.at, s.ended_at, s.asked_reason,
       a.shown_name AS stopped_by_name, b.shown_name AS asked_by_name, e.shown_name AS ended_by_name
  FROM payment_stop s
  JOIN account a ON a.id = s.stopped_by
  LEFT JOIN account b ON b.id = s.asked_by
  LEFT JOIN account e ON e.id = s.ended_by
 WHERE s.city = :where
 ORDER BY s.id DESC
 LIMIT 20;

-- name: console_posts
-- The help posts of a city by where they stand, from the totals of lists that pages show as well.
-- example: where=430500
SELECT x.phase, COALESCE((SELECT CAST(SUM(c.posts) AS SIGNED) FROM post_count c
                           WHERE c.plugin IN (SELECT p.plugin FROM city_plugin p
                                               WHERE p.city = :where)
                             AND c.city = :where AND c.listed = x.phase AND c.county = 0
                             AND c.need_kind = ''), 0) AS posts
  FROM (SELECT 'open' AS phase, 1 AS place UNION ALL SELECT 'full', 2 UNION ALL SELECT 'met', 3
         UNION ALL SELECT 'ended', 4) x
 ORDER BY x.place;

-- name: console_exceptions
-- What in a city needs somebody: steps of review whose clock ran out, goods that did not arrive,
-- posts that are suspended.
-- example: where=430500
SELECT (SELECT COUNT(*) FROM region_ancestor a
          STRAIGHT_JOIN review_step s ON s.office = a.region AND s.state IN ('open', 'assigned')
         WHERE a.ancestor = :where AND s.due_at < UTC_TIMESTAMP(3)) AS overdue,
       (SELECT COUNT(*) FROM region r
          JOIN pledge g ON g.county = r.code AND g.state = 'disputed'
         WHERE r.parent = :where) AS disputes,
       (SELECT COUNT(*) FROM suspension s
          JOIN post p ON p.id = s.live_post
         WHERE p.city = :where AND s.live_post IS NOT NULL) AS suspended;

-- ---- caps -------------------------------------------------------------------------------

-- name: caps_region
-- A province or city of the person's settings.
-- example: where=430500, account=1
SELECT r.code AS id, r.level
  FROM region r
 WHERE r.code = :where AND r.level IN (1, 2)
   AND EXISTS (SELECT 1 FROM role_grant g
                 JOIN region_ancestor a ON a.region = r.code AND a.ancestor = g.region
                WHERE g.account_id = :account AND g.role = 'config'
                  AND g.from_at <= UTC_TIMESTAMP(3)
                  AND (g.to_at IS NULL OR g.to_at > UTC_TIMESTAMP(3)));

-- name: caps_region_lock
-- Two changes of the settings of a region are made one after the other.
-- example: where=430500
SELECT r.code FROM region r WHERE r.code = :where FOR UPDATE;

-- name: cap_now
-- The cap of a need in a region: above it, of its own, its last version, and what will count from
-- then on where a new one is saved.
-- example: where=430500, cap=cap_medical_fen
SELECT (SELECT MIN(s.value) FROM setting s
         WHERE s.name = :cap AND s.plugin = '' AND s.from_at <= UTC_TIMESTAMP(3)
           AND (s.region = 0 OR s.region IN (SELECT a.ancestor FROM region_ancestor a
                                              WHERE a.region = :where AND a.ancestor <> :where))
           AND NOT EXISTS (SELECT 1 FROM setting n
                            WHERE n.name = s.name AND n.region = s.region AND n.plugin = s.plugin
                              AND n.version > s.version AND n.from_at <= UTC_TIMESTAMP(3)))
           AS ceiling_fen,
       (SELECT COALESCE(MAX(s.version), 0) FROM setting s
         WHERE s.name = :cap AND s.region = :where AND s.plugin = '') AS version;

-- name: cap_add
-- A new version of a cap.
-- writes
-- example: cap=cap_medical_fen, where=430500, version=1, value=1, from_at=2026-12-01, account=1
-- example: reason=x
INSERT INTO setting (name, region, plugin, version, value, from_at, changed_by, reason)
VALUES (:cap, :where, '', :version, :value, COALESCE(:from_at, UTC_TIMESTAMP(3)), :account, :reason);

-- name: caps_of_region
-- Each cap of a region: what counts now, what comes from above, and its own last version.
-- example: where=430500
SELECT k.name, MIN(s.value) AS value_fen, MIN(IF(s.region <> :where, s.value, NULL)) AS ceiling_fen,
       (SELECT n.value FROM setting n WHERE n.name = k.name AND n.region = :where AND n.plugin = ''
         ORDER BY n.version DESC LIMIT 1) AS own_fen,
       (SELECT n.from_at FROM setting n WHERE n.name = k.name AND n.region = :where
           AND n.plugin = '' ORDER BY n.version DESC LIMIT 1) AS from_at,
       SUBSTR(k.name, 5, LENGTH(k.name) - 8) AS need
  FROM setting k
  JOIN setting s ON s.name = k.name AND s.plugin = '' AND s.from_at <= UTC_TIMESTAMP(3)
       AND (s.region = 0 OR s.region IN (SELECT a.ancestor FROM region_ancestor a
                                          WHERE a.region = :where))
       AND NOT EXISTS (SELECT 1 FROM setting n
                        WHERE n.name = s.name AND n.region = s.region AND n.plugin = s.plugin
                          AND n.version > s.version AND n.from_at <= UTC_TIMESTAMP(3))
 WHERE k.region = 0 AND k.plugin = '' AND k.version = 1 AND k.name LIKE 'cap\_%'
 GROUP BY k.name
 ORDER BY k.name;

-- name: cap_exceeded
-- How many open posts of a region ask for more than a cap for their need, of how many.
-- example: where=430500, need=medical, value=100
SELECT COUNT(*) AS posts, COUNT(IF(p.target_fen > :value, 1, NULL)) AS beyond
  FROM city c
  JOIN city_plugin g ON g.city = c.region
  JOIN post p ON p.plugin = g.plugin AND p.city = c.region AND p.listed IN ('open', 'full')
       AND p.need_kind = :need
 WHERE c.region = :where OR c.province = :where;

-- name: cap_versions
-- All versions of a cap of a region, the newest first.
-- example: where=430500, cap=cap_medical_fen
SELECT s.version, s.value AS value_fen, s.from_at, s.reason, a.shown_name AS name
  FROM setting s
  LEFT JOIN account a ON a.id = s.changed_by
 WHERE s.name = :cap AND s.region = :where AND s.plugin = ''
 ORDER BY s.version DESC;

-- ---- what happened ----------------------------------------------------------------------

-- name: replay_post
-- A post of the person's regions, whatever its state.
-- example: ref=WP7A9X8NWP, account=1
SELECT p.id, p.ref, p.title, p.state, p.city, p.county, p.plugin, p.need_kind, p.created_at
  FROM post p
 WHERE p.ref = :ref
   AND EXISTS (SELECT 1 FROM operator_city o
                WHERE o.account_id = :account AND o.city = p.city AND o.role <> 'national');

-- name: replay_moves
-- The way of a post: each move, by whom, for whom and why.
-- example: post=1
SELECT h.step, h.from_state, h.to_state, h.at, h.reason, a.shown_name AS name,
       b.shown_name AS family_name
  FROM state_history h
  LEFT JOIN account a ON a.id = h.actor_id
  LEFT JOIN household b ON b.id = h.behalf_of
 WHERE h.machine = 'post' AND h.object_id = :post
 ORDER BY h.step;

-- name: replay_refusals
-- What was asked of a post and refused, the newest first.
-- example: post=1
SELECT f.to_state, f.status, f.at, f.why, a.shown_name AS name
  FROM refused_act f
  LEFT JOIN account a ON a.id = f.actor_id
 WHERE f.machine = 'post' AND f.object_id = :post
 ORDER BY f.id DESC
 LIMIT 50;
