/*
 * bare: the least C program that serves bangfu's pages: libfcgi, Connector/C, statements that are
 * prepared and bound once, printf. No router, no escaping, no templates. What is the same for
 * every request comes from files that the bench has cut out of bangfu's own page.
 *
 *   bare FOLDER DATABASE_SOCKET WORKERS       answers at FOLDER/run/bangfu.sock
 */
#include <fcgiapp.h>
#include <mysql.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	BACKLOG = 1024,
	COLUMNS_MAX = 32,
	TEXT_BYTES = 1024,
	PAGE_BYTES = 256 * 1024,
	NAMES_MAX = 128,
	VALUES_MAX = 8,
	VALUE_BYTES = 32,
	PAGE_ROWS = 20,
	URGENT = 3,
	DAY_S = 86400,
};

struct cell {
	long long n;
	MYSQL_TIME time;
	char text[TEXT_BYTES];
	unsigned long len;
};

struct query {
	MYSQL_STMT *stmt;
	struct cell cells[COLUMNS_MAX];
	/* What is bound; the library reads it anew each time. */
	long long numbers[VALUES_MAX];
	char texts[VALUES_MAX][VALUE_BYTES];
};

/* The columns of plugins/donations/sql/posts.sql, in their order. */
enum posts_column {
	ID,
	REF,
	TITLE,
	NEED_KIND,
	FORM,
	COUNTY,
	TOWNSHIP,
	PHASE,
	URGENCY,
	TARGET_FEN,
	TAKEN_FEN,
	QUANTITY,
	TAKEN_QUANTITY,
	UNIT,
	SHARE,
	OPENED_AT,
	DEADLINE_AT,
	SEEN,
	SORT_KEY,
};

static struct {
	char code[16], name[64];
} names[NAMES_MAX];
static size_t name_count;

static char page[PAGE_BYTES];
static size_t page_len;

static _Noreturn void give_up(const char *what, const char *why)
{
	fprintf(stderr, "bare: %s: %s\n", what, why);
	exit(EXIT_FAILURE);
}

/* ---- what the bench has cut ------------------------------------------------------------ */

static char *read_file(const char *name)
{
	char *bytes = NULL;
	size_t size = 0;
	FILE *file = fopen(name, "r");

	if (!file || getdelim(&bytes, &size, '\0', file) < 0)
		give_up(name, "cannot be read");
	fclose(file);
	return bytes;
}

/* Lines of "code name": needs and counties. */
static void read_names(const char *name)
{
	FILE *file = fopen(name, "r");

	if (!file)
		give_up(name, "cannot be read");
	while (name_count < NAMES_MAX &&
	       fscanf(file, "%15s %63[^\n]", names[name_count].code, names[name_count].name) == 2)
		name_count++;
	fclose(file);
}

static const char *name_of(const char *code)
{
	for (size_t i = 0; i < name_count; i++)
		if (strcmp(names[i].code, code) == 0)
			return names[i].name;
	give_up(code, "has no name");
}

/* ---- the database ---------------------------------------------------------------------- */

static MYSQL *connect_to(const char *socket)
{
	MYSQL *mysql = mysql_init(NULL);

	if (mysql && mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4") == 0 &&
	    mysql_real_connect(mysql, NULL, "bangfu_web", NULL, "bangfu", 0, socket, 0))
		return mysql;
	give_up(socket, mysql ? mysql_error(mysql) : "no memory");
}

/* Numbers are read as 64 bit, times as times, anything else as text. */
static void bind_cell(MYSQL_BIND *bind, enum enum_field_types type, struct cell *cell)
{
	switch (type) {
	case MYSQL_TYPE_TINY:
	case MYSQL_TYPE_SHORT:
	case MYSQL_TYPE_LONG:
	case MYSQL_TYPE_LONGLONG:
		*bind = (MYSQL_BIND){ .buffer_type = MYSQL_TYPE_LONGLONG, .buffer = &cell->n };
		break;
	case MYSQL_TYPE_DATETIME:
		*bind = (MYSQL_BIND){ .buffer_type = MYSQL_TYPE_DATETIME, .buffer = &cell->time };
		break;
	default:
		*bind = (MYSQL_BIND){ .buffer_type = MYSQL_TYPE_STRING,
				      .buffer = cell->text,
				      .buffer_length = TEXT_BYTES - 1,
				      .length = &cell->len };
	}
}

