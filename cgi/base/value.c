#include "base/value.h"

#include "base/clock.h"

struct bf_value bf_value_bool(bool yes)
{
	return (struct bf_value){ .kind = BF_BOOL, .yes = yes };
}

struct bf_value bf_value_number(int64_t n)
{
	return (struct bf_value){ .kind = BF_NUMBER, .n = n };
}

struct bf_value bf_value_time(int64_t ms)
{
	return (struct bf_value){ .kind = BF_TIME, .n = ms };
}

struct bf_value bf_value_string(struct bf_str s)
{
	return (struct bf_value){ .kind = BF_STRING,
				  .len = (uint32_t)s.len,
				  .text = s.p ? s.p : "" };
}

struct bf_value bf_value_list(struct bf_pool *pool)
{
	return (struct bf_value){ .kind = BF_LIST,
				  .list = bf_pool_zalloc(pool, sizeof(struct bf_list)) };
}

struct bf_value bf_value_map(struct bf_pool *pool)
{
	struct bf_map *map = bf_pool_zalloc(pool, sizeof(*map));

	map->pool = pool;
	return (struct bf_value){ .kind = BF_MAP, .map = map };
}

/* A copy of `count` items with room for more; the old room is left to the pool. */
static void *grown(struct bf_pool *pool, const void *items, size_t count, size_t item_size,
		   size_t *capacity)
{
	void *room;

	*capacity = *capacity ? *capacity * 2 : 8;
	room = bf_pool_alloc(pool, *capacity * item_size);
	if (count)
		memcpy(room, items, count * item_size);
	return room;
}

void bf_value_push(struct bf_pool *pool, struct bf_value *value, struct bf_value item)
{
	struct bf_list *list = value->list;

	if (list->count == list->capacity)
		list->items = grown(pool, list->items, list->count, sizeof(*list->items),
				    &list->capacity);
	list->items[list->count++] = item;
}

static struct bf_member *member(const struct bf_map *map, struct bf_str name)
{
	for (size_t i = 0; i < map->count; i++)
		if (bf_str_eq(map->members[i].name, name))
			return &map->members[i];
	return NULL;
}

void bf_value_set(struct bf_value *value, const char *name, struct bf_value to)
{
	struct bf_map *map = value->map;
	struct bf_member *known = member(map, bf_str(name));

	if (known) {
		known->value = to;
		return;
	}
	if (map->count == map->capacity)
		map->members = grown(map->pool, map->members, map->count, sizeof(*map->members),
				     &map->capacity);
	map->members[map->count++] = (struct bf_member){ bf_str(name), to };
}

static const struct bf_value *find_in_row(const struct bf_row *row, struct bf_str name)
{
	for (uint32_t i = 0; i < row->shape->count; i++)
		if (bf_str_eq(row->shape->names[i], name))
			return &row->cells[i];
	return NULL;
}

static const struct bf_value *find_in_list(const struct bf_list *list, struct bf_str name)
{
	return bf_str_is(name, "next") ? &list->next : NULL;
}

const struct bf_value *bf_value_find(const struct bf_value *value, struct bf_str name)
{
	const struct bf_member *found;

	if (!value)
		return NULL;
	switch (value->kind) {
	case BF_ROW:
		return find_in_row(value->row, name);
	case BF_LIST:
		return find_in_list(value->list, name);
	case BF_MAP:
		found = member(value->map, name);
		return found ? &found->value : NULL;
	default:
		return NULL;
	}
}

const struct bf_value *bf_value_get(const struct bf_value *record, const char *name)
{
	return bf_value_find(record, bf_str(name));
}

int64_t bf_value_int(const struct bf_value *value)
{
	if (value && value->kind == BF_BOOL)
		return value->yes;
	return value && (value->kind == BF_NUMBER || value->kind == BF_TIME) ? value->n : 0;
}

const char *bf_value_text(const struct bf_value *value)
{
	return value && value->kind == BF_STRING ? value->text : "";
}

