/* bare: what its pages share (bare.c, query.c, out.c), and the pages themselves. */
#ifndef BARE_H
#define BARE_H

#include <fcgiapp.h>
#include <mysql.h>

enum {
	COLUMNS_MAX = 32,
	TEXT_BYTES = 1024,
	VALUES_MAX = 8,
	VALUE_BYTES = 32,
	SHOWN_BYTES = 48,
	URGENT = 3,
};

/* ---- bare.c: what the bench has cut ---------------------------------------------------- */

_Noreturn void give_up(const char *what, const char *why);

char *read_file(const char *name);

/* Of a need, a county, a phase or a level of review. */
const char *name_of(const char *code);

/* ---- query.c: the database ------------------------------------------------------------- */

struct cell {
	long long n;
	MYSQL_TIME time;
	char text[TEXT_BYTES];
	unsigned long len;
	my_bool absent;
};

struct query {
	MYSQL_STMT *stmt;
	struct cell cells[COLUMNS_MAX];
	/* What is bound; the library reads it anew each time. */
	long long numbers[VALUES_MAX];
	char texts[VALUES_MAX][VALUE_BYTES];
};

MYSQL *connect_to(const char *socket);

/* From NAME.sql and NAME.values. */
void prepare(struct query *query, MYSQL *mysql, const char *name);

void execute(struct query *query);

/* The same with one number for each of its question marks. */
void execute_for(struct query *query, long long id);

/* 0: there is no row left. */
int fetch(struct query *query);

/* The text of a column, ended, which the library does not promise. */
const char *text_of(struct cell *cell);

/* ---- out.c: the page ------------------------------------------------------------------- */

/* Reads the headers and the fixed parts, in the order in which a page shows them. */
void read_parts(void);

/* Empties the page: headers, and the first fixed part. */
void begin_page(void);

/* The next fixed part. */
void add_part(void);

void add(const char *text);

__attribute__((format(printf, 1, 2))) void print(const char *format, ...);

void send_page(FCGX_Stream *out);

/* 1234567 as 1,234,567 */
const char *grouped(long long n, char out[SHOWN_BYTES]);

const char *money(long long fen, char out[SHOWN_BYTES]);

long long days_left(const MYSQL_TIME *until);

/* The day in China. */
const char *date(const MYSQL_TIME *utc, char out[SHOWN_BYTES]);

/* The same in its element. */
void add_date(const MYSQL_TIME *utc);

/* The beginning of the line above a title: icon and name of the need. */
void add_need(const char *need);

void add_money_progress(const char *phase, long long target_fen, long long taken_fen);

/* ---- list.c, post.c: the pages --------------------------------------------------------- */

void open_list(MYSQL *mysql);
void make_list(void);

void open_post(MYSQL *mysql);
void make_post(void);

#endif
