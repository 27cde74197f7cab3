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
	struct bf_str content;
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

/* Takes a record off *rest; false: it is not whole yet. */
static bool take_record(struct bf_str *rest, struct record *ret)
{
	size_t content, whole;

	if (rest->len < HEADER_BYTES)
		return false;
	content = byte_at(*rest, 4) << 8 | byte_at(*rest, 5);
	whole = HEADER_BYTES + content + byte_at(*rest, 6);
	if (rest->len < whole)
		return false;
	*ret = (struct record){
		.version = byte_at(*rest, 0),
		.type = byte_at(*rest, 1),
		.id = byte_at(*rest, 2) << 8 | byte_at(*rest, 3),
		.content = { rest->p + HEADER_BYTES, content },
	};
	rest->p += whole;
	rest->len -= whole;
	return true;
}

static const char *wrong_begin(const struct record *record)
{
	if (record->version != VERSION)
		return "another version of FastCGI";
	if (record->type != TYPE_BEGIN)
		return "no begin record first";
	if (!record->id)
		return "a management record";
	if (record->content.len != BEGIN_BODY_BYTES)
		return "a begin record of a wrong length";
	if ((byte_at(record->content, 0) << 8 | byte_at(record->content, 1)) != ROLE_RESPONDER)
		return "a role other than responder";
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

/* One record behind the first. */
static const char *read_record(const struct record *record, unsigned id, struct pairs *pairs)
{
	if (record->version != VERSION)
		return "another version of FastCGI";
	if (record->id != id)
		return "a record of another request or of management";
	if (record->type != TYPE_PARAMS)
		return "another record before the parameters end";
	if (!record->content.len && (pairs->lengths_got || pairs->name_left || pairs->value_left))
		return "a parameter that is cut off";
	return read_params(pairs, record->content);
}

enum bf_record_verdict bf_record_head(struct bf_str bytes, size_t params_max, const char **ret_why)
{
	struct pairs pairs = { .bytes_max = params_max };
	struct record record;
	unsigned id;

	if (!take_record(&bytes, &record))
		return BF_RECORD_MORE;
	*ret_why = wrong_begin(&record);
	if (*ret_why)
		return BF_RECORD_BAD;
	id = record.id;
	while (take_record(&bytes, &record)) {
		*ret_why = read_record(&record, id, &pairs);
		if (*ret_why)
			return BF_RECORD_BAD;
		if (!record.content.len)
			return BF_RECORD_GOOD;
	}
	return BF_RECORD_MORE;
}
