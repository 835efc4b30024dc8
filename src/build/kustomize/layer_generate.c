/* layer_generate - ConfigMaps and Secrets from literals, files and env files */
#include "base/arena.h"
#include "base/base64.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "build/kustomize/layer.h"
#include "doc/make.h"
#include "doc/map_edit.h"
#include "doc/secret.h"

struct generator {
	struct layer *l;
	const struct node *args;
	bool secret;
	struct map_edit data;
	struct map_edit binary;
};

/* What a key gets: from an entry of the kustomization, or from a file that the entry names. */
struct datum {
	struct str key, value;
	const struct node *entry;
	uint32_t position; /* where the value is written */
	enum secrecy secrecy;
};

static const struct node *value_node(struct generator *g, struct str text,
				     const struct datum *datum)
{
	struct node *n = arena_copy(g->l->arena, node_str(g->l->arena, text), sizeof(*n));
	enum secrecy secrecy = g->secret ? SECRECY_MARKED : SECRECY_NONE;

	secrecy = MAX(secrecy, datum->secrecy);
	n->secrecy = secrecy;
	n->position = datum->position;
	n->step = builder_step(g->l->b, ORIGIN_GENERATOR, g->args, NULL);
	return n;
}

/* base64 as generated data has it: lines of 70 columns. */
static struct str wrapped(struct arena *arena, struct str text)
{
	enum { COLUMNS = 70 };
	struct buf buf;

	buf_init(&buf, arena);
	for (size_t at = 0; at < text.len; at += COLUMNS) {
		buf_add(&buf, str_sub(text, at, at + COLUMNS));
		if (text.len > COLUMNS)
			buf_add_char(&buf, '\n');
	}
	return buf_str(&buf);
}

static int add(struct generator *g, const struct datum *datum)
{
	struct arena *arena = g->l->arena;
	const char *kind = g->secret ? "secret" : "configmap";
	struct str key = datum->key, value = datum->value;

	if (map_edit_get(&g->data, key) || map_edit_get(&g->binary, key))
		return builder_fail(g->l->b, datum->entry,
				    "%s %.*s illegally repeats the key `%.*s`", kind,
				    STR_FMT(node_str_at(g->args, "name")), STR_FMT(key));
	if (builder_misreads(key))
		return builder_fail_key(g->l->b, datum->entry);
	bool is_text = !g->secret && utf8_valid(value, NULL);
	if (!is_text)
		value = wrapped(arena, base64_encode(arena, value, 0));
	map_edit_set(g->secret || is_text ? &g->data : &g->binary, key,
		     value_node(g, value, datum));
	return 0;
}

static struct str unquoted(struct str s)
{
	if (s.len >= 2 && (s.ptr[0] == '"' || s.ptr[0] == '\'') && s.ptr[s.len - 1] == s.ptr[0])
		return str_sub(s, 1, s.len - 1);
	return s;
}

static int add_literal(struct generator *g, const struct node *literal)
{
	struct str value = node_text(literal);
	struct str key = str_cut(&value, '=');

	if (!value.ptr || !key.len)
		return builder_fail(g->l->b, literal,
				    "invalid literal source %.*s, expected key=value",
				    STR_FMT(g->secret ? SECRET_MASK : node_text(literal)));
	return add(g, &(struct datum){ key, unquoted(value), literal, literal->position,
				       literal->secrecy });
}

/* A file that an entry names, as one of the set: values are written there. */
struct source {
	struct str path, text;
	uint32_t base;	      /* position of the text */
	enum secrecy secrecy; /* sealed: it was decrypted */
};

static int load(struct generator *g, const struct node *entry, struct str path,
		enum sops_format format, struct source *ret)
{
	struct builder *b = g->l->b;

	*ret = (struct source){};
	if (builder_load_file(b, g->l->directory, path, &ret->text, &ret->path) < 0 ||
	    docset_add(b->set, ret->path, ret->text, &ret->base, b->err) < 0) {
		b->err->position = entry->position;
		return -1;
	}
	if (!g->secret)
		return 0;
	docset_hide(b->set, ret->base, ret->base + (uint32_t)ret->text.len);
	struct str encrypted = ret->text;
	if (builder_decrypt(b, ret->path, ret->base, format, &ret->text) < 0)
		return -1;
	if (ret->text.ptr == encrypted.ptr)
		return 0;
	ret->secrecy = SECRECY_SEALED;
	return docset_add(b->set, ret->path, ret->text, &ret->base, b->err);
}

/* Where a person begins to read: behind blank lines. */
static uint32_t first_line(struct str text)
{
	size_t from = 0;

	while (from < text.len && text.ptr[from] == '\n')
		from++;
	return from < text.len ? (uint32_t)from : 0;
}

