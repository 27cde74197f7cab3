#include "view/compile.h"

/* ---- what there is ---- */

static struct bf_name *new_name(struct bf_compiler *c, struct bf_str name, struct bf_name *outer)
{
	struct bf_name *made = bf_pool_zalloc(c->scratch, sizeof(*made));

	made->name = name;
	made->outer = outer;
	return made;
}

struct bf_name *bf_names_find(struct bf_name *names, struct bf_str name)
{
	while (names && !bf_str_eq(names->name, name))
		names = names->outer;
	return names;
}

static void set_columns(struct bf_compiler *c, const xmlNode *root, struct bf_name *name,
			struct bf_str query)
{
	const struct bf_view_env *env = &c->views->env;

	name->query = bf_pool_copy(c->scratch, query);
	if (!env->columns)
		return;
	name->shape = env->columns(env->arg, c->source.template->scope, name->query);
	if (!name->shape)
		bf_compile_fault(c, root, "there is no query \"%s\"", name->query);
}

/* One entry of bf:model, "name" or "name: query". NULL after a fault. */
static struct bf_name *declare(struct bf_compiler *c, const xmlNode *root, struct bf_str entry,
			       struct bf_name *outer)
{
	struct bf_str rest = entry, name = BF_STR("");
	struct bf_name *made;

	bf_str_cut(&rest, ':', &name);
	name = bf_str_trim(name);
	if (!bf_str_is_name(name)) {
		bf_compile_fault(c, root, "bf:model holds \"%.*s\", which is no name",
				 BF_STR_ARG(name));
		return NULL;
	}
	if (bf_names_find(outer, name)) {
		bf_compile_fault(c, root, "bf:model declares \"%.*s\", which is there already",
				 BF_STR_ARG(name));
		return NULL;
	}
	made = new_name(c, name, outer);
	made->kind = BF_NAME_MODEL;
	if (rest.p)
		set_columns(c, root, made, bf_str_trim(rest));
	return made;
}

struct bf_name *bf_names_of_model(struct bf_compiler *c, const xmlNode *root)
{
	const char *model = bf_compile_word(c, root, "model");
	struct bf_str rest = bf_str(model), entry;
	struct bf_name *names = c->globals;

	while (bf_str_cut(&rest, ',', &entry)) {
		struct bf_name *made = declare(c, root, entry, names);

		if (made)
			names = made;
	}
	return names;
}

/* Binds what an include declares to what the including template sees under that name. */
struct bf_name *bf_names_of_include(struct bf_compiler *c, const xmlNode *root,
				    const struct bf_template *included, const xmlNode *node)
{
	struct bf_source includer = c->source;
	struct bf_name *names;

	c->source = (struct bf_source){ .template = included };
	names = bf_names_of_model(c, root);
	c->source = includer;
	for (struct bf_name *at = names; at != c->globals; at = at->outer) {
		at->of = bf_names_find(includer.names, at->name);
		if (!at->of)
			bf_compile_fault(c, node, "\"%s\" needs \"%.*s\", which is not known here",
					 included->name, BF_STR_ARG(at->name));
	}
	return names;
}

struct bf_name *bf_names_add_loop(struct bf_compiler *c, struct bf_str name,
				  const struct bf_name *list)
{
	struct bf_name *made = new_name(c, name, c->source.names);

	while (list && !list->query && list->of)
		list = list->of;
	made->kind = BF_NAME_LOOP;
	made->has_slot = true;
	made->slot = c->slot_count++;
	if (list && list->kind == BF_NAME_MODEL) {
		made->query = list->query;
		made->shape = list->shape;
	}
	c->source.names = made;
	return made;
}

/* ---- what expressions make of it ---- */

static uint32_t new_root(struct bf_compiler *c, const struct bf_name *name)
{
	struct bf_str text = { bf_pool_copy(c->pool, name->name), name->name.len };

	if (c->root_count == c->root_capacity) {
		struct bf_root *roots = c->roots;

		c->root_capacity = c->root_capacity ? c->root_capacity * 2 : 16;
		c->roots = bf_pool_alloc(c->pool, c->root_capacity * sizeof(*roots));
		if (c->root_count)
			memcpy(c->roots, roots, c->root_count * sizeof(*roots));
	}
	c->roots[c->root_count++] =
		(struct bf_root){ text, name->kind == BF_NAME_GLOBAL, c->slot_count };
	return c->slot_count++;
}