/* Lines of values, in the order of the question marks: numbers, or texts that are none. */
static void bind_values(struct query *query, const char *name)
{
	MYSQL_BIND binds[VALUES_MAX];
	FILE *file = fopen(name, "r");

	if (!file)
		give_up(name, "cannot be read");
	for (unsigned i = 0; i < VALUES_MAX && fscanf(file, "%31s", query->texts[i]) == 1; i++) {
		char *text = query->texts[i], *end;

		query->numbers[i] = strtoll(text, &end, 10);
		binds[i] = (MYSQL_BIND){ .buffer_type = MYSQL_TYPE_LONGLONG,
					 .buffer = &query->numbers[i] };
		if (*end)
			binds[i] = (MYSQL_BIND){ .buffer_type = MYSQL_TYPE_STRING,
						 .buffer = text,
						 .buffer_length = strlen(text) };
	}
	fclose(file);
	if (mysql_stmt_bind_param(query->stmt, binds))
		give_up(name, mysql_stmt_error(query->stmt));
}

static void prepare(struct query *query, MYSQL *mysql, const char *sql_file, const char *value_file)
{
	const char *sql = read_file(sql_file);
	MYSQL_BIND binds[COLUMNS_MAX];
	MYSQL_STMT *stmt = mysql_stmt_init(mysql);
	MYSQL_RES *columns;

	if (!stmt || mysql_stmt_prepare(stmt, sql, strlen(sql)))
		give_up(sql_file, mysql_error(mysql));
	query->stmt = stmt;
	bind_values(query, value_file);
	columns = mysql_stmt_result_metadata(stmt);
	for (unsigned i = 0; i < mysql_num_fields(columns); i++)
		bind_cell(&binds[i], mysql_fetch_field_direct(columns, i)->type, &query->cells[i]);
	mysql_free_result(columns);
	if (mysql_stmt_bind_result(stmt, binds))
		give_up(sql_file, mysql_stmt_error(stmt));
}

static void execute(struct query *query)
{
	if (mysql_stmt_execute(query->stmt))
		give_up("a query", mysql_stmt_error(query->stmt));
}

/* False: there is no row left. */
static int fetch(struct query *query)
{
	int fetched = mysql_stmt_fetch(query->stmt);

	if (fetched && fetched != MYSQL_NO_DATA)
		give_up("a row", mysql_stmt_error(query->stmt));
	return fetched == 0;
}

/* The text of a column, ended, which the library does not promise. */
static const char *text_of(struct cell *cell)
{
	cell->text[cell->len] = '\0';
	return cell->text;
}

/* ---- the page -------------------------------------------------------------------------- */

static void add(const char *text)
{
	size_t len = strlen(text);

	if (len > PAGE_BYTES - page_len)
		give_up("the page", "has no room");
	memcpy(page + page_len, text, len);
	page_len += len;
}

__attribute__((format(printf, 1, 2))) static void print(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	page_len += (size_t)vsnprintf(page + page_len, PAGE_BYTES - page_len, format, args);
	va_end(args);
	if (page_len >= PAGE_BYTES)
		give_up("the page", "has no room");
}

/* 1234567 as 1,234,567 */
static const char *grouped(long long n, char out[32])
{
	char digits[32];
	int len = snprintf(digits, sizeof(digits), "%lld", n), at = 0;

	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			out[at++] = ',';
		out[at++] = digits[i];
	}
	out[at] = '\0';
	return out;
}

static const char *money(long long fen, char out[32])
{
	size_t len = strlen(grouped(fen / 100, out));

	if (fen % 100)
		snprintf(out + len, 32 - len, ".%02lld", fen % 100);
	return out;
}

static long long days_left(const MYSQL_TIME *until)
{
	struct tm utc = {
		.tm_year = (int)until->year - 1900,
		.tm_mon = (int)until->month - 1,
		.tm_mday = (int)until->day,
		.tm_hour = (int)until->hour,
		.tm_min = (int)until->minute,
		.tm_sec = (int)until->second,
	};
	time_t seconds = timegm(&utc) - time(NULL);

	return seconds > 0 ? seconds / DAY_S : 0;
}

