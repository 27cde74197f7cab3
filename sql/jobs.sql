-- Jobs as operators see them. Used by cgi/domain/job_run.c and cgi/site/operation.c; what the process
-- of the jobs asks and writes lies in money/jobs.sql.

-- name: jobs_seen
-- Each job and how it is: those that fail first, then those that are late.
SELECT j.name, j.last_at, j.millis, j.next_at, j.failing, j.last_error, j.error_at,
       j.asked_at IS NOT NULL AS waits, a.shown_name AS asked_by_name,
       j.next_at < UTC_TIMESTAMP(3) - INTERVAL 60 SECOND AS late
  FROM job_run j
  LEFT JOIN account a ON a.id = j.asked_by
 ORDER BY j.failing DESC, late DESC, j.name;

-- name: jobs_health
-- How many jobs there are, fail and are late, and whether the person may let one run.
-- example: account=1
SELECT COUNT(*) AS jobs, CAST(COALESCE(SUM(j.failing), 0) AS SIGNED) AS failing,
       CAST(COALESCE(SUM(j.next_at < UTC_TIMESTAMP(3) - INTERVAL 60 SECOND), 0) AS SIGNED) AS late,
       EXISTS (SELECT 1 FROM role_grant g
                 JOIN region r ON r.code = g.region AND r.level = 1
                WHERE g.account_id = :account AND g.role = 'config'
                  AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL) AS may_run
  FROM job_run j;

-- name: job_ask
-- A job shall run now, for who configures a province.
-- writes
-- example: job=sweep, account=1
UPDATE job_run j
   SET j.asked_at = UTC_TIMESTAMP(3), j.asked_by = :account
 WHERE j.name = :job
   AND EXISTS (SELECT 1 FROM role_grant g
                 JOIN region r ON r.code = g.region AND r.level = 1
                WHERE g.account_id = :account AND g.role = 'config'
                  AND g.from_at <= UTC_TIMESTAMP(3) AND g.to_at IS NULL);
