/*
 * record: the FastCGI records that begin a request, looked at before libfcgi reads them. That
 * library forgets the lengths of names and values, takes as many as come, and overruns its
 * stack on a management record; so what it must not see is found here first.
 */
#ifndef BF_HTTP_RECORD_H
#define BF_HTTP_RECORD_H

#include "base/str.h"

enum bf_record_verdict {
	BF_RECORD_GOOD, /* begin and parameters are whole and fit to be read */
	BF_RECORD_MORE, /* good so far */
	BF_RECORD_BAD,  /* to be closed */
};

/* Bytes that hold every head whose parameters are within 64 KiB, sent in records of a usual
 * size. */
enum { BF_RECORD_HEAD_BYTES = 72 * 1024 };

/*
 * Judges the bytes that a connection begins with, of which there may be more to come. Good is:
 * one begin record of a responder, then parameters under the same id, names without "=" or NUL,
 * values without NUL, names and values within params_max bytes together, and the empty record
 * that ends them. *ret_why (for BAD) is a text for the log.
 */
enum bf_record_verdict bf_record_head(struct bf_str bytes, size_t params_max, const char **ret_why);

#endif