/* Only names that are used take a slot and are looked up when the page is rendered. */
static uint32_t slot_of(struct bf_compiler *c, struct bf_name *name)
{
	while (name->of)
		name = name->of;
	if (!name->has_slot) {
		name->has_slot = true;
		name->slot = new_root(c, name);
	}
	return name->slot;
}

static bool find_column(const struct bf_shape *shape, struct bf_str name, struct bf_hop *hop)
{
	for (uint32_t i = 0; i < shape->count; i++)
		if (bf_str_eq(shape->names[i], name)) {
			hop->shape = shape;
			hop->column = i;
			return true;
		}
	return false;
}

/* The columns a name is known to have come from where it was declared. */
static enum bf_rc check_column(const struct bf_name *name, struct bf_hop *hop, struct bf_err *err)
{
	while (!name->shape && name->of)
		name = name->of;
	if (!name->shape || find_column(name->shape, hop->name, hop) ||
	    (name->kind == BF_NAME_MODEL && bf_str_is(hop->name, "next")))
		return BF_OK;
	return bf_err_set(err, BF_FAULT, "\"%.*s\" is no column of the query \"%s\"",
			  BF_STR_ARG(hop->name), name->query);
}

static enum bf_rc resolve(void *arg, const struct bf_str *names, size_t count,
			  struct bf_expr *ret_path, struct bf_err *err)
{
	struct bf_compiler *c = arg;
	struct bf_name *name = bf_names_find(c->source.names, names[0]);

	if (!name)
		return bf_err_set(err, BF_FAULT, "\"%.*s\" is not declared in bf:model",
				  BF_STR_ARG(names[0]));
	ret_path->path.slot = slot_of(c, name);
	ret_path->path.hop_count = (uint32_t)count - 1;
	if (count == 1)
		return BF_OK;
	ret_path->path.hops = bf_pool_zalloc(c->pool, (count - 1) * sizeof(*ret_path->path.hops));
	for (size_t i = 1; i < count; i++)
		ret_path->path.hops[i - 1].name =
			(struct bf_str){ bf_pool_copy(c->pool, names[i]), names[i].len };
	return check_column(name, &ret_path->path.hops[0], err);
}

const struct bf_labels *bf_compile_labels(struct bf_compiler *c, const xmlNode *node,
					  const struct bf_enum *choices)
{
	const struct bf_table *table = &choices->choices;
	struct bf_label *items = bf_pool_alloc(c->pool, table->count * sizeof(*items));
	struct bf_labels *labels = bf_pool_alloc(c->pool, sizeof(*labels));

	for (uint32_t i = 0; i < table->count; i++) {
		const struct bf_choice *choice =
			(const void *)((const char *)table->rows + (size_t)i * table->row_size);

		items[i] = (struct bf_label){ bf_str(choice->code),
					      bf_compile_translation(c, node, BF_STR(""),
								     bf_str(choice->label)) };
	}
	*labels = (struct bf_labels){ table->count, items };
	return labels;
}

const struct bf_enum *bf_compile_enum(struct bf_compiler *c, const char *name)
{
	const struct bf_view_env *env = &c->views->env;

	return env->find_enum ? env->find_enum(env->arg, c->source.template->scope, name) : NULL;
}

static enum bf_rc labels_of(void *arg, struct bf_str name, const struct bf_labels **ret_labels,
			    struct bf_err *err)
{
	struct bf_compiler *c = arg;
	const struct bf_enum *choices = bf_compile_enum(c, bf_pool_copy(c->scratch, name));

	if (!choices)
		return bf_err_set(err, BF_FAULT, "there is no enumeration \"%.*s\"",
				  BF_STR_ARG(name));
	*ret_labels = bf_compile_labels(c, c->node, choices);
	return BF_OK;
}

void bf_names_init(struct bf_compiler *c)
{
	const char *const *globals = c->views->env.globals;

	c->expr = (struct bf_expr_context){
		.pool = c->pool, .arg = c, .resolve = resolve, .labels = labels_of
	};
	for (; globals && *globals; globals++) {
		c->globals = new_name(c, bf_str(*globals), c->globals);
		c->globals->kind = BF_NAME_GLOBAL;
	}
}
