/*
 * bangfu.h: what a plugin may use, and the manual of it. Read it downwards.
 *
 * A plugin is one folder: C against this header, queries in sql/, pages in templates/,
 * translations in po/. The core parses, checks, escapes, formats and frees; a handler
 * says which parameters, which query, which page.
 *
 *   1  outcomes         what a function answers
 *   2  values           what queries return and pages show
 *   3  tables           const rows that may grow at their end
 *   4  enumerations     a code and its label, in one place
 *   5  parameters       declared, hence typed and within bounds
 *   6  routes           an address, who may use it, who answers
 *   7  the request      read, query, show
 *   8  help posts       written, saved, sent to review
 *   9  the descriptor   one exported function, made by BF_PLUGIN
 *
 * All strings are UTF-8. Money is int64_t fen. Times are UTC.
 * Texts for people are written in English here and translated by po/zh.po.
 *
 * History of the interface (newest last):
 *   2026-11-24  1.0  first version
 *   2026-11-25  1.1  routes for people who are signed in: BF_SIGNED_IN and the roles; :account
 *   2026-11-25  1.2  help posts: bf_post_households, _create, _own, _save, _submit; bf_relation,
 *                    bf_post_form
 *   2026-11-25  1.3  roles of the operators' house: BF_AT_CITY to BF_UNMASK
 *   2026-11-25  1.4  the national office: BF_AT_NATIONAL
 *   2026-11-25  1.5  pictures of help posts: bf_post_pictures
 */
#ifndef BANGFU_H
#define BANGFU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BF_ABI_MAJOR 1 /* raised when something here changes its meaning or goes away */
#define BF_ABI_MINOR 5 /* raised when something is added */
#define BF_ABI_AT_LEAST(major, minor) \
	(BF_ABI_MAJOR > (major) || (BF_ABI_MAJOR == (major) && BF_ABI_MINOR >= (minor)))

#define BF_MUST_CHECK __attribute__((warn_unused_result))
#define BF_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

#pragma GCC visibility push(default)

/* ---- 1  outcomes ------------------------------------------------------------------ */

/* What can fail answers one of these. The core turns it into a page or into JSON. */
enum bf_rc {
	BF_OK = 0,
	BF_BAD_REQUEST, /* 400 the request itself is malformed */
	BF_SIGN_IN,     /* 401 only for people who are signed in */
	BF_DENIED,      /* 403 known, and not allowed */
	BF_NOT_FOUND,   /* 404 not there, or not to be seen by this person */
	BF_NO_METHOD,   /* 405 the address knows other methods only */
	BF_CONFLICT,    /* 409 changed meanwhile, or against the state table */
	BF_NO_LENGTH,   /* 411 a body without its length */
	BF_TOO_LARGE,   /* 413 more bytes than the route takes */
	BF_INVALID,     /* 422 a declared parameter was refused; the form is shown again */
	BF_FAULT,       /* 500 a mistake of ours: query, template, plugin, setting */
	BF_BUSY,        /* 503 the database is away or we are overloaded; try again */
	BF_RC__MAX
};

/* ---- 2  values -------------------------------------------------------------------- */

/*
 * A value is what a query returned or a handler set: null, bool, integer, time, text, a
 * list, or a record with named members. Values live in the request's memory: valid until
 * the answer is sent, never freed by a plugin. Every function takes NULL as null.
 */
struct bf_value;

int64_t bf_value_int(const struct bf_value *value);      /* 0 where it is no number */
const char *bf_value_text(const struct bf_value *value); /* "" where it is no text */
bool bf_value_is_null(const struct bf_value *value);
size_t bf_value_count(const struct bf_value *value); /* items of a list, else 0 */
const struct bf_value *bf_value_at(const struct bf_value *list, size_t i); /* NULL past the end */
const struct bf_value *bf_value_get(const struct bf_value *record, const char *name);

/* ---- 3  tables -------------------------------------------------------------------- */

/* Const rows with their count and size, so that a row may grow at its end only: a tail
 * that an older plugin does not have reads as zero. */
struct bf_table {
	const void *rows;
	uint32_t count;
	uint32_t row_size;
};

#define BF_TABLE(array)                                                       \
	{                                                                     \
		.rows = (array), .count = sizeof(array) / sizeof((array)[0]), \
		.row_size = sizeof((array)[0])                                \
	}

