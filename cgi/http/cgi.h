/* cgi: one request from the environment and standard input, answered on standard output. */
#ifndef BF_HTTP_CGI_H
#define BF_HTTP_CGI_H

#include "http/request.h"

struct bf_cgi {
	char **variables;  /* "NAME=value", ended by NULL */
	int input, output; /* descriptors; input -1: no body */
};

/* The transport of a CGI request; cgi must outlive it. For plain CGI, variables is environ and
 * the descriptors are 0 and 1; `bangfu get` and tests bring their own. */
struct bf_transport bf_cgi_transport(struct bf_cgi *cgi);

#endif
