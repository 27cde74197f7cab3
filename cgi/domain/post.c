#include "domain/post.h"

bool bf_ref_read(struct bf_str text, char ret_ref[BF_REF_TEXT_BYTES])
{
	static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	char ref[BF_REF_TEXT_BYTES];
	size_t len = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];

		if (c == ' ' || c == '-')
			continue;
		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (!c || !strchr(digits, c) || len == BF_REF_TEXT_BYTES - 1)
			return false;
		ref[len++] = c;
	}
	if (len != BF_REF_TEXT_BYTES - 1)
		return false;
	ref[len] = '\0';
	memcpy(ret_ref, ref, sizeof(ref));
	return true;
}

static const struct bf_choice need_kinds[] = {
	{ "necessities", "Daily necessities" },
	{ "housing", "Housing" },
	{ "production", "Farming and production" },
	{ "employment", "Finding work" },
	{ "training", "Skills training" },
	{ "education", "Schooling" },
	{ "medical", "Medical care" },
	{ "disaster", "Disaster relief" },
	{ "other", "Other needs" },
};

/* The phases that the public sees; a draft or a post under review has no public page. */
static const struct bf_choice phases[] = {
	{ "open", "Still needs help" },
	{ "full", "Help on its way" },
	{ "met", "Met" },
	{ "ended", "Ended" },
};

static const struct bf_choice review_levels[] = {
	{ "village", "Village" },
	{ "township", "Township" },
	{ "county", "County" },
};

const struct bf_enum bf_need_kind = { "need_kind", BF_TABLE(need_kinds) };
const struct bf_enum bf_phase = { "phase", BF_TABLE(phases) };
const struct bf_enum bf_review_level = { "level", BF_TABLE(review_levels) };

const struct bf_enum *const bf_core_enums[] = { &bf_need_kind, &bf_phase, &bf_review_level, NULL };
