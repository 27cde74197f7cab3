#include "plugin/loader.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "domain/post.h"

/* First segments of addresses and scopes that are the core's own. */
static const char *const reserved_names[] = {
	"about", "account", "api",     "assets", "console", "core", "en",     "files",
	"help",  "pay",     "sandbox", "search", "verify",  "view", "wechat", NULL,
};

/* ---- copies at this host's row sizes ------------------------------------------------ */

static struct bf_table widened(struct bf_pool *pool, struct bf_table table, size_t row_size)
{
	char *rows;

	if (!table.count)
		return (struct bf_table){ .row_size = (uint32_t)row_size };
	rows = bf_pool_zalloc(pool, table.count * row_size);
	for (uint32_t i = 0; i < table.count; i++)
		memcpy(rows + i * row_size, (const char *)table.rows + i * table.row_size,
		       table.row_size < row_size ? table.row_size : row_size);
	return (struct bf_table){ rows, table.count, (uint32_t)row_size };
}

static const struct bf_plugin *copy_plugin(struct bf_pool *pool, const struct bf_plugin *found)
{
	struct bf_plugin *plugin = bf_pool_zalloc(pool, sizeof(*plugin));
	struct bf_route *routes;

	memcpy(plugin, found, found->size < sizeof(*plugin) ? found->size : sizeof(*plugin));
	plugin->enums = widened(pool, plugin->enums, sizeof(struct bf_enum));
	plugin->routes = widened(pool, plugin->routes, sizeof(struct bf_route));
	/* the copy is ours to finish */
	routes = (struct bf_route *)(uintptr_t)plugin->routes.rows;
	for (uint32_t i = 0; i < plugin->routes.count; i++)
		routes[i].params = widened(pool, routes[i].params, sizeof(struct bf_param));
	return plugin;
}

/* ---- the checks, in the order in which they are safe --------------------------------- */

static bool refuse(struct bf_faults *refused, const char *name, const char *why)
{
	bf_faults_add(refused, NULL, 0, "plugin \"%s\": %s", name, why);
	return false;
}

static bool fits_abi(const char *name, const struct bf_plugin *found, struct bf_faults *refused)
{
	if (found->magic != BF_MAGIC)
		bf_faults_add(refused, NULL, 0,
			      "plugin \"%s\": magic is %08jx, a bangfu plugin has %08jx. Build its "
			      "descriptor with BF_PLUGIN of bangfu.h.",
			      name, (uintmax_t)found->magic, (uintmax_t)BF_MAGIC);
	else if (found->abi_major != BF_ABI_MAJOR)
		bf_faults_add(
			refused, NULL, 0,
			"plugin \"%s\": abi_major is %d, this bangfu has %d. Build the plugin "
			"anew with this bangfu.h.",
			name, found->abi_major, BF_ABI_MAJOR);
	else if (found->abi_minor > BF_ABI_MINOR)
		bf_faults_add(
			refused, NULL, 0,
			"plugin \"%s\": abi_minor is %d, this bangfu has %d. Upgrade bangfu or "
			"build the plugin with this bangfu.h.",
			name, found->abi_minor, BF_ABI_MINOR);
	else if (found->size < sizeof(struct bf_plugin) && found->abi_minor == BF_ABI_MINOR)
		bf_faults_add(
			refused, NULL, 0,
			"plugin \"%s\": size is %ju, abi %d.%d has %zu. Build the plugin anew.",
			name, (uintmax_t)found->size, BF_ABI_MAJOR, BF_ABI_MINOR,
			sizeof(struct bf_plugin));
	else if (found->size > sizeof(struct bf_plugin) ||
		 found->size < offsetof(struct bf_plugin, card))
		bf_faults_add(refused, NULL, 0,
			      "plugin \"%s\": size is %ju, which no version of this interface has",
			      name, (uintmax_t)found->size);
	else
		return true;
	return false;
}

static bool is_reserved(const char *name)
{
	for (size_t i = 0; reserved_names[i]; i++)
		if (strcmp(reserved_names[i], name) == 0)
			return true;
	return false;
}

static bool has_front_page(const struct bf_plugin *plugin)
{
	const struct bf_route *routes = plugin->routes.rows;

	for (uint32_t i = 0; i < plugin->routes.count; i++)
		if (routes[i].method == BF_GET && routes[i].path &&
		    strcmp(routes[i].path, "/") == 0)
			return true;
	return false;
}

static bool enum_is_core(const char *name)
{
	for (size_t i = 0; bf_core_enums[i]; i++)
		if (strcmp(bf_core_enums[i]->name, name) == 0)
			return true;
	return false;
}

static bool has_bad_choice(const struct bf_enum *choices)
{
	for (uint32_t i = 0; i < choices->choices.count; i++) {
		const struct bf_choice *choice =
			(const struct bf_choice *)choices->choices.rows + i;

		if (!choice->code || !*choice->code || !choice->label || !*choice->label)
			return true;
	}
	return false;
}

static bool good_enums(const char *name, const struct bf_plugin *plugin, struct bf_faults *refused)
{
	const struct bf_enum *enums = plugin->enums.rows;

	for (uint32_t i = 0; i < plugin->enums.count; i++) {
		const char *why = NULL;

		if (!enums[i].name || !bf_str_is_name(bf_str(enums[i].name)))
			why = "has no good name ([a-z][a-z0-9_]*)";
		else if (enum_is_core(enums[i].name))
			why = "has the name of one of the core's";
		else if (!enums[i].choices.count)
			why = "has no choices";
		else if (has_bad_choice(&enums[i]))
			why = "has a choice without code or label";
		if (why) {
			bf_faults_add(refused, NULL, 0, "plugin \"%s\": enumeration %u \"%s\" %s",
				      name, i, enums[i].name ? enums[i].name : "", why);
			return false;
		}
	}
	return true;
}

