/*
 * module: what a module of the press is. It is one C file in this folder, linked with the libraries
 * that the servers shall never map, and built to build/press/NAME.so. The press (server/press.h)
 * runs it in a process of its own, sealed behind `ready`, without a socket, a database or a key: it
 * gets the bytes of a request and answers with bytes or with the reason why not.
 *
 * A module includes this header and its libraries, and nothing else of the core. What `ready` prints
 * to stderr comes into the log of the process that asks; behind the seal it is to be quiet, for
 * no file can be written, and its reason is its answer.
 */
#ifndef BF_PRESS_MODULE_H
#define BF_PRESS_MODULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BF_PRESS_MAGIC UINT32_C(0x62667031) /* "bfp1" */

enum { BF_PRESS_REASON_BYTES = 48 };

struct bf_press_answer {
	/* Adds bytes to the answer. False: it would be longer than answer_max; end then. */
	bool (*add)(struct bf_press_answer *answer, const void *bytes, size_t size);
	/* Why there is none: a code that the asker knows, [a-z0-9_]. */
	char reason[BF_PRESS_REASON_BYTES];
};

/* One module. Everything is const, and grows at its end only. */
struct bf_press_module {
	uint32_t magic;
	uint32_t size;    /* of this struct, in bytes, as the module was compiled */
	const char *name; /* [a-z][a-z0-9_]{0,31}: the file's name without ".so" */
	/* Files and folders that it may read behind the seal, ended by NULL. NULL: none. */
	const char *const *reads;
	/* Of one request: processor time and time on the clock, after which the process is killed;
	 * and the longest request and answer. */
	uint32_t cpu_ms, wall_ms;
	uint32_t request_max, answer_max;
	/* Memory over what `ready` has taken. Where it ends, an allocation of the library fails. */
	uint32_t memory_mib;
	/* Makes the libraries ready: all that opens files which are not in `reads`, or makes code.
	 * False: it cannot work at all, and has said why on stderr. */
	bool (*ready)(void);
	/* True: what was added is the answer. False: `reason` says why there is none. */
	bool (*work)(const void *request, size_t size, struct bf_press_answer *answer);
};

typedef const struct bf_press_module *bf_press_entry(void);

#define BF_PRESS_ENTRY "bf_press_module_v1"

/* Goes once into a module, at file level, with designated initialisers. */
#define BF_PRESS_MODULE(...)                                                                     \
	__attribute__((visibility("default"))) const struct bf_press_module *bf_press_module_v1( \
		void);                                                                           \
	const struct bf_press_module *bf_press_module_v1(void)                                   \
	{                                                                                        \
		static const struct bf_press_module module = { .magic = BF_PRESS_MAGIC,          \
							       .size = sizeof(                   \
								       struct bf_press_module),  \
							       __VA_ARGS__ };                    \
		return &module;                                                                  \
	}                                                                                        \
	_Static_assert(1, "BF_PRESS_MODULE ends with a semicolon")

#endif
