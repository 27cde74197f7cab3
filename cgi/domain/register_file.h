/*
 * register_file: registers of households as files, read as a stream: memory is the same for ten
 * households and for a million. CSV has a line a person, those of a household one behind the other:
 *
 *   household,village,relation,name,id_number,birth_year
 *   17,430523100001,head,张三,11010519491231002X,
 *   17,430523100001,child,张小,,2020
 *
 * in UTF-8, with or without its mark, or GB18030. A line, or a household, that cannot be read has a
 * fault and costs the others nothing.
 */
#ifndef BF_DOMAIN_REGISTER_FILE_H
#define BF_DOMAIN_REGISTER_FILE_H

#include "domain/enrol.h"

struct bf_register_file;

struct bf_register_household {
	int64_t line;      /* of its first person */
	const char *fault; /* why it cannot be read, in English; NULL: it can */
	const char *client_id;
	int64_t village;
	size_t count; /* may be one more than a household can have: it is too large then */
	struct bf_newcomer people[BF_ENROL_PEOPLE_MAX + 1];
	int64_t lines[BF_ENROL_PEOPLE_MAX + 1];
};

/* Opens a file, lives in the pool. It is read once from end to end for its hash and its encoding.
 * Fails with BF_NOT_FOUND, or with BF_INVALID where it is no register at all. */
BF_MUST_CHECK enum bf_rc bf_register_file_open(struct bf_pool *pool, const char *path,
					       struct bf_register_file **ret_file,
					       struct bf_err *err);
/* BLAKE2b of the whole file. */
const char *bf_register_file_hash(const struct bf_register_file *file);
/* The next household, its texts in the pool; *ret_more false: there is none. Fails with BF_FAULT
 * where the file cannot be read. */
BF_MUST_CHECK enum bf_rc bf_register_file_next(struct bf_register_file *file, struct bf_pool *pool,
					       struct bf_register_household *ret_household,
					       bool *ret_more, struct bf_err *err);

#endif
