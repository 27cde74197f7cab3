/* answer: the last steps of every request: globals and rendering, error pages, headers. */
#ifndef BF_SITE_ANSWER_H
#define BF_SITE_ANSWER_H

#include "plugin/req.h"

/* Tells each text that error pages may show; for the check of translations. */
void bf_answer_each_text(void (*tell)(void *arg, const char *english), void *arg);
/* Replaces whatever the handler began by the page, or the JSON, that belongs to rc. */
void bf_answer_error(struct bf_req *req, enum bf_rc rc);
/* Headers of every answer: type, security, caching, ETag, Server-Timing. A 304 has no body. */
void bf_answer_finish(struct bf_req *req);

#endif