static void add_progress(struct cell *c)
{
	char taken[32], asked[32];

	print("<div class=\"bf-progress bf-progress--%s\">\n\n", text_of(&c[PHASE]));
	if (strcmp(text_of(&c[FORM]), "money") == 0)
		print("<progress aria-label=\"已筹进度\" max=\"%lld\" value=\"%lld\"></progress>\n"
		      "<p class=\"bf-progress__line\">已筹 <b>%s</b> 元，共需 %s 元</p>\n\n</div>\n",
		      c[TARGET_FEN].n, c[TAKEN_FEN].n, money(c[TAKEN_FEN].n, taken),
		      money(c[TARGET_FEN].n, asked));
	else
		print("<progress aria-label=\"认领进度\" max=\"%lld\" value=\"%lld\"></progress>\n"
		      "<p class=\"bf-progress__line\">已认领 <b>%s</b>，共需 %s %s</p>\n\n</div>\n",
		      c[QUANTITY].n, c[TAKEN_QUANTITY].n, grouped(c[TAKEN_QUANTITY].n, taken),
		      grouped(c[QUANTITY].n, asked), text_of(&c[UNIT]));
}

static void add_card(struct cell *c, const char *icons)
{
	const char *need = text_of(&c[NEED_KIND]);
	long long days = days_left(&c[DEADLINE_AT].time);
	char county[24];

	snprintf(county, sizeof(county), "%lld", c[COUNTY].n);
	print("<li><article class=\"bf-card\">\n<p class=\"bf-card__kind\">\n"
	      "<svg class=\"bf-icon\" aria-hidden=\"true\"><use href=\"%s#need-%s\"/></svg>\n"
	      "<span>%s</span>\n%s\n</p>\n<h3 class=\"bf-card__title\"><a lang=\"zh-Hans\" "
	      "href=\"/shaoyang/donations/posts/%s\">%s</a></h3>\n"
	      "<p class=\"bf-card__place\"><span>%s</span> <span>%s</span></p>\n",
	      icons, need, name_of(need),
	      c[URGENCY].n >= URGENT ? "<strong class=\"bf-tag bf-tag--urgent\">急需</strong>" : "",
	      text_of(&c[REF]), text_of(&c[TITLE]), name_of(county), text_of(&c[TOWNSHIP]));
	add_progress(c);
	add("<p class=\"bf-card__foot\">\n");
	if (days)
		print("<span>还剩 %lld 天</span>\n", days);
	else
		add("<span>最后一天</span>\n");
	add("</p>\n</article></li>");
}

/* ---- a worker -------------------------------------------------------------------------- */

struct list_page {
	struct query posts, total;
	const char *headers, *head, *middle, *tail, *icons;
};

static void open_page(struct list_page *list, const char *database)
{
	MYSQL *mysql = connect_to(database);

	prepare(&list->posts, mysql, "posts.sql", "posts.values");
	prepare(&list->total, mysql, "posts_total.sql", "posts_total.values");
	list->head = read_file("head.html");
	list->middle = read_file("middle.html");
	list->tail = read_file("tail.html");
	list->headers = read_file("headers");
	list->icons = read_file("icons");
	read_names("names");
}

static void make_page(struct list_page *list)
{
	char total[32];

	page_len = 0;
	execute(&list->total);
	while (fetch(&list->total))
		grouped(list->total.cells[0].n, total);
	add(list->headers);
	add(list->head);
	add(total);
	add(list->middle);
	execute(&list->posts);
	for (int row = 0; fetch(&list->posts); row++)
		if (row < PAGE_ROWS)
			add_card(list->posts.cells, list->icons);
	add(list->tail);
}

static void serve(int listener, const char *database)
{
	static struct list_page list;
	FCGX_Request request;

	open_page(&list, database);
	FCGX_Init();
	FCGX_InitRequest(&request, listener, 0);
	while (FCGX_Accept_r(&request) == 0) {
		make_page(&list);
		FCGX_PutStr(page, (int)page_len, request.out);
		FCGX_Finish_r(&request);
	}
}

int main(int argc, char **argv)
{
	int listener;

	if (argc != 4)
		give_up("usage", "bare FOLDER DATABASE_SOCKET WORKERS");
	if (chdir(argv[1]) < 0)
		give_up(argv[1], "cannot be entered");
	listener = FCGX_OpenSocket("run/bangfu.sock", BACKLOG);
	if (listener < 0)
		give_up(argv[1], "cannot make the socket");
	for (long i = strtol(argv[3], NULL, 10); i > 0; i--) {
		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			serve(listener, argv[2]);
			return EXIT_FAILURE;
		}
	}
	/* None of them ends by itself. */
	wait(NULL);
	return EXIT_FAILURE;
}
