/*
 * server: the processes behind `bangfu serve`.
 *
 *   master   the listening socket, who lives and who dies; reads no request, opens no database
 *   loader   one a generation: configuration, plugins, templates; forks the workers
 *   worker   one connection to the database, one request at a time
 *
 * The master asks the loader for a worker over a channel; the worker becomes the master's own
 * child, and tells how it fares in its page of the board.
 */
#ifndef BF_SERVER_SERVER_H
#define BF_SERVER_SERVER_H

/*
 * Serves until SIGTERM or SIGINT; SIGHUP starts a new generation from the files as they are
 * then, the program itself included. Returns the exit code: 1 when the first generation has
 * faults, which are on standard error.
 *
 * The loader is this program, run anew as "serve --config CONFIG_FILE" with BANGFU_LOADER in its
 * environment: then this function is the loader's and returns when its generation has ended.
 */
int bf_server_run(const char *config_file);

#endif
