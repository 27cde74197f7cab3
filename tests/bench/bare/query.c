/* bare: statements, prepared and bound once. */
#include "bare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_BYTES = 64 };

MYSQL *connect_to(const char *socket)
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
	bind->is_null = &cell->absent;
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

void prepare(struct query *query, MYSQL *mysql, const char *name)
{
	char sql_file[NAME_BYTES], value_file[NAME_BYTES];
	MYSQL_BIND binds[COLUMNS_MAX];
	MYSQL_STMT *stmt = mysql_stmt_init(mysql);
	MYSQL_RES *columns;
	char *sql;

	snprintf(sql_file, sizeof(sql_file), "%s.sql", name);
	snprintf(value_file, sizeof(value_file), "%s.values", name);
	sql = read_file(sql_file);
	if (!stmt || mysql_stmt_prepare(stmt, sql, strlen(sql)))
		give_up(sql_file, mysql_error(mysql));
	free(sql);
	query->stmt = stmt;
	bind_values(query, value_file);
	columns = mysql_stmt_result_metadata(stmt);
	for (unsigned i = 0; i < mysql_num_fields(columns); i++)
		bind_cell(&binds[i], mysql_fetch_field_direct(columns, i)->type, &query->cells[i]);
	mysql_free_result(columns);
	if (mysql_stmt_bind_result(stmt, binds))
		give_up(sql_file, mysql_stmt_error(stmt));
}

void execute(struct query *query)
{
	if (mysql_stmt_execute(query->stmt))
		give_up("a query", mysql_stmt_error(query->stmt));
}

void execute_for(struct query *query, long long id)
{
	for (unsigned i = 0; i < VALUES_MAX; i++)
		query->numbers[i] = id;
	execute(query);
}

int fetch(struct query *query)
{
	int fetched = mysql_stmt_fetch(query->stmt);

	if (fetched && fetched != MYSQL_NO_DATA)
		give_up("a row", mysql_stmt_error(query->stmt));
	return fetched == 0;
}

const char *text_of(struct cell *cell)
{
	cell->text[cell->len] = '\0';
	return cell->text;
}
