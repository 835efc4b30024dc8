/*
 * schemas - makes the frozen schema tables from the files of Kubernetes and of CRDs
 *
 *	schemas KUBERNETES_DIR CRD_DIR ENUMS_FILE SOURCE_DIR
 *
 * Writes SOURCE_DIR/kube/kinds.inc and SOURCE_DIR/kube/schema/{versions,records,properties,keywords,text}.inc. The input files are facts of
 * others and are never committed; what is written here is.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/sort.h"
#include "doc/json.h"
#include "doc/yaml.h"
#include "kube/schema/build.h"
#include "kube/schema/schemas.h"

struct version {
	struct str name;
	uint32_t schema;
};

struct made_kind {
	struct str group, name, plural, singular, identifier;
	unsigned flags;
	bool stored; /* has a path with a name: not a review */
	VEC(struct version) versions;
};

struct maker {
	struct arena *arena;
	struct docset *set;
	struct schema_builder builder;
	struct map by_name; /* "group/Kind" */
	VEC(struct made_kind *) kinds;
	uint64_t input_hash;
};

NORETURN static void die(const char *what, const char *why)
{
	fprintf(stderr, "schemas: %s: %s\n", what, why);
	exit(1);
}

static struct str read_file(struct maker *m, const char *path)
{
	FILE *f = fopen(path, "rb");
	if (!f)
		die(path, "cannot be opened");
	fseek(f, 0, SEEK_END);
	long size = ftell(f);
	rewind(f);
	char *text = arena_alloc(m->arena, (size_t)size + 1);
	if (fread(text, 1, (size_t)size, f) != (size_t)size)
		die(path, "cannot be read");
	fclose(f);
	struct str s = { text, (size_t)size };
	m->input_hash = hash64(m->input_hash, s);
	return s;
}

static struct made_kind *kind_of(struct maker *m, struct str group, struct str name)
{
	struct str key = str_printf(m->arena, "%.*s/%.*s", STR_FMT(group), STR_FMT(name));
	struct made_kind *kind = map_get(&m->by_name, key);

	if (kind)
		return kind;
	kind = arena_one(m->arena, struct made_kind);
	kind->group = group;
	kind->name = name;
	map_put(&m->by_name, key, kind);
	VEC_PUSH(m->arena, &m->kinds, kind);
	return kind;
}

/* v2 before v1 before v1beta2 before v1alpha1. */
static int version_rank(struct str v)
{
	int major = 0, minor = 0, stage = 2;
	char text[64];

	snprintf(text, sizeof(text), "%.*s", STR_FMT(v));
	if (sscanf(text, "v%dbeta%d", &major, &minor) == 2)
		stage = 1;
	else if (sscanf(text, "v%dalpha%d", &major, &minor) == 2)
		stage = 0;
	else
		sscanf(text, "v%d", &major);
	return stage * 10000 + major * 100 + minor;
}

static int compare_versions(const void *a, const void *b, void *context)
{
	(void)context;
	return version_rank(((const struct version *)b)->name) -
	       version_rank(((const struct version *)a)->name);
}

/* Kinds whose metadata.generation the API server keeps. */
static const char *const with_generation[] = {
	"/Pod",
	"/ReplicationController",
	"apps/Deployment",
	"apps/ReplicaSet",
	"apps/StatefulSet",
	"apps/DaemonSet",
	"batch/Job",
	"batch/CronJob",
	"networking.k8s.io/Ingress",
	"networking.k8s.io/IngressClass",
	"networking.k8s.io/NetworkPolicy",
	"discovery.k8s.io/EndpointSlice",
	"policy/PodDisruptionBudget",
	"scheduling.k8s.io/PriorityClass",
	"storage.k8s.io/CSIDriver",
	"flowcontrol.apiserver.k8s.io/FlowSchema",
	"flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration",
	"admissionregistration.k8s.io/ValidatingWebhookConfiguration",
	"admissionregistration.k8s.io/MutatingWebhookConfiguration",
	"admissionregistration.k8s.io/ValidatingAdmissionPolicy",
	"admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding",
	"apiextensions.k8s.io/CustomResourceDefinition",
};

