/* loader: the process that reads a generation's files and forks its workers. */
#ifndef BF_SERVER_LOADER_H
#define BF_SERVER_LOADER_H

/* Descriptors that a loader finds open when it starts. */
enum { BF_LOADER_CHANNEL = 3, BF_LOADER_LISTENER, BF_LOADER_BOARD, BF_LOADER_FD__MAX };

/* Names of its environment: the generation's number, and the plugins in quarantine. */
#define BF_LOADER_ENV "BANGFU_LOADER"
#define BF_QUARANTINE_ENV "BANGFU_QUARANTINE"

/* The life of a loader; returns its exit code. */
int bf_server_loader(const char *config_file);

#endif
