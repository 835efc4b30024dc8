/* yaml_bench - our reader, which makes trees, against libyaml, which only makes events */
#include <dlfcn.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "bench/yardstick.h"
#include "doc/json.h"
#include "doc/yaml.h"

#if __has_include(<yaml.h>)
#include <yaml.h>
#define HAS_LIBYAML 1
#else
#define HAS_LIBYAML 0
#endif

/* Short runs, so that few of them are interrupted. */
enum { TEXT_BYTES = 4 << 20, RUNS = 25, SPEED_MIN = 3 };
#define TREE_BYTES_MAX 4.0 /* a byte of text */

/* A generator of texts from a seed: SplitMix64. */
struct random {
	uint64_t state;
};

static uint64_t next_random(struct random *r)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static unsigned below(struct random *r, unsigned limit)
{
	return (unsigned)(next_random(r) % limit);
}

static const char *word(struct random *r)
{
	static const char *const words[] = {
		"name",	   "policy", "container", "the",      "field",	  "of",	    "selector",
		"which",   "port",   "is",	  "replicas", "strategy", "a",	    "timeout",
		"enabled", "in",     "template",  "when",     "status",	  "volume", "reference",
	};
	return words[below(r, ARRAY_COUNT(words))];
}

static void add_indent(struct buf *out, unsigned level)
{
	buf_add_repeat(out, ' ', (size_t)level * 2);
}

static void add_words(struct buf *out, struct random *r, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		buf_printf(out, i ? " %s" : "%s", word(r));
}

static void add_description(struct buf *out, struct random *r, unsigned level)
{
	add_indent(out, level);
	if (below(r, 2)) {
		buf_add(out, STR("description: "));
		add_words(out, r, 4 + below(r, 8));
		buf_add_char(out, '\n');
		return;
	}
	buf_add(out, STR("description: |-\n"));
	for (unsigned i = 0; i < 2 + below(r, 4); i++) {
		add_indent(out, level + 1);
		add_words(out, r, 8 + below(r, 6));
		buf_add(out, STR(".\n"));
	}
}

/* Properties as in the schema of a CRD, nested up to nine levels. */
static void add_properties(struct buf *out, struct random *r, unsigned level, unsigned depth)
{
	for (unsigned i = 0; i < 2 + below(r, 4); i++) {
		bool is_object = depth < 9 && below(r, 3) == 0;
		add_indent(out, level);
		buf_printf(out, "%s%s%u:\n", word(r), word(r), i);
		add_description(out, r, level + 1);
		add_indent(out, level + 1);
		if (!is_object) {
			buf_add(out, below(r, 3) ? STR("type: string\n") : STR("format: int32\n"));
			continue;
		}
		buf_add(out, STR("properties:\n"));
		add_properties(out, r, level + 2, depth + 1);
		add_indent(out, level + 1);
		buf_add(out, STR("required:\n"));
		add_indent(out, level + 1);
		buf_printf(out, "- %s\n", word(r));
		add_indent(out, level + 1);
		buf_add(out, STR("type: object\n"));
	}
}

static void add_crd(struct buf *out, struct random *r)
{
	buf_printf(out,
		   "---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
		   "metadata:\n  name: %s%ss.example.com\nspec:\n  versions:\n  - name: v1\n"
		   "    schema:\n      openAPIV3Schema:\n        properties:\n",
		   word(r), word(r));
	for (unsigned i = 0; i < 40; i++)
		add_properties(out, r, 5, 0);
}

static void add_small(struct buf *out, struct random *r)
{
	const char *name = word(r);
	unsigned number = below(r, 10000);

	buf_printf(out,
		   "---\napiVersion: v1\nkind: Service\nmetadata:\n  name: %s-%u\n"
		   "  namespace: apps\n  labels:\n    app.kubernetes.io/name: %s\nspec:\n"
		   "  selector:\n    app: %s-%u\n  ports:\n  - name: http\n    port: 80\n"
		   "    targetPort: 8080\n",
		   name, number, name, name, number);
	buf_printf(
		out,
		"---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: %s-%u\n"
		"  namespace: apps\nspec:\n  replicas: %u\n  selector:\n    matchLabels:\n"
		"      app: %s-%u\n  template:\n    metadata:\n      labels:\n"
		"        app: %s-%u\n    spec:\n      containers:\n      - name: %s\n"
		"        image: registry.example.com/%s:1.%u\n        args: [\"--level\", \"%s\"]\n"
		"        resources:\n          limits:\n            cpu: 500m\n"
		"            memory: 128Mi\n",
		name, number, below(r, 9), name, number, name, number, name, name, number, word(r));
}

