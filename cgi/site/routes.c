/* routes: the address table in words, for people who integrate, and as JSON, for tests. */
#include "site/app.h"

#include "plugin/app.h"
#include "site/load.h"
#include "site/pages.h"

static const char *const type_names[BF_PARAM_TYPE__MAX] = {
	[BF_TEXT] = "text",     [BF_LINES] = "lines",   [BF_INT] = "int",   [BF_ID] = "id",
	[BF_REF] = "reference", [BF_FEN] = "money",     [BF_DATE] = "date", [BF_ONE_OF] = "one of",
	[BF_COUNTY] = "county", [BF_CURSOR] = "cursor",
};

static const struct {
	enum bf_who who;
	const char *name;
} who_names[] = {
	{ BF_ANYONE, "anyone" },
	{ BF_SIGNED_IN, "signed in" },
	{ BF_FAMILY, "family" },
	{ BF_AT_VILLAGE, "village" },
	{ BF_AT_TOWNSHIP, "township" },
	{ BF_AT_COUNTY, "county" },
	{ BF_PAY_PREPARE, "pay.prepare" },
	{ BF_PAY_APPROVE, "pay.approve" },
	{ BF_AT_CITY, "city" },
	{ BF_AT_PROVINCE, "province" },
	{ BF_INSPECTOR, "inspector" },
	{ BF_CONFIG, "config" },
	{ BF_EXPORT, "export" },
	{ BF_UNMASK, "unmask" },
	{ BF_AT_NATIONAL, "national" },
};

static void print_choices(const struct bf_enum *choices, FILE *out)
{
	for (uint32_t i = 0; i < choices->choices.count; i++)
		fprintf(out, "%s%s", i ? "|" : " ",
			((const struct bf_choice *)choices->choices.rows)[i].code);
}

static void print_param(const struct bf_param *param, FILE *out)
{
	fprintf(out, "    %s: %s", param->name, type_names[param->type]);
	if (param->choices)
		print_choices(param->choices, out);
	if (param->required)
		fputs(", required", out);
	if (param->preset)
		fprintf(out, ", preset %s", param->preset);
	if (param->min || param->max)
		fprintf(out, ", %jd to %jd", (intmax_t)param->min, (intmax_t)param->max);
	fputc('\n', out);
}

static void print_who(enum bf_who who, FILE *out)
{
	const char *between = "  (";

	for (size_t i = 0; i < sizeof(who_names) / sizeof(who_names[0]); i++)
		if (who & who_names[i].who) {
			fprintf(out, "%s%s", between, who_names[i].name);
			between = ", ";
		}
	fputs(")\n", out);
}

static void print_table(const char *prefix, const struct bf_table *routes, FILE *out)
{
	for (uint32_t i = 0; i < routes->count; i++) {
		const struct bf_route *route = (const struct bf_route *)routes->rows + i;

		fprintf(out, "%-4s %s%s", route->method == BF_POST ? "POST" : "GET", prefix,
			route->path);
		print_who(route->who, out);
		for (uint32_t p = 0; p < route->params.count; p++)
			print_param((const struct bf_param *)route->params.rows + p, out);
	}
}

/* Each table with what its paths begin with. */
static void print_tables(const struct bf_app *app, FILE *out,
			 void (*print)(const char *prefix, const struct bf_table *routes,
				       FILE *out))
{
	char prefix[64];

	print("", &bf_site_root_routes, out);
	print("/{city}", &bf_site_city_routes, out);
	for (const struct bf_segment *segment = bf_site_segments; segment->name; segment++) {
		snprintf(prefix, sizeof(prefix), "/%s", segment->name);
		print(prefix, segment->routes, out);
	}
	for (size_t i = 0; i < app->plugins.count; i++) {
		snprintf(prefix, sizeof(prefix), "/{city}/%s", app->plugins.rows[i]->name);
		print(prefix, &app->plugins.rows[i]->routes, out);
	}
}

void bf_app_print_routes(const struct bf_app *app, FILE *out)
{
	print_tables(app, out, print_table);
}

/* A line for each: names, paths and roles are of letters that JSON takes as they are. */
static void print_table_json(const char *prefix, const struct bf_table *routes, FILE *out)
{
	for (uint32_t i = 0; i < routes->count; i++) {
		const struct bf_route *route = (const struct bf_route *)routes->rows + i;
		const char *between = "";

		fprintf(out,
			"{\"name\": \"%s\", \"method\": \"%s\", \"path\": \"%s%s\", "
			"\"message\": %s, \"who\": [",
			route->name, route->method == BF_POST ? "POST" : "GET", prefix, route->path,
			route->message ? "true" : "false");
		for (size_t w = 0; w < sizeof(who_names) / sizeof(who_names[0]); w++)
			if (route->who & who_names[w].who) {
				fprintf(out, "%s\"%s\"", between, who_names[w].name);
				between = ", ";
			}
		fputs("]}\n", out);
	}
}

void bf_app_print_routes_json(const struct bf_app *app, FILE *out)
{
	print_tables(app, out, print_table_json);
}