struct bf_str bf_value_str(const struct bf_value *value)
{
	if (!value || (value->kind != BF_STRING && value->kind != BF_MARKUP))
		return BF_STR("");
	return (struct bf_str){ value->text, value->len };
}

bool bf_value_is_null(const struct bf_value *value)
{
	return !value || value->kind == BF_NULL;
}

size_t bf_value_count(const struct bf_value *value)
{
	return value && value->kind == BF_LIST ? value->list->count : 0;
}

const struct bf_value *bf_value_at(const struct bf_value *list, size_t i)
{
	return i < bf_value_count(list) ? &list->list->items[i] : NULL;
}

bool bf_value_true(const struct bf_value *value)
{
	if (!value)
		return false;
	switch (value->kind) {
	case BF_NULL:
		return false;
	case BF_BOOL:
		return value->yes;
	case BF_NUMBER:
		return value->n != 0;
	case BF_STRING:
	case BF_MARKUP:
		return value->len != 0;
	case BF_LIST:
		return value->list->count != 0;
	default:
		return true;
	}
}

void bf_json_add_string(struct bf_buf *out, struct bf_str s)
{
	size_t done = 0;

	bf_buf_add_char(out, '"');
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
			continue;
		bf_buf_add(out, s.p + done, i - done);
		done = i + 1;
		if (c == '"' || c == '\\') {
			bf_buf_add_char(out, '\\');
			bf_buf_add_char(out, (char)c);
		} else {
			bf_buf_printf(out, "\\u%04x", c);
		}
	}
	bf_buf_add(out, s.p + done, s.len - done);
	bf_buf_add_char(out, '"');
}

static void print_name(struct bf_buf *out, struct bf_str name, bool *first)
{
	if (!*first)
		bf_buf_add_char(out, ',');
	*first = false;
	bf_json_add_string(out, name);
	bf_buf_add_char(out, ':');
}

static void print_list(const struct bf_list *list, struct bf_buf *out)
{
	if (list->paged)
		bf_buf_add_text(out, "{\"items\":");
	bf_buf_add_char(out, '[');
	for (size_t i = 0; i < list->count; i++) {
		if (i)
			bf_buf_add_char(out, ',');
		bf_value_print_json(&list->items[i], out);
	}
	bf_buf_add_char(out, ']');
	if (list->paged) {
		bf_buf_add_text(out, ",\"next\":");
		bf_value_print_json(&list->next, out);
		bf_buf_add_char(out, '}');
	}
}

static void print_row(const struct bf_row *row, struct bf_buf *out)
{
	bool first = true;

	bf_buf_add_char(out, '{');
	for (uint32_t i = 0; i < row->shape->count; i++) {
		print_name(out, row->shape->names[i], &first);
		bf_value_print_json(&row->cells[i], out);
	}
	bf_buf_add_char(out, '}');
}

static void print_map(const struct bf_map *map, struct bf_buf *out)
{
	bool first = true;

	bf_buf_add_char(out, '{');
	for (size_t i = 0; i < map->count; i++) {
		if (map->members[i].value.kind == BF_MARKUP)
			continue;
		print_name(out, map->members[i].name, &first);
		bf_value_print_json(&map->members[i].value, out);
	}
	bf_buf_add_char(out, '}');
}

void bf_value_print_json(const struct bf_value *value, struct bf_buf *out)
{
	char iso[BF_ISO_BYTES];

	switch (value ? value->kind : BF_NULL) {
	case BF_BOOL:
		bf_buf_add_text(out, value->yes ? "true" : "false");
		break;
	case BF_NUMBER:
		bf_buf_add_int(out, value->n);
		break;
	case BF_TIME:
		bf_json_add_string(out, bf_str(bf_clock_iso(value->n, iso)));
		break;
	case BF_STRING:
		bf_json_add_string(out, bf_value_str(value));
		break;
	case BF_LIST:
		print_list(value->list, out);
		break;
	case BF_ROW:
		print_row(value->row, out);
		break;
	case BF_MAP:
		print_map(value->map, out);
		break;
	default:
		bf_buf_add_text(out, "null");
	}
}