/* ---- 4  enumerations -------------------------------------------------------------- */

struct bf_choice {
	const char *code;  /* what the database and addresses hold: [a-z0-9_]{1,32} */
	const char *label; /* what people read, in English, translated by po/ */
};

/* One source for a set of codes: parameters are checked against it, pages print its labels
 * with `{x | label:NAME}` and forms offer it. Pointed to, hence never grows. */
struct bf_enum {
	const char *name;        /* a name of its own in the plugin; the core's names are taken */
	struct bf_table choices; /* of struct bf_choice */
};

/* The core's own: what a post asks for, and where it stands. */
extern const struct bf_enum bf_need_kind; /* "necessities" ... "other" */
extern const struct bf_enum bf_phase;     /* "open", "full", "met", "ended" */
/* What is asked for, and what a manager who writes a post is to its family. */
extern const struct bf_enum bf_post_form; /* "money", "goods" */
extern const struct bf_enum bf_relation;  /* "village_manager", "relative", "neighbour" */

/* ---- 5  parameters ---------------------------------------------------------------- */

enum bf_param_type {
	BF_PARAM__NONE = 0, /* forgotten: refused at load */
	BF_TEXT,            /* one line; min and max count characters (preset bounds 0 and 200) */
	BF_LINES,           /* text with line breaks, as BF_TEXT */
	BF_INT,             /* min and max bound it, both inclusive */
	BF_ID,              /* a positive integer */
	BF_REF,             /* a public reference of a post: [0-9A-HJKMNP-TV-Z]{10} */
	BF_FEN,             /* money: "12", "12.5", "12.50" yuan become fen; min and max in fen */
	BF_DATE,            /* "2026-11-24" */
	BF_ONE_OF,          /* a code of .choices */
	BF_COUNTY,          /* the code of a county of the address's city */
	BF_CURSOR,          /* where the next page starts; binds :NAME_key and :NAME_id */
	BF_PARAM_TYPE__MAX
};

/*
 * What is not declared vanishes; what is declared arrives typed and within bounds, or the
 * handler is not called and the form is shown again with the message beside the field. A
 * parameter in the path that is refused answers 404.
 */
struct bf_param {
	const char *name; /* [a-z][a-z0-9_]{0,31} */
	enum bf_param_type type;
	const char *label; /* named in messages; NULL where no person types it */
	bool required;
	int64_t min, max;              /* both 0: the preset bounds of the type */
	const char *pattern;           /* PCRE2, anchored at both ends by the core, or NULL */
	const struct bf_enum *choices; /* for BF_ONE_OF */
	const char *preset;            /* taken where the parameter is absent, or NULL */
};

/* ---- 6  routes -------------------------------------------------------------------- */

struct bf_req; /* one request, from accept to the last byte */

typedef enum bf_rc bf_handler(struct bf_req *req);

enum bf_method { BF_METHOD__NONE = 0, BF_GET, BF_POST };

/*
 * Who may use a route: one of these, or several with "|" between. What a person may see and
 * change within a route is the queries' matter, by :account and the regions of its roles.
 * Everybody from the township up proves a second factor before the first route of theirs.
 */
enum bf_who {
	BF_WHO__NONE = 0,         /* forgotten: refused at load */
	BF_ANYONE = 1 << 0,       /* signed in or not */
	BF_SIGNED_IN = 1 << 1,    /* whatever the roles */
	BF_FAMILY = 1 << 2,       /* an adult of a household */
	BF_AT_VILLAGE = 1 << 3,   /* a village manager */
	BF_AT_TOWNSHIP = 1 << 4,  /* an official of a township, ... */
	BF_AT_COUNTY = 1 << 5,    /* of a county */
	BF_PAY_PREPARE = 1 << 6,  /* asks for payouts */
	BF_PAY_APPROVE = 1 << 7,  /* approves what another one asked for */
	BF_AT_CITY = 1 << 8,      /* an official of a city, ... */
	BF_AT_PROVINCE = 1 << 9,  /* of a province */
	BF_INSPECTOR = 1 << 10,   /* reads all of their region and changes nothing */
	BF_CONFIG = 1 << 11,      /* switches sub-platforms, sets caps, grants roles */
	BF_EXPORT = 1 << 12,      /* takes lists out of the house */
	BF_UNMASK = 1 << 13,      /* sees a number in full, with a reason */
	BF_AT_NATIONAL = 1 << 14, /* sees sums of all regions */
	BF_WHO__ALL = (1 << 15) - 1,
};