static struct str generate(struct arena *arena, void (*add)(struct buf *, struct random *))
{
	struct random r = { 1 };
	struct buf out;

	buf_init(&out, arena);
	buf_reserve(&out, TEXT_BYTES + (1 << 20));
	while (out.len < TEXT_BYTES)
		add(&out, &r);
	return buf_str(&out);
}

static double forge_ms(struct str text, double *ret_bytes_each)
{
	struct arena *arena = arena_new("bench");
	struct documents documents;
	struct error err;
	struct docset *set = docset_new(arena);
	size_t before = arena_used_bytes(arena);
	double start = yardstick_cpu_ms();

	if (yaml_read(set, STR("bench"), text, DIALECT_GO_V3, &documents, &err) < 0)
		BUG("%s", err.text);
	double took = yardstick_cpu_ms() - start;
	*ret_bytes_each = (double)(arena_used_bytes(arena) - before) / (double)text.len;
	arena_free(arena);
	return took;
}

#if HAS_LIBYAML
struct libyaml {
	int (*initialize)(yaml_parser_t *parser);
	void (*set_input)(yaml_parser_t *parser, const unsigned char *input, size_t size);
	int (*parse)(yaml_parser_t *parser, yaml_event_t *event);
	void (*event_delete)(yaml_event_t *event);
	void (*parser_delete)(yaml_parser_t *parser);
};

static bool libyaml_open(struct libyaml *y)
{
	void *library = dlopen("libyaml-0.so.2", RTLD_NOW);

	if (!library)
		return false;
	*(void **)&y->initialize = dlsym(library, "yaml_parser_initialize");
	*(void **)&y->set_input = dlsym(library, "yaml_parser_set_input_string");
	*(void **)&y->parse = dlsym(library, "yaml_parser_parse");
	*(void **)&y->event_delete = dlsym(library, "yaml_event_delete");
	*(void **)&y->parser_delete = dlsym(library, "yaml_parser_delete");
	return y->initialize && y->set_input && y->parse && y->event_delete && y->parser_delete;
}

static double libyaml_ms(const struct libyaml *y, struct str text)
{
	yaml_parser_t parser;
	yaml_event_t event;
	double start = yardstick_cpu_ms();
	bool is_end = false;

	y->initialize(&parser);
	y->set_input(&parser, (const unsigned char *)text.ptr, text.len);
	while (!is_end) {
		if (!y->parse(&parser, &event))
			BUG("libyaml: %s", parser.problem);
		is_end = event.type == YAML_STREAM_END_EVENT;
		y->event_delete(&event);
	}
	y->parser_delete(&parser);
	return yardstick_cpu_ms() - start;
}
#else
struct libyaml {
	int unused;
};

static bool libyaml_open(struct libyaml *y)
{
	(void)y;
	return false;
}

static double libyaml_ms(const struct libyaml *y, struct str text)
{
	(void)y;
	(void)text;
	return 0;
}
#endif

/*
 * Prints one line; false when a budget is broken. The two read in turn, so that what else the
 * machine does slows both.
 */
static bool compare(const char *name, struct str text, const struct libyaml *y)
{
	double ours[RUNS], theirs[RUNS], ratios[RUNS];
	double bytes_each = 0, megabytes = (double)text.len / 1e6;

	for (int i = 0; i < RUNS; i++) {
		ours[i] = forge_ms(text, &bytes_each);
		theirs[i] = y ? libyaml_ms(y, text) : 0;
		ratios[i] = theirs[i] / ours[i];
	}
	printf("%-6s forge %4.0f MB/s, %.2f bytes a byte (at most %.1f)", name,
	       megabytes * 1e3 / yardstick_median(ours, RUNS), bytes_each, TREE_BYTES_MAX);
	if (!y) {
		printf("; libyaml is not installed\n");
		return bytes_each <= TREE_BYTES_MAX;
	}
	double ratio = yardstick_median(ratios, RUNS);
	printf("; libyaml %3.0f MB/s: %.1f times (at least %d)\n",
	       megabytes * 1e3 / yardstick_median(theirs, RUNS), ratio, SPEED_MIN);
	return bytes_each <= TREE_BYTES_MAX && ratio >= SPEED_MIN;
}

int main(void)
{
	struct arena *arena = arena_new("texts");
	struct libyaml libyaml;
	const struct libyaml *y = libyaml_open(&libyaml) ? &libyaml : NULL;
	bool holds = compare("crds", generate(arena, add_crd), y);

	holds &= compare("small", generate(arena, add_small), y);
	arena_free(arena);
	return holds ? 0 : 1;
}
