/*
 * spool: the copies of notices that leave for phones and mailboxes, a file each below a folder,
 * written whole and named by the copy: whatever is cut off in between is done again and makes the
 * same file. What takes them from there is not ours.
 */
#ifndef BF_DOMAIN_SPOOL_H
#define BF_DOMAIN_SPOOL_H

#include "domain/ask.h"
#include "domain/secret.h"
#include "view/view.h"

struct bf_spool {
	const char *folder;
	const char *site; /* what addresses in messages begin with: "https://bangfu.example" */
	const struct bf_views *views;
	const char *scope; /* of the words in views */
	const struct bf_secrets *secrets;
};

/*
 * Sends the next copy that is due. One that cannot be written waits 1 minute, 5 and 30 minutes, 2
 * and 12 hours, then the person's next channel has its turn; why it could not (BF_BUSY) is for the
 * log, and the next call goes on with another. *ret_worked false: nothing is due. Several processes
 * may call it at once.
 */
BF_MUST_CHECK enum bf_rc bf_spool_once(struct bf_ask *ask, const struct bf_spool *spool,
				       bool *ret_worked, struct bf_err *err);

#endif
