/*
 * desk: what the acts on accounts stand on: a connection, the queries, the keys, memory for the
 * length of one act.
 */
#ifndef BF_DOMAIN_DESK_H
#define BF_DOMAIN_DESK_H

#include "domain/ask.h"
#include "domain/secret.h"
#include "view/view.h"

struct bf_desk {
	struct bf_ask ask;
	const struct bf_secrets *secrets;
	struct bf_str common_passwords; /* in lower case, one a line, a line end before the first */
	enum bf_lang lang;              /* of who asks */
};

#endif
