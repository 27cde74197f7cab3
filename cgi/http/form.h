/*
 * form: names and values, of an address or of a body, urlencoded or multipart. The bytes may
 * arrive in pieces cut anywhere; memory is bounded by what the caller feeds.
 */
#ifndef BF_HTTP_FORM_H
#define BF_HTTP_FORM_H

#include "http/request.h"

struct bf_form;

/* Whether a body of this type is a form at all. */
bool bf_form_is(struct bf_str content_type);
/*
 * A reader for a body of this type, in the pool. Fails with BF_BAD_REQUEST: no usable
 * boundary, or a charset other than UTF-8. The same goes for feed and end: a broken escape,
 * text that is not UTF-8 or holds control characters, a part without a name, a missing end,
 * more fields than fields_max.
 */
BF_MUST_CHECK enum bf_rc bf_form_new(struct bf_pool *pool, struct bf_str content_type,
				     size_t fields_max, struct bf_form **ret_form,
				     struct bf_err *err);
BF_MUST_CHECK enum bf_rc bf_form_feed(struct bf_form *form, struct bf_str bytes,
				      struct bf_err *err);
/* Fields and uploads live in the pool. A file input that was left empty is no upload. */
BF_MUST_CHECK enum bf_rc bf_form_end(struct bf_form *form, struct bf_fields *ret_fields,
				     struct bf_upload **ret_uploads, size_t *ret_upload_count,
				     struct bf_err *err);
/* The fields behind the "?" of an address. */
BF_MUST_CHECK enum bf_rc bf_form_query(struct bf_pool *pool, struct bf_str text, size_t fields_max,
				       struct bf_fields *ret_fields, struct bf_err *err);

#endif