static int add_file(struct generator *g, const struct node *entry)
{
	struct str path = node_text(entry);
	struct str key = str_cut(&path, '=');
	struct source file;

	if (!path.ptr) {
		path = key;
		key = str_from(path, (size_t)(str_find_last_char(path, '/') + 1));
	} else if (str_find_char(path, '=') >= 0) {
		return builder_fail(g->l->b, entry, "key names or file paths cannot contain '='");
	}
	if (!key.len || !path.len)
		return builder_fail(g->l->b, entry, "file source '%.*s' needs a key and a path",
				    STR_FMT(node_text(entry)));
	if (load(g, entry, path, sops_format_of(key), &file) < 0)
		return -1;
	return add(g, &(struct datum){ key, file.text, entry, file.base + first_line(file.text),
				       file.secrecy });
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

/* A line of an env file. */
static int add_env_line(struct generator *g, struct str line, const struct node *entry,
			const struct source *file)
{
	while (line.len && is_blank(line.ptr[0]))
		line = str_from(line, 1);
	if (!line.len || line.ptr[0] == '#')
		return 0;
	struct datum datum = { .key = str_cut(&line, '='),
			       .entry = entry,
			       .secrecy = file->secrecy };
	datum.value = line.ptr ? line : STR("");
	datum.position =
		file->base + (uint32_t)((line.ptr ? line.ptr : datum.key.ptr) - file->text.ptr);
	return add(g, &datum);
}

static int add_env(struct generator *g, const struct node *entry)
{
	enum sops_format format = sops_format_of(node_text(entry));
	struct source file;

	if (format == SOPS_BINARY)
		format = SOPS_DOTENV;
	if (load(g, entry, node_text(entry), format, &file) < 0)
		return error_wrap(g->l->b->err, "env source files: [%.*s]",
				  STR_FMT(node_text(entry)));
	if (!utf8_valid(file.text, NULL))
		return builder_fail(g->l->b, entry, "env file '%.*s' contains invalid UTF-8",
				    STR_FMT(node_text(entry)));
	for (struct str rest = str_strip_prefix(file.text, STR("\xEF\xBB\xBF")); rest.ptr;) {
		struct str line = str_cut(&rest, '\n');
		if (add_env_line(g, str_strip_suffix(line, STR("\r")), entry, &file) < 0)
			return -1;
	}
	return 0;
}

static int each(struct generator *g, const char *field,
		int (*take)(struct generator *g, const struct node *entry))
{
	const struct node *list = node_get(g->args, str_from_cstr(field));

	if (node_is_scalar(list) && !node_is_null(list))
		return take(g, list);
	for (uint32_t i = 0; i < node_item_count(list); i++)
		if (take(g, node_item(list, i)) < 0)
			return -1;
	return 0;
}

/* Labels and annotations: those of generatorOptions, the generator's own over them; null is the
 * empty text. */
static int option_map(const struct generator *g, const char *name, const struct node **ret)
{
	struct arena *arena = g->l->arena;
	const struct node *shared = node_get(g->l->file, STR("generatorOptions"));
	const struct node *own = node_get(g->args, STR("options"));
	const struct node *map = map_edit_merged(arena, node_get(shared, str_from_cstr(name)),
						 node_get(own, str_from_cstr(name)));

	*ret = NULL;
	for (uint32_t i = 0; i < node_entry_count(map); i++) {
		const struct entry *e = node_entry(map, i);
		if (builder_misreads_key(e->key))
			return builder_fail_key(g->l->b, e->key);
		*ret = node_with(arena, *ret, node_text(e->key),
				 builder_text_of(g->l->b, e->value));
	}
	return 0;
}

static bool option_flag(const struct generator *g, struct trusted_path name)
{
	const struct node *shared = node_get(g->l->file, STR("generatorOptions"));
	const struct node *own = node_get(g->args, STR("options"));

	return node_find_bool(own, name, false) || node_find_bool(shared, name, false);
}

static const struct rule behavior_rule = {
	STR_INIT("kustomize/behavior"),
	SEVERITY_WARNING,
	STR_INIT("a behavior of a generator that kustomize does not know"),
};

/* A word that is none counts as if nothing were said (kustomize, types.NewGenerationBehavior). */
static enum behavior behavior_of(const struct generator *g)
{
	static const struct {
		struct str word;
		enum behavior behavior;
	} words[] = { { STR_INIT(""), BEHAVIOR_CREATE },
		      { STR_INIT("create"), BEHAVIOR_CREATE },
		      { STR_INIT("merge"), BEHAVIOR_MERGE },
		      { STR_INIT("replace"), BEHAVIOR_REPLACE } };
	struct str word = node_str_at(g->args, "behavior");

	for (size_t i = 0; i < ARRAY_COUNT(words); i++)
		if (str_equal(words[i].word, word))
			return words[i].behavior;
	if (g->l->b->warnings)
		finding_add(g->l->b->warnings, &behavior_rule, node_get(g->args, STR("behavior")),
			    "'%.*s' is no behavior and counts as create; there are create, merge "
			    "and replace",
			    STR_FMT(word));
	return BEHAVIOR_CREATE;
}

static const struct node *object_of(struct generator *g, const struct node *labels,
				    const struct node *annotations)
{
	const struct node *data = map_edit_end(&g->data);
	struct arena *arena = g->l->arena;
	struct str type = node_str_at(g->args, "type");
	const struct node *name = node_get(g->args, STR("name"));

	if (g->secret && !data)
		data = node_empty_map();
	return node_make(
		arena,
		"{apiVersion: v1, kind: %c, metadata: {name: %n, namespace: %?n, labels: %?n, "
		"annotations: %?n}, data: %?n, binaryData: %?n, type: %?s, immutable: %?n}",
		g->secret ? "Secret" : "ConfigMap", name, node_get(g->args, STR("namespace")),
		labels, annotations, data, map_edit_end(&g->binary),
		g->secret ? (type.len ? type : STR("Opaque")) : STR_NONE,
		option_flag(g, TRUSTED_PATH("immutable")) ? node_bool_of(true) : NULL);
}

int layer_generate_one(struct layer *l, const struct node *args, bool secret)
{
	struct generator g = { .l = l,
			       .args = args,
			       .secret = secret,
			       .data = map_edit_begin(l->arena, NULL),
			       .binary = map_edit_begin(l->arena, NULL) };
	const struct node *labels, *annotations;

	if (!node_str_at(args, "name").len)
		return builder_fail(l->b, args, "a %s must have a name",
				    secret ? "secret" : "configmap");
	if (each(&g, "envs", add_env) < 0 || each(&g, "env", add_env) < 0 ||
	    each(&g, "literals", add_literal) < 0 || each(&g, "files", add_file) < 0)
		return -1;
	if (option_map(&g, "labels", &labels) < 0 ||
	    option_map(&g, "annotations", &annotations) < 0)
		return -1;
	const struct node *made = object_of(&g, labels, annotations);
	struct node *object = arena_copy(l->arena, made, sizeof(*object));
	object->position = args->position;
	object->step = builder_step(l->b, ORIGIN_GENERATOR, args, NULL);
	struct resource *r = resource_new(l->arena, object);
	r->behavior = behavior_of(&g);
	r->generated = true;
	r->origin.file = docset_path(l->b->set, args->position);
	r->origin.generator = args;
	r->needs_hash = !option_flag(&g, TRUSTED_PATH("disableNameSuffixHash"));
	return resmap_absorb(l->b, &l->map, layer_names(l), r);
}

static int refuse_charts(struct layer *l)
{
	static const struct {
		const char *field, *name;
	} fields[] = { { "helmCharts", "name" }, { "helmChartInflationGenerator", "chartName" } };

	for (size_t i = 0; i < ARRAY_COUNT(fields); i++) {
		const struct node *list = node_get(l->file, str_from_cstr(fields[i].field));
		const struct node *chart = node_item(list, 0);
		if (!node_item_count(list))
			continue;
		builder_fail(l->b, node_is_map(chart) ? chart : list,
			     "the chart '%.*s' of %s is not inflated here: there is no Helm",
			     STR_FMT(node_text(node_get(chart, str_from_cstr(fields[i].name)))),
			     fields[i].field);
		return error_hint(l->b->err, "commit what `helm template` makes of it, and name "
					     "that file in resources");
	}
	return 0;
}

int layer_generate(struct layer *l)
{
	static const struct {
		const char *field;
		bool secret;
	} kinds[] = { { "configMapGenerator", false }, { "secretGenerator", true } };

	layer_begin_step(l);
	for (size_t k = 0; k < ARRAY_COUNT(kinds); k++) {
		const struct node *list = node_get(l->file, str_from_cstr(kinds[k].field));
		for (uint32_t i = 0; i < node_item_count(list); i++)
			if (builder_go_on(l->b, node_item(list, i)) < 0 ||
			    layer_generate_one(l, node_item(list, i), kinds[k].secret) < 0)
				return -1;
	}
	return refuse_charts(l);
}
