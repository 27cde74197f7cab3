/* jobs: the process that does the work which waits for no visitor, beside the workers of a pool. */
#ifndef BF_SERVER_JOBS_H
#define BF_SERVER_JOBS_H

/*
 * Works until SIGTERM or SIGINT, which let the step under way end. SIGHUP takes up the program and
 * all files anew. Any number of these processes may run side by side. While the database is away it
 * tries again each second. Returns the exit code: 1 where files have faults, named on stderr.
 */
int bf_server_jobs(const char *config_file);

#endif
