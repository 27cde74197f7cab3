/*
 * workday: working days in mainland China, by which offices have to answer. Mondays to Fridays,
 * but for holidays, and the Saturdays and Sundays that make up for them (sql/holidays.csv). A
 * year that is not announced yet counts by its days of the week.
 */
#ifndef BF_DOMAIN_WORKDAY_H
#define BF_DOMAIN_WORKDAY_H

#include "domain/ask.h"

/* When a number of working days after a time has passed: at the same time of the day. */
BF_MUST_CHECK enum bf_rc bf_workday_due(const struct bf_ask *ask, int64_t from_ms,
					int64_t working_days, int64_t *ret_due_ms,
					struct bf_err *err);
/* The same by rows with `day`, counted from 1 January 1970 in Shanghai, and `is_workday`. */
int64_t bf_workday_add(int64_t from_ms, int64_t working_days, const struct bf_value *exceptions);

/* Reads the text of holidays.csv into a list of days. Fails with BF_FAULT, naming the line, where
 * one is malformed. */
BF_MUST_CHECK enum bf_rc bf_workday_parse(struct bf_pool *pool, const char *name,
					  struct bf_str text, struct bf_value *ret_days,
					  struct bf_err *err);
/* Puts the days of the file in the place of those that the database has. */
BF_MUST_CHECK enum bf_rc bf_workday_load(struct bf_db *db, struct bf_pool *pool,
					 const char *sql_folder, struct bf_err *err);

#endif
