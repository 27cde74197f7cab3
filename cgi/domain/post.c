#include "domain/post.h"

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