static bool keeps_generation(struct maker *m, const struct made_kind *kind)
{
	struct str key =
		str_printf(m->arena, "%.*s/%.*s", STR_FMT(kind->group), STR_FMT(kind->name));

	for (size_t i = 0; i < ARRAY_COUNT(with_generation); i++)
		if (str_equal(key, str_from_cstr(with_generation[i])))
			return true;
	return false;
}

static struct str operation_kind(const struct node *path)
{
	static const char *const operations[] = { "post", "get", "put" };

	for (size_t i = 0; i < ARRAY_COUNT(operations); i++) {
		const struct node *operation = node_get(path, str_from_cstr(operations[i]));
		struct str kind = node_str_at(operation, "x-kubernetes-group-version-kind.kind");
		if (kind.ptr)
			return kind;
	}
	return STR_NONE;
}

/* One path of a group version: /apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale */
static void take_path(struct maker *m, struct str group, struct str rest, const struct node *path,
		      struct map *kinds)
{
	bool namespaced = str_starts(rest, STR("namespaces/{namespace}/"));
	rest = str_strip_prefix(rest, STR("namespaces/{namespace}/"));
	struct str plural = str_cut(&rest, '/');
	struct made_kind *kind = map_get(kinds, plural);

	if (!plural.len || str_equal(plural, STR("watch")))
		return;
	if (!rest.ptr) {
		struct str name = operation_kind(path);
		if (!name.ptr)
			return;
		kind = kind_of(m, group, name);
		kind->plural = plural;
		kind->singular = str_lower(m->arena, name);
		kind->flags |= namespaced ? KIND_FLAG_NAMESPACED : 0;
		if (keeps_generation(m, kind))
			kind->flags |= KIND_FLAG_GENERATION;
		map_put(kinds, plural, kind);
	} else if (kind && str_equal(rest, STR("{name}"))) {
		kind->stored = true;
	} else if (kind && str_equal(rest, STR("{name}/status"))) {
		kind->flags |= KIND_FLAG_STATUS;
	} else if (kind && str_equal(rest, STR("{name}/scale"))) {
		kind->flags |= KIND_FLAG_SCALE;
	}
}

static bool has_gvk(const struct node *definition, struct str group, struct str version,
		    struct str kind)
{
	const struct node *list = node_get(definition, STR("x-kubernetes-group-version-kind"));
	const struct node *only = node_item(list, 0);

	return node_item_count(list) == 1 && str_equal(node_str_at(only, "kind"), kind) &&
	       str_equal(node_text(node_get(only, STR("group"))), group) &&
	       str_equal(node_str_at(only, "version"), version);
}

static void take_definitions(struct maker *m, const struct node *definitions, struct str group,
			     struct str version, const struct map *kinds)
{
	struct error err;

	m->builder.definitions = definitions;
	for (uint32_t i = 0; i < kinds->count; i++) {
		struct made_kind *kind = kinds->entries[i].value;
		for (uint32_t d = 0; d < node_entry_count(definitions); d++) {
			const struct entry *e = node_entry(definitions, d);
			if (!has_gvk(e->value, group, version, kind->name))
				continue;
			struct version v = { .name = version };
			if (schema_build_definition(&m->builder, node_text(e->key), &v.schema,
						    &err) < 0)
				die(err.text, "while compiling");
			VEC_PUSH(m->arena, &kind->versions, v);
			break;
		}
	}
}

static void take_group_version(struct maker *m, const char *path, struct str group,
			       struct str version)
{
	struct error err;
	const struct node *root = json_read(m->set, str_from_cstr(path), read_file(m, path), &err);
	const struct node *paths = node_get(root, STR("paths"));
	struct str prefix = group.len ? str_printf(m->arena, "/apis/%.*s/%.*s/", STR_FMT(group),
						   STR_FMT(version))
				      : STR("/api/v1/");
	struct map kinds;

	if (!root)
		die(path, err.text);
	map_init(&kinds, m->arena);
	for (uint32_t i = 0; i < node_entry_count(paths); i++) {
		struct str at = node_text(node_entry(paths, i)->key);
		if (str_starts(at, prefix))
			take_path(m, group, str_from(at, prefix.len), node_entry(paths, i)->value,
				  &kinds);
	}
	take_definitions(m, node_at(root, "components.schemas"), group, version, &kinds);
}