/*
 * The path starts with "/" and is relative to the plugin in a city: "/posts/{ref}" answers
 * /{city}/{plugin}/posts/{ref}, the same below /en for English, and below /api/v1 as JSON.
 * {ref} names a declared parameter. A route's GET never writes.
 */
struct bf_route {
	const char *name; /* [a-z0-9_]{1,32}, unique in the plugin */
	enum bf_method method;
	const char *path;
	struct bf_table params; /* of struct bf_param */
	enum bf_who who;
	bf_handler *handler;
	const char
		*form; /* the GET route whose page holds this route's form (itself, for a filter):
			   * it answers, with what was typed and the messages, when a parameter is
			   * refused; the refused ones are absent then. NULL: an error page. */
	bool message;  /* a POST of another program: its body is for the handler, who verifies it.
		       * It needs no token of a form, and nobody is signed in on it. */
};

/* ---- 7  the request --------------------------------------------------------------- */

/* Declared parameters. Absent and without a preset: has is false, the others 0 and "". */
bool bf_has(const struct bf_req *req, const char *param);
int64_t bf_int(const struct bf_req *req, const char *param);
const char *bf_text(const struct bf_req *req, const char *param);
/* Whether any parameter was refused; true only while a form is shown again. */
bool bf_refused(const struct bf_req *req);

/*
 * Named queries of this plugin's sql/. Their :parameters are looked up by name: what the
 * handler bound, then what the core provides, then the request's declared parameters; names
 * are borrowed until the answer is sent. The core provides :city (the city's region code),
 * :account (who is signed in, or null), :household (of a family member, or null), :lang, :page_rows and :plugins (the names of the loaded plugins, with commas between). The
 * answer goes into the page's model under `as`. Fails with BF_BUSY while the database is away,
 * BF_FAULT on a wrong query.
 */
BF_MUST_CHECK enum bf_rc bf_query(struct bf_req *req, const char *query, const char *as);
/* The same for exactly one row; none is BF_NOT_FOUND. */
BF_MUST_CHECK enum bf_rc bf_query_one(struct bf_req *req, const char *query, const char *as);
/* A query that writes. Fails with BF_FAULT on a GET, before it runs. */
BF_MUST_CHECK enum bf_rc bf_exec(struct bf_req *req, const char *query);
void bf_bind_int(struct bf_req *req, const char *name, int64_t value);
void bf_bind_text(struct bf_req *req, const char *name, const char *value);

/* The page's model: what templates walk and JSON prints. The declared parameters are in it
 * from the start, under their names. Texts are copied. */
const struct bf_value *bf_model(const struct bf_req *req, const char *name);
void bf_set_int(struct bf_req *req, const char *name, int64_t value);
void bf_set_text(struct bf_req *req, const char *name, const char *value);
/* The counties of the address's city, a list of records with their `code`. */
void bf_set_counties(struct bf_req *req, const char *name);

/* The answer. A handler ends with one of these, or with why not. */
BF_MUST_CHECK enum bf_rc bf_page(struct bf_req *req, const char *template_name);
/* To a route of this plugin by name; {parts} of its path come from bound values and from
 * the request's parameters. 303 See Other. */
BF_MUST_CHECK enum bf_rc bf_redirect(struct bf_req *req, const char *route);
/*
 * Answers rc with an error page. public_text is a full sentence for the person, in English,
 * translated; NULL takes the sentence that belongs to rc. The format is for the log alone
 * and may hold what the person must not see. Returns rc.
 */
BF_PRINTF(4, 5)
enum bf_rc bf_fail(struct bf_req *req, enum bf_rc rc, const char *public_text, const char *format,
		   ...);

/* ---- 8  help posts ---------------------------------------------------------------- */

