/* answer: the last steps of every request: globals and rendering, error pages, headers. */
#ifndef BF_SITE_ANSWER_H
#define BF_SITE_ANSWER_H

#include "plugin/req.h"

/* Sentences of the guards. */
enum bf_site_text {
	BF_SITE_CITY_CLOSED,  /* the plugin is not on in this city */
	BF_SITE_FORM_FOREIGN, /* a form that came from elsewhere */
	BF_SITE_FORM_OLD,     /* a form of ours that is shown again for its token */
	BF_SITE_FORM_LATE,    /* a form that needs a session, which has ended */
	BF_SITE_WANTS_FACTOR, /* a role that waits for the second factor */
	BF_SITE_LINK_OLD,     /* an address that our pages no longer make */
	BF_SITE_TEXT__MAX
};

extern const char *const bf_site_texts[BF_SITE_TEXT__MAX];

/* Tells each text of this floor that people may read; for the check of translations. */
void bf_answer_each_text(void (*tell)(void *arg, const char *english), void *arg);
/* Replaces whatever the handler began by the page, or the JSON, that belongs to rc. */
void bf_answer_error(struct bf_req *req, enum bf_rc rc);
/* Headers of every answer: type, security, caching, ETag, Server-Timing. A 304 has no body. */
void bf_answer_finish(struct bf_req *req);

#endif