static int compare_names(const void *a, const void *b, void *context)
{
	(void)context;
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names in a directory, sorted. */
static char **list_directory(struct maker *m, const char *path, uint32_t *ret_count)
{
	VEC(char *) names = {};
	DIR *dir = opendir(path);

	if (!dir)
		die(path, "cannot be listed");
	for (struct dirent *e; (e = readdir(dir));)
		if (e->d_name[0] != '.')
			VEC_PUSH(m->arena, &names, str_cstr(m->arena, str_from_cstr(e->d_name)));
	closedir(dir);
	sort_stable(names.items, names.count, sizeof(*names.items), compare_names, NULL);
	*ret_count = names.count;
	return names.items;
}

static const char *joined(struct maker *m, const char *dir, const char *name)
{
	return str_printf(m->arena, "%s/%s", dir, name).ptr;
}

static void take_kubernetes(struct maker *m, const char *dir)
{
	uint32_t group_count, file_count;
	const char *apis = joined(m, dir, "apis");
	char **groups = list_directory(m, apis, &group_count);

	take_group_version(m, joined(m, dir, "api/v1.json"), STR(""), STR("v1"));
	for (uint32_t g = 0; g < group_count; g++) {
		const char *folder = joined(m, apis, groups[g]);
		char **files = list_directory(m, folder, &file_count);
		for (uint32_t f = 0; f < file_count; f++)
			take_group_version(m, joined(m, folder, files[f]), str_from_cstr(groups[g]),
					   str_strip_suffix(str_from_cstr(files[f]), STR(".json")));
	}
	for (uint32_t i = 0; i < m->kinds.count; i++)
		sort_stable(m->kinds.items[i]->versions.items, m->kinds.items[i]->versions.count,
			    sizeof(struct version), compare_versions, NULL);
}

static void take_crd_version(struct maker *m, struct made_kind *kind, const struct node *node,
			     bool first)
{
	const struct node *schema = node_at(node, "schema.openAPIV3Schema");
	struct version v = { .name = node_str_at(node, "name") };
	struct error err;

	if (!node_bool_at(node, "served", true))
		return;
	if (node_at(node, "subresources.status"))
		kind->flags |= KIND_FLAG_STATUS;
	if (node_at(node, "subresources.scale"))
		kind->flags |= KIND_FLAG_SCALE;
	if (schema && schema_build(&m->builder, schema, &v.schema, &err) < 0)
		die(err.text, "while compiling a CRD");
	VEC_PUSH(m->arena, &kind->versions, v);
	if (first) { /* the stored version is the preferred one */
		struct version last = kind->versions.items[kind->versions.count - 1];
		memmove(&kind->versions.items[1], &kind->versions.items[0],
			(kind->versions.count - 1) * sizeof(last));
		kind->versions.items[0] = last;
	}
}

static void take_crd(struct maker *m, const struct node *crd)
{
	const struct node *spec = node_get(crd, STR("spec"));
	struct made_kind *kind =
		kind_of(m, node_str_at(spec, "group"), node_str_at(spec, "names.kind"));
	const struct node *list = node_get(spec, STR("versions"));

	kind->plural = node_str_at(spec, "names.plural");
	kind->singular = node_str_at(spec, "names.singular");
	if (!kind->singular.ptr)
		kind->singular = str_lower(m->arena, kind->name);
	kind->stored = true;
	kind->flags = KIND_FLAG_CUSTOM | KIND_FLAG_GENERATION | KIND_FLAG_ASSUMED;
	if (!str_equal(node_str_at(spec, "scope"), STR("Cluster")))
		kind->flags |= KIND_FLAG_NAMESPACED;
	for (uint32_t i = 0; i < node_item_count(list); i++)
		take_crd_version(m, kind, node_item(list, i),
				 node_bool_at(node_item(list, i), "storage", false));
}

static void take_crds(struct maker *m, const char *dir)
{
	uint32_t count;
	char **files = list_directory(m, dir, &count);

	m->builder.without_defaults = false;
	for (uint32_t i = 0; i < count; i++) {
		const char *path = joined(m, dir, files[i]);
		struct documents documents;
		struct error err;
		if (yaml_read(m->set, str_from_cstr(path), read_file(m, path), DIALECT_GO_V3,
			      &documents, &err) < 0)
			die(path, err.text);
		for (uint32_t d = 0; d < documents.count; d++)
			if (str_equal(object_kind(documents.items[d].root),
				      STR("CustomResourceDefinition")))
				take_crd(m, documents.items[d].root);
	}
}

/* Identifiers */

/* Kinds that share a name with another one: this is how the enumerators tell them apart. */
static const struct {
	const char *group, *kind, *identifier;
} identifiers[] = {
	{ "networking.istio.io", "Gateway", "ISTIO_GATEWAY" },
	{ "gateway.networking.k8s.io", "Gateway", "GATEWAY_API_GATEWAY" },
	{ "events.k8s.io", "Event", "EVENTS_EVENT" },
	{ "kustomize.toolkit.fluxcd.io", "Kustomization", "KUSTOMIZATION" },
	{ "acme.cert-manager.io", "Order", "ACME_ORDER" },
	{ "acme.cert-manager.io", "Challenge", "ACME_CHALLENGE" },
};

static struct str upper(struct maker *m, struct str s)
{
	char *text = str_cstr(m->arena, s);

	for (size_t i = 0; i < s.len; i++)
		text[i] = text[i] >= 'a' && text[i] <= 'z' ? (char)(text[i] - 32) : text[i];
	return (struct str){ text, s.len };
}

static void name_kinds(struct maker *m)
{
	struct map used;

	map_init(&used, m->arena);
	for (uint32_t i = 0; i < m->kinds.count; i++) {
		struct made_kind *kind = m->kinds.items[i];
		kind->identifier = upper(m, kind->name);
		for (size_t k = 0; k < ARRAY_COUNT(identifiers); k++)
			if (str_equal(kind->group, str_from_cstr(identifiers[k].group)) &&
			    str_equal(kind->name, str_from_cstr(identifiers[k].kind)))
				kind->identifier = str_from_cstr(identifiers[k].identifier);
		if (map_put(&used, kind->identifier, kind))
			die(kind->identifier.ptr,
			    "two kinds have this enumerator: add it to the table");
	}
}

/* Writing */

static FILE *create(struct maker *m, const char *dir, const char *name, const char *purpose)
{
	FILE *f = fopen(joined(m, dir, name), "w");

	if (!f)
		die(name, "cannot be written");
	fprintf(f, "/* %s; generated by tools/schemas.c from input %016llx */\n", purpose,
		(unsigned long long)m->input_hash);
	return f;
}

static void write_kinds(struct maker *m, const char *dir)
{
	static const struct {
		unsigned flag;
		const char *name;
	} words[] = { { KIND_FLAG_NAMESPACED, "KIND_FLAG_NAMESPACED" },
		      { KIND_FLAG_STATUS, "KIND_FLAG_STATUS" },
		      { KIND_FLAG_SCALE, "KIND_FLAG_SCALE" },
		      { KIND_FLAG_GENERATION, "KIND_FLAG_GENERATION" },
		      { KIND_FLAG_CUSTOM, "KIND_FLAG_CUSTOM" },
		      { KIND_FLAG_ASSUMED, "KIND_FLAG_ASSUMED" },
		      { KIND_FLAG_VIRTUAL, "KIND_FLAG_VIRTUAL" } };
	FILE *kinds = create(m, dir, "kube/kinds.inc", "kinds - every kind of the tables");
	FILE *versions = create(m, dir, "kube/schema/versions.inc",
				"versions - the versions of each kind, the preferred one first");

	for (uint32_t i = 0; i < m->kinds.count; i++) {
		const struct made_kind *k = m->kinds.items[i];
		unsigned flags = k->flags | (k->stored ? 0 : KIND_FLAG_VIRTUAL);
		fprintf(kinds, "X(%.*s, \"%.*s\", \"%.*s\", \"%.*s\", \"%.*s\", 0",
			STR_FMT(k->identifier), STR_FMT(k->group), STR_FMT(k->name),
			STR_FMT(k->plural), STR_FMT(k->singular));
		for (size_t w = 0; w < ARRAY_COUNT(words); w++)
			if (flags & words[w].flag)
				fprintf(kinds, " | %s", words[w].name);
		fprintf(kinds, ")\n");
		for (uint32_t v = 0; v < k->versions.count; v++)
			fprintf(versions, "V(%.*s, \"%.*s\", %u, true)\n", STR_FMT(k->identifier),
				STR_FMT(k->versions.items[v].name), k->versions.items[v].schema);
	}
	fclose(kinds);
	fclose(versions);
}

/* A C string; what C would read otherwise is escaped. */
static void write_text(struct maker *m, const char *dir)
{
	FILE *f = create(m, dir, "kube/schema/text.inc",
			 "text - names, enums, defaults and patterns of the tables");
	int column = 0;

	fputc('"', f);
	for (uint32_t i = 0; i < m->builder.text.count; i++) {
		unsigned char c = (unsigned char)m->builder.text.items[i];
		if (c >= ' ' && c < 127 && c != '"' && c != '\\' && c != '?')
			column += fprintf(f, "%c", c);
		else
			column += fprintf(f, "\\%03o", c);
		if (column > 84) {
			fprintf(f, "\"\n\"");
			column = 0;
		}
	}
	fprintf(f, "\"\n");
	fclose(f);
}

static void write_records(struct maker *m, const char *dir)
{
	FILE *f = create(m, dir, "kube/schema/records.inc", "records - what each schema says");

	for (uint32_t i = 0; i < m->builder.records.count; i++) {
		const struct schema_record *r = &m->builder.records.items[i];
		fprintf(f, "{%u,%u,%u,%u,%u,%u,%u,%u,%u},%s", r->type, r->list_type, r->flags,
			r->items, r->additional, r->properties, r->keywords, r->property_count,
			r->keyword_count, i % 3 == 2 ? "\n" : "");
	}
	fputc('\n', f);
	fclose(f);
}

static void write_members(struct maker *m, const char *dir)
{
	const struct schema_builder *b = &m->builder;
	FILE *properties = create(m, dir, "kube/schema/properties.inc",
				  "properties - name and schema of each field");
	FILE *keywords = create(m, dir, "kube/schema/keywords.inc",
				"keywords - limits, enums, defaults and list keys");

	for (uint32_t i = 0; i < b->properties.count; i++)
		fprintf(properties, "{%u,%u},%s", b->properties.items[i].name,
			b->properties.items[i].schema, i % 7 == 6 ? "\n" : "");
	for (uint32_t i = 0; i < b->keywords.count; i++)
		fprintf(keywords, "{%u,%u},%s", b->keywords.items[i].kind,
			b->keywords.items[i].value, i % 8 == 7 ? "\n" : "");
	fputc('\n', properties);
	fputc('\n', keywords);
	fclose(properties);
	fclose(keywords);
}

static void write_tables(struct maker *m, const char *dir)
{
	const struct schema_builder *b = &m->builder;

	write_records(m, dir);
	write_members(m, dir);
	write_text(m, dir);
	printf("%u kinds, %u records, %u properties, %u keywords, %u bytes of text: %zu bytes in "
	       "all\n",
	       m->kinds.count, b->records.count, b->properties.count, b->keywords.count,
	       b->text.count,
	       b->records.count * sizeof(struct schema_record) +
		       b->properties.count * sizeof(struct schema_property) +
		       b->keywords.count * sizeof(struct schema_keyword) + b->text.count);
}

static struct map *read_enums(struct maker *m, const char *path)
{
	struct error err;
	struct map *enums = arena_one(m->arena, struct map);
	const struct node *root =
		yaml_read_one(m->set, str_from_cstr(path), read_file(m, path), DIALECT_GO_V3, &err);

	if (!root)
		die(path, err.text);
	map_init(enums, m->arena);
	for (uint32_t i = 0; i < node_entry_count(root); i++)
		map_put(enums, node_text(node_entry(root, i)->key),
			(void *)node_entry(root, i)->value);
	return enums;
}

int main(int argc, char **argv)
{
	struct maker m = { .arena = arena_new("schemas"), .input_hash = HASH64_START };

	if (argc != 5)
		die("usage", "schemas KUBERNETES_DIR CRD_DIR ENUMS_FILE SOURCE_DIR");
	m.set = docset_new(m.arena);
	map_init(&m.by_name, m.arena);
	schema_builder_init(&m.builder, m.arena, 0);
	m.builder.enums = read_enums(&m, argv[3]);
	m.builder.without_defaults = true;
	take_kubernetes(&m, argv[1]);
	take_crds(&m, argv[2]);
	name_kinds(&m);
	write_kinds(&m, argv[4]);
	write_tables(&m, argv[4]);
	arena_free(m.arena);
	return 0;
}