static bool good_fields(const char *name, const struct bf_plugin *plugin, struct bf_faults *refused)
{
	if (!plugin->name || !bf_str_is_name(bf_str(plugin->name)))
		return refuse(refused, name, "name is missing or not [a-z][a-z0-9_]{0,31}");
	if (strcmp(plugin->name, name) != 0) {
		bf_faults_add(
			refused, NULL, 0,
			"plugin \"%s\": its file is %s.so but its name is \"%s\". Rename the file "
			"or the plugin.",
			name, name, plugin->name);
		return false;
	}
	if (is_reserved(name))
		return refuse(refused, name, "this name is the core's own. Choose another.");
	if (!plugin->version || !*plugin->version)
		return refuse(refused, name, "version is missing");
	if (!plugin->title || !*plugin->title)
		return refuse(refused, name, "title is missing");
	if (!plugin->summary || !plugin->icon)
		return refuse(refused, name, "summary or icon is missing");
	if (!has_front_page(plugin))
		return refuse(refused, name,
			      "no route answers GET \"/\", its first page in a city");
	if (plugin->card.query && (!plugin->card.template_name || !plugin->card.as))
		return refuse(refused, name, "card has a query but no template_name or as");
	return good_enums(name, plugin, refused);
}

const struct bf_plugin *bf_plugin_accept(struct bf_pool *pool, const char *name,
					 const struct bf_plugin *found, struct bf_faults *refused)
{
	const struct bf_plugin *plugin;

	if (!fits_abi(name, found, refused))
		return NULL;
	plugin = copy_plugin(pool, found);
	return good_fields(name, plugin, refused) ? plugin : NULL;
}

/* ---- files --------------------------------------------------------------------------- */

/* The descriptor that was checked is the one that is mapped: the path may change meanwhile. */
static int open_checked(const char *path, const char *name, struct bf_faults *refused)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		bf_faults_add(refused, NULL, 0, "plugin \"%s\": could not open \"%s\": %s", name,
			      path, strerror(errno));
	} else if (!S_ISREG(st.st_mode) || (st.st_mode & (S_IWGRP | S_IWOTH))) {
		bf_faults_add(
			refused, NULL, 0,
			"plugin \"%s\": \"%s\" has mode %04o: others than its owner may write it. "
			"Run chmod go-w on it.",
			name, path, (unsigned)st.st_mode & 07777);
	} else if (st.st_uid != 0 && st.st_uid != geteuid()) {
		bf_faults_add(
			refused, NULL, 0,
			"plugin \"%s\": \"%s\" belongs to user %u: it must be root or the user "
			"that bangfu runs as",
			name, path, (unsigned)st.st_uid);
	} else {
		return fd;
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Mapped for the life of the process, and its constructors have run: so a refused plugin
 * stays mapped too, and its descriptor open, for dlopen knows by this path what it has mapped:
 * another file at the same number would be taken for it. NULL: refused. */
static bf_plugin_entry *map_plugin(int fd, const char *name, struct bf_faults *refused)
{
	char path[64];
	void *handle, *entry;
	bf_plugin_entry *ret;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!handle) {
		struct bf_str why = bf_str(dlerror());

		close(fd);
		if (bf_str_starts(why, bf_str(path)))
			why = bf_str(why.p + strlen(path));
		bf_faults_add(refused, NULL, 0, "plugin \"%s\": could not load it%.*s", name,
			      BF_STR_ARG(why));
		return NULL;
	}
	entry = dlsym(handle, BF_PLUGIN_ENTRY);
	if (!entry) {
		refuse(refused, name,
		       "it exports no " BF_PLUGIN_ENTRY
		       ". End one of its files with BF_PLUGIN(...).");
		return NULL;
	}
	/* POSIX says that this pointer is a function's; ISO C has no cast for it. */
	memcpy(&ret, &entry, sizeof(ret));
	return ret;
}

static const struct bf_plugin *load_plugin(struct bf_pool *pool, const char *folder,
					   const char *file, struct bf_faults *refused)
{
	const char *path = bf_pool_printf(pool, "%s/%s", folder, file);
	const char *name =
		bf_pool_copy(pool, (struct bf_str){ file, strlen(file) - strlen(".so") });
	int fd = open_checked(path, name, refused);
	const struct bf_plugin *found;
	bf_plugin_entry *entry;

	if (fd < 0)
		return NULL;
	entry = map_plugin(fd, name, refused);
	if (!entry)
		return NULL;
	found = entry();
	if (!found) {
		refuse(refused, name, "its " BF_PLUGIN_ENTRY " returned nothing");
		return NULL;
	}
	return bf_plugin_accept(pool, name, found, refused);
}

void bf_plugins_load(struct bf_plugins *plugins, struct bf_pool *pool, const char *folder,
		     struct bf_faults *refused)
{
	struct bf_err err = { 0 };
	const char **files;
	size_t count;
	enum bf_rc rc = bf_file_list(pool, folder, ".so", &files, &count, &err);

	*plugins = (struct bf_plugins){ 0 };
	if (rc != BF_OK) {
		if (rc != BF_NOT_FOUND)
			bf_faults_add(refused, NULL, 0, "%s", err.text);
		return;
	}
	plugins->rows = bf_pool_alloc(pool, (count + 1) * sizeof(plugins->rows[0]));
	for (size_t i = 0; i < count; i++) {
		const struct bf_plugin *plugin = load_plugin(pool, folder, files[i], refused);

		if (plugin)
			plugins->rows[plugins->count++] = plugin;
	}
}