/*
 * What all help posts share, the core keeps: who asks, for what, in which words, where it stands.
 * A plugin has the form in its own words, and a table of its own for fields that only it knows.
 * It names its pages so that the core's "my posts" finds them: GET "/posts/{ref}/edit" changes a
 * draft or a returned post, GET "/posts/{ref}/preview" shows it before it is sent.
 *
 * Fields are taken by name from what queries may bind: the route's declared parameters and what
 * the handler bound. Whose post it is, the core decides: the family's, or that of the manager of
 * its village who wrote it; for everybody else it is BF_NOT_FOUND. A refusal (BF_CONFLICT: it
 * was changed meanwhile, or a rule stands against it; BF_INVALID: something is missing) is
 * returned by the handler as it is: the core shows the page of the route's .form again, with the
 * reason above it and all that was typed. Those that write fail with BF_FAULT on a GET.
 */

/* The households that this person may write for, a list of records with id, shown_name, people
 * and own (whether it is their own). */
BF_MUST_CHECK enum bf_rc bf_post_households(struct bf_req *req, const char *as);
/* Begins a draft of this plugin in this city: `need_kind`, `form`; `of_household`, or null for
 * the person's own; `relation` where it is not their own. Binds :ref for bf_redirect. */
BF_MUST_CHECK enum bf_rc bf_post_create(struct bf_req *req);
/*
 * The post with :ref into the model: a record with ref, state, version, household and place, and
 * the fields that bf_post_save takes; beside it `lacks`, a list of {field, text} of what is
 * missing before it can be sent, and `stale`, true while a form is shown again because
 * somebody else has saved meanwhile.
 */
BF_MUST_CHECK enum bf_rc bf_post_own(struct bf_req *req, const char *as);
/* Saves what was typed, however incomplete: `ref`, `version` as bf_post_own gave it, `title`,
 * `item`, `unit`, `quantity`, `target_fen`, `story`, `reason`, `price_source`, `story_shown`; an
 * absent one becomes empty. `need_kind` and `form` stay where they are absent. */
BF_MUST_CHECK enum bf_rc bf_post_save(struct bf_req *req);
/* Sends a draft or a returned post to review: `ref`, `version`, `promise` (that all is true). */
BF_MUST_CHECK enum bf_rc bf_post_submit(struct bf_req *req);

/* The pictures of :post (its id, bound) that may be shown, a list of {name, alt} for the core's piece
 * post_pictures.html. The author adds them on the core's page, /mine/{ref}/pictures. */
BF_MUST_CHECK enum bf_rc bf_post_pictures(struct bf_req *req, const char *as);

/* ---- 9  the descriptor ------------------------------------------------------------ */

#define BF_MAGIC UINT32_C(0x62667531) /* "bfu1" */

/* The plugin's card on a city's page: one query, one template that shows it. */
struct bf_card {
	const char *query;
	const char *template_name;
	const char *as; /* the name of the rows in the template's model */
};

/*
 * Everything the core knows of a plugin. Made by BF_PLUGIN; const for the life of the
 * process; grows at its end only. The fields before `name` are compared before anything
 * else is read.
 */
struct bf_plugin {
	uint32_t magic;
	uint32_t size; /* of this struct, in bytes, as the plugin was compiled */
	uint16_t abi_major;
	uint16_t abi_minor;

	const char *name;       /* [a-z][a-z0-9_]{0,31}: the folder and the address */
	const char *version;    /* "1.0.0" */
	const char *title;      /* in English, translated by po/ */
	const char *summary;    /* one sentence for the city's page */
	const char *icon;       /* a symbol of templates/assets/icons.svg */
	struct bf_table enums;  /* of struct bf_enum */
	struct bf_table routes; /* of struct bf_route; one of them is "/" */
	struct bf_card card;
};

typedef const struct bf_plugin *bf_plugin_entry(void);

#define BF_PLUGIN_ENTRY "bf_plugin_v1"

/* Goes once into a plugin, at file level, with designated initialisers. */
#define BF_PLUGIN(...)                                                                     \
	__attribute__((visibility("default"))) const struct bf_plugin *bf_plugin_v1(void); \
	const struct bf_plugin *bf_plugin_v1(void)                                         \
	{                                                                                  \
		static const struct bf_plugin plugin = { .magic = BF_MAGIC,                \
							 .size = sizeof(struct bf_plugin), \
							 .abi_major = BF_ABI_MAJOR,        \
							 .abi_minor = BF_ABI_MINOR,        \
							 __VA_ARGS__ };                    \
		return &plugin;                                                            \
	}                                                                                  \
	_Static_assert(1, "BF_PLUGIN ends with a semicolon")

#pragma GCC visibility pop

#endif
