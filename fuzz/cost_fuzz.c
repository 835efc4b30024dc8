/* cost_fuzz - files put together by the bytes, with n, 2n and 4n of a part: work grows alike */
#include <stdio.h>

#include "fuzz/fuzz.h"
#include "verbs/cost_fixture.h"

/* Fields of a kustomization, each with a part that can be repeated. Patches write one key: those
 * that add one each copy the object each time, which the budget ends. */
static const struct {
	const char *head, *part, *tail;
} fields[] = {
	{ "labels: [{includeSelectors: true, pairs: {", "l@: v, ", "}}]\n" },
	{ "commonAnnotations: {", "a@: v, ", "}\n" },
	{ "configMapGenerator:\n", "- {name: g@, literals: [a=b]}\n", "" },
	{ "secretGenerator: [{name: s, literals: [", "k@=v, ", "]}]\n" },
	{ "images: [", "{name: i@, newTag: b}, ", "]\n" },
	{ "replacements: [{source: {name: a, fieldPath: data.x}, targets: [{select: {name: a}, "
	  "options: {create: true}, fieldPaths: [",
	  "data.r@, ", "]}]}]\n" },
	{ "patches: [",
	  "{target: {name: b}, patch: '[{\"op\": \"add\", \"path\": \"/y\", \"value\": 1}]'}, ",
	  "]\n" },
	{ "patchesStrategicMerge:\n",
	  "- '{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {p: v}}'\n", "" },
	{ "configurations: [", "c.yaml, ", "]\n" },
	{ "buildMetadata: [originAnnotations]\nnamePrefix: p-\n", "", "" },
};

/* Objects, likewise. */
static const struct {
	const char *head, *part, *tail;
} objects[] = {
	{ "", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c@}\n---\n", "" },
	{ COST_POD_HEAD "{containers: [", "{name: c@, image: x}, ", "]}\n---\n" },
	{ COST_POD_HEAD "{containers: [{name: c, image: x, env: [", "{name: E@, value: $(E@)}, ",
	  "]}]}\n---\n" },
	{ COST_POD_HEAD "{containers: [{name: c, image: x}], volumes: [",
	  "{name: v@, configMap: {name: c@}}, ", "]}\n---\n" },
	{ COST_SERVICE "{selector: {", "a@: b, ", "}, ports: [{port: 80}]}\n---\n" },
	{ COST_SERVICE "{selector: {a: b}, ports: [", "{name: p@, port: 1@, nodePort: 3@}, ",
	  "]}\n---\n" },
	{ "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: d, labels: {", "k@: v, ",
	  "}}\n---\n" },
	{ "apiVersion: v1\nkind: X\nmetadata: {name: y}\nl:\n", "- &b {k@: v}\n- {<<: *b, m: v}\n",
	  "---\n" },
	{ COST_DEPLOYMENT, "", "---\n" },
};

/* What the bytes choose. */
struct choice {
	uint8_t verb, grows, field, other_field, object, other_object;
};

static struct cost_file file_of(struct arena *arena, const char *path, struct str head,
				const char *part, struct str tail)
{
	return (struct cost_file){ path, str_cstr(arena, head), part, str_cstr(arena, tail) };
}

#define PICK(table, index) (table[(index) % ARRAY_COUNT(table)])

/* One part grows; three of each other one stand beside it. */
static struct cost_row row_of(struct arena *arena, const struct choice *c)
{
	static const struct verb *const readers[] = { &verb_build, &verb_check, &verb_sandbox };
	enum { BESIDE = 3 };
	__auto_type field = PICK(fields, c->field);
	__auto_type other = PICK(fields, c->other_field);
	__auto_type object = PICK(objects, c->object);
	__auto_type beside = PICK(objects, c->other_object);
	struct cost_file few = { "", other.head, other.part, other.tail };
	struct cost_file one = { "", beside.head, beside.part, beside.tail };
	struct cost_file still = { "", field.head, field.part, field.tail };
	struct str kustomization = STR("resources: [a.yaml, b.yaml]\n");
	struct cost_row row = { "fuzz", PICK(readers, c->verb), "/", {} };

	if (other.head != field.head)
		kustomization = str_concat(arena, kustomization, cost_text(arena, &few, BESIDE));
	row.files[1] = (struct cost_file){
		"b.yaml",
		str_cstr(arena, str_concat(arena,
					   STR(COST_ONE_CM "---\n"
							   "apiVersion: v1\nkind: ConfigMap\n"
							   "metadata: {name: b}\n---\n"),
					   cost_text(arena, &one, BESIDE))),
		NULL, NULL
	};
	row.files[2] = (struct cost_file){ "a.yaml", object.head, object.part, object.tail };
	if (row.verb == &verb_sandbox) {
		row.target = "/a.yaml";
		return row;
	}
	if (c->grows % 2) {
		kustomization = str_concat(arena, kustomization, STR("\n"));
		row.files[0] = file_of(arena, "kustomization.yaml",
				       str_concat(arena, kustomization, str_from_cstr(field.head)),
				       field.part, str_from_cstr(field.tail));
		row.files[2].head = str_cstr(arena, cost_text(arena, &row.files[2], BESIDE));
		row.files[2].part = row.files[2].tail = NULL;
		return row;
	}
	row.files[0] = file_of(arena, "kustomization.yaml",
			       str_concat(arena, kustomization, cost_text(arena, &still, BESIDE)),
			       NULL, STR(""));
	return row;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
	SCRATCH(arena);
	struct choice choice = {};
	struct error err;
	int status;

	memcpy(&choice, bytes, MIN(size_bytes, sizeof(choice)));
	struct cost_row row = row_of(arena, &choice);
	uint64_t first = cost_of(&row, COST_COUNT / 2, &status, &err);
	uint64_t second = cost_of(&row, COST_COUNT, &status, &err);
	uint64_t third = cost_of(&row, COST_COUNT * 2, &status, &err);
	struct cost_growth growth = { second, third, status, err };

	if (cost_is_linear(&growth))
		return 0;
	for (size_t i = 0; i < COST_FILES_MAX && row.files[i].path; i++)
		fprintf(stderr, "%s:\n%.*s\n", row.files[i].path,
			STR_FMT(cost_text(arena, &row.files[i], 2)));
	BUG("%s: %llu, %llu, %llu steps for n, 2n and 4n parts", row.verb->name,
	    (unsigned long long)first, (unsigned long long)second, (unsigned long long)third);
}
