-- What the process of the jobs tells of itself. Used by cgi/domain/job_run.c.

-- name: job_note
-- How a run of a job went, and when it runs again. It is no longer asked for where the run began
-- after that was known.
-- writes
-- example: job=sweep, millis=1, next_ms=500, error=x, asked=1
INSERT INTO job_run (name, last_at, millis, next_at, failing, last_error, error_at)
VALUES (:job, UTC_TIMESTAMP(3), :millis, UTC_TIMESTAMP(3) + INTERVAL :next_ms * 1000 MICROSECOND,
        :error IS NOT NULL, :error, IF(:error IS NULL, NULL, UTC_TIMESTAMP(3)))
ON DUPLICATE KEY UPDATE last_at = VALUES(last_at), millis = VALUES(millis),
       next_at = VALUES(next_at), failing = VALUES(failing),
       last_error = COALESCE(VALUES(last_error), last_error),
       error_at = COALESCE(VALUES(error_at), error_at), asked_at = IF(:asked, NULL, asked_at);

-- name: jobs_asked
-- Jobs that somebody wants to run now.
SELECT j.name FROM job_run j WHERE j.asked_at IS NOT NULL;
