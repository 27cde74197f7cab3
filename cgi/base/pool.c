#include "base/pool.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"

enum { FIRST_BLOCK_BYTES = 16 * 1024, BIG_BYTES = 8 * 1024 };

struct block {
	struct block *next;
	size_t size, used; /* of the bytes behind this header */
	alignas(max_align_t) char bytes[];
};

struct deferred {
	struct deferred *next;
	void (*fn)(void *arg);
	void *arg;
};

struct bf_pool {
	struct bf_pool *parent, *first_child, *next_sibling;
	struct block *first;   /* kept by clear */
	struct block *current; /* the block small things come from */
	struct deferred *deferred;
	size_t used;
};

static void (*no_memory)(void);

void bf_pool_on_no_memory(void (*handler)(void))
{
	no_memory = handler;
}

void bf_pool_no_memory(void)
{
	if (no_memory)
		no_memory();
	abort();
}

static void *must(void *memory)
{
	if (!memory)
		bf_pool_no_memory();
	return memory;
}

static struct block *block_new(size_t size)
{
	struct block *block;

	if (size > SIZE_MAX - sizeof(*block))
		return NULL;
	block = malloc(sizeof(*block) + size);
	if (block)
		*block = (struct block){ .size = size };
	return block;
}

struct bf_pool *bf_pool_new(struct bf_pool *parent)
{
	struct bf_pool *pool = must(calloc(1, sizeof(*pool)));

	pool->first = pool->current = must(block_new(FIRST_BLOCK_BYTES));
	if (parent) {
		pool->parent = parent;
		pool->next_sibling = parent->first_child;
		parent->first_child = pool;
	}
	return pool;
}

static void unlink_from_parent(struct bf_pool *pool)
{
	struct bf_pool **link;

	if (!pool->parent)
		return;
	link = &pool->parent->first_child;
	while (*link != pool)
		link = &(*link)->next_sibling;
	*link = pool->next_sibling;
	pool->parent = NULL;
}

static void run_deferred(struct bf_pool *pool)
{
	while (pool->deferred) {
		struct deferred *now = pool->deferred;

		pool->deferred = now->next;
		now->fn(now->arg);
	}
}

void bf_pool_clear(struct bf_pool *pool)
{
	while (pool->first_child)
		bf_pool_free(pool->first_child);
	run_deferred(pool);
	while (pool->first->next) {
		struct block *gone = pool->first->next;

		pool->first->next = gone->next;
		free(gone);
	}
	pool->first->used = 0;
	pool->current = pool->first;
	pool->used = 0;
}

void bf_pool_free(struct bf_pool *pool)
{
	if (!pool)
		return;
	unlink_from_parent(pool);
	bf_pool_clear(pool);
	free(pool->first);
	free(pool);
}

static size_t align_up(size_t size)
{
	size_t step = alignof(max_align_t);

	return (size + step - 1) / step * step;
}

/* A new block behind the first; it becomes the current one unless it is for one big thing. */
static struct block *add_block(struct bf_pool *pool, size_t size)
{
	bool big = size > BIG_BYTES;
	struct block *block = block_new(big ? size : 2 * FIRST_BLOCK_BYTES);

	if (!block)
		return NULL;
	block->next = pool->first->next;
	pool->first->next = block;
	if (!big)
		pool->current = block;
	return block;
}

static void *take(struct bf_pool *pool, size_t size)
{
	struct block *block = pool->current;
	void *ret;

	if (size > SIZE_MAX / 2)
		return NULL;
	size = align_up(size ? size : 1);
	if (block->size - block->used < size) {
		block = add_block(pool, size);
		if (!block)
			return NULL;
	}
	ret = block->bytes + block->used;
	block->used += size;
	pool->used += size;
	return ret;
}

void *bf_pool_alloc(struct bf_pool *pool, size_t size)
{
	return must(take(pool, size));
}

void *bf_pool_zalloc(struct bf_pool *pool, size_t size)
{
	return memset(bf_pool_alloc(pool, size), 0, size);
}

void *bf_pool_try(struct bf_pool *pool, size_t size, size_t limit_bytes)
{
	return size <= limit_bytes ? take(pool, size) : NULL;
}

char *bf_pool_copy(struct bf_pool *pool, struct bf_str s)
{
	char *copy = bf_pool_alloc(pool, s.len + 1);

	if (s.len)
		memcpy(copy, s.p, s.len);
	copy[s.len] = '\0';
	return copy;
}

char *bf_pool_printf(struct bf_pool *pool, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = bf_pool_vprintf(pool, format, args);
	va_end(args);
	return text;
}

char *bf_pool_vprintf(struct bf_pool *pool, const char *format, va_list args)
{
	va_list again;
	char *text;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (len < 0)
		BF_BUG("a format string was refused: %s", format);
	text = bf_pool_alloc(pool, (size_t)len + 1);
	vsnprintf(text, (size_t)len + 1, format, args);
	return text;
}

void bf_pool_defer(struct bf_pool *pool, void (*fn)(void *arg), void *arg)
{
	struct deferred *deferred = bf_pool_alloc(pool, sizeof(*deferred));

	*deferred = (struct deferred){ .next = pool->deferred, .fn = fn, .arg = arg };
	pool->deferred = deferred;
}

size_t bf_pool_used(const struct bf_pool *pool)
{
	return pool->used;
}
