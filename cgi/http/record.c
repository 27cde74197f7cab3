#include "http/record.h"

enum {
	HEADER_BYTES = 8,
	BEGIN_BODY_BYTES = 8,
	VERSION = 1,
	TYPE_BEGIN = 1,
	TYPE_PARAMS = 4,
	ROLE_RESPONDER = 1,
};

struct record {
	unsigned version, type, id;
	size_t whole;          /* bytes with header and padding */
	struct bf_str content; /* there when the whole record is */
};

/* What is left of one name-value pair: first its lengths, then its bytes, cut anywhere. */
struct pairs {
	unsigned char lengths[8];
	size_t lengths_got;
	size_t name_left, value_left;
	size_t bytes, bytes_max;
};

static unsigned byte_at(struct bf_str bytes, size_t i)
{
	return (unsigned char)bytes.p[i];
}

/* The record that bytes begin with; false: not even its header is there. */
static bool read_header(struct bf_str bytes, struct record *ret)
{
	size_t content;

	if (bytes.len < HEADER_BYTES)
		return false;
	content = byte_at(bytes, 4) << 8 | byte_at(bytes, 5);
	*ret = (struct record){
		.version = byte_at(bytes, 0),
		.type = byte_at(bytes, 1),
		.id = byte_at(bytes, 2) << 8 | byte_at(bytes, 3),
		.whole = HEADER_BYTES + content + byte_at(bytes, 6),
		.content = { bytes.p + HEADER_BYTES, content },
	};
	return true;
}

static const char *wrong_first_header(const struct record *record)
{
	if (record->version != VERSION)
		return "another version of FastCGI";
	if (record->type != TYPE_BEGIN)
		return "no begin record first";
	if (!record->id)
		return "a management record";
	if (record->content.len != BEGIN_BODY_BYTES)
		return "a begin record of a wrong length";
	return NULL;
}

static const char *wrong_next_header(const struct record *record, unsigned id)
{
	if (record->version != VERSION)
		return "another version of FastCGI";
	if (record->id != id)
		return "a record of another request or of management";
	if (record->type != TYPE_PARAMS)
		return "another record before the parameters end";
	return NULL;
}

/* A length is one byte, or four with the highest bit set. */
static size_t length_at(const unsigned char *lengths, size_t *at)
{
	const unsigned char *p = lengths + *at;

	if (!(p[0] & 0x80)) {
		*at += 1;
		return p[0];
	}
	*at += 4;
	return (size_t)(p[0] & 0x7f) << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
}

static bool lengths_are_whole(const struct pairs *pairs)
{
	size_t name = pairs->lengths[0] & 0x80 ? 4 : 1;

	if (pairs->lengths_got <= name)
		return false;
	return pairs->lengths_got == name + (pairs->lengths[name] & 0x80 ? 4 : 1);
}

static const char *read_length_byte(struct pairs *pairs, char c)
{
	size_t at = 0;

	pairs->lengths[pairs->lengths_got++] = (unsigned char)c;
	if (!lengths_are_whole(pairs))
		return NULL;
	pairs->name_left = length_at(pairs->lengths, &at);
	pairs->value_left = length_at(pairs->lengths, &at);
	pairs->bytes += pairs->name_left + pairs->value_left;
	if (!pairs->name_left)
		return "a parameter without a name";
	if (pairs->bytes > pairs->bytes_max)
		return "too many bytes of parameters";
	return NULL;
}

static const char *read_params(struct pairs *pairs, struct bf_str content)
{
	for (size_t i = 0; i < content.len; i++) {
		char c = content.p[i];
		const char *wrong = NULL;

		if (pairs->name_left) {
			if (!c || c == '=')
				wrong = "a parameter's name with \"=\" or NUL";
			pairs->name_left--;
		} else if (pairs->value_left) {
			if (!c)
				wrong = "a parameter's value with NUL";
			pairs->value_left--;
		} else {
			wrong = read_length_byte(pairs, c);
		}
		if (wrong)
			return wrong;
		if (!pairs->name_left && !pairs->value_left && lengths_are_whole(pairs))
			pairs->lengths_got = 0;
	}
	return NULL;
}

static const char *wrong_first_content(const struct record *record)
{
	unsigned role = byte_at(record->content, 0) << 8 | byte_at(record->content, 1);

	return role == ROLE_RESPONDER ? NULL : "a role other than responder";
}

static const char *wrong_next_content(const struct record *record, struct pairs *pairs)
{
	if (!record->content.len && (pairs->lengths_got || pairs->name_left || pairs->value_left))
		return "a parameter that is cut off";
	return read_params(pairs, record->content);
}

enum bf_record_verdict bf_record_head(struct bf_str bytes, size_t params_max, const char **ret_why)
{
	struct pairs pairs = { .bytes_max = params_max };
	struct record record;
	unsigned id = 0; /* of the first record, once that was read; a request's is never 0 */

	while (read_header(bytes, &record)) {
		*ret_why = id ? wrong_next_header(&record, id) : wrong_first_header(&record);
		if (*ret_why)
			return BF_RECORD_BAD;
		if (bytes.len < record.whole)
			return BF_RECORD_MORE;
		*ret_why = id ? wrong_next_content(&record, &pairs) : wrong_first_content(&record);
		if (*ret_why)
			return BF_RECORD_BAD;
		if (id && !record.content.len)
			return BF_RECORD_GOOD;
		id = record.id;
		bytes.p += record.whole;
		bytes.len -= record.whole;
	}
	return BF_RECORD_MORE;
}
