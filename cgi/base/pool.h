/*
 * pool: memory with a lifetime. Things are allocated one by one and go all at once; foreign
 * handles join by bf_pool_defer. There is one pool a generation, one a worker, one a request.
 */
#ifndef BF_BASE_POOL_H
#define BF_BASE_POOL_H

#include <stdarg.h>
#include <stddef.h>

#include "base/str.h"

struct bf_pool;

/* A pool that lives until bf_pool_free, or with `parent` (may be NULL) if that goes first. */
struct bf_pool *bf_pool_new(struct bf_pool *parent);
/* Empties the pool for use again and keeps its first block. Deferred calls run first, last
 * in, first out; children go before them. */
void bf_pool_clear(struct bf_pool *pool);
/* Takes NULL. */
void bf_pool_free(struct bf_pool *pool);

/*
 * Never NULL, aligned for any type, not zeroed (zalloc is). Where memory ends, the handler
 * set by bf_pool_on_no_memory is called and must not return; without one the process aborts.
 */
__attribute__((returns_nonnull, malloc)) void *bf_pool_alloc(struct bf_pool *pool, size_t size);
__attribute__((returns_nonnull, malloc)) void *bf_pool_zalloc(struct bf_pool *pool, size_t size);
/* For a size that the client chose: NULL where memory ends or limit_bytes is passed. */
__attribute__((malloc)) void *bf_pool_try(struct bf_pool *pool, size_t size, size_t limit_bytes);
void bf_pool_on_no_memory(void (*handler)(void));
/* For memory that is not a pool's: what a pool does where memory ends. */
__attribute__((noreturn)) void bf_pool_no_memory(void);

/* Copies end in NUL. */
__attribute__((returns_nonnull)) char *bf_pool_copy(struct bf_pool *pool, struct bf_str s);
__attribute__((returns_nonnull, format(printf, 2, 3))) char *
bf_pool_printf(struct bf_pool *pool, const char *format, ...);
__attribute__((returns_nonnull, format(printf, 2, 0))) char *
bf_pool_vprintf(struct bf_pool *pool, const char *format, va_list args);

/* fn(arg) runs when the pool is cleared or freed. */
void bf_pool_defer(struct bf_pool *pool, void (*fn)(void *arg), void *arg);

/* Bytes handed out since the pool was made or cleared. */
size_t bf_pool_used(const struct bf_pool *pool);

#endif
