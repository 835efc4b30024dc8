/* finish_variables_test - where the value of a var comes from, and where it goes */
#include "build/kustomize/kustomize_fixture.h"

#define POD(value)                                                                                 \
	"apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{command: " value     \
	"}]}\n---\n"
#define OBJECTS                                                                                    \
	"apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: one}\nspec: {ports: "       \
	"[{port: 80}], list: [a], map: {a: b}}\n---\n"                                             \
	"apiVersion: v1\nkind: Service\nmetadata: {name: t, namespace: one}\n---\n"                \
	"apiVersion: v1\nkind: Service\nmetadata: {name: t, namespace: two}\n---\n"                \
	"apiVersion: apps/v1\nkind: Service\nmetadata: {name: u}\n"

/* The command of the pod, which ends the output, or the message of the error. */
static struct str command_with(struct arena *arena, const char *vars, const char *command)
{
	struct str text = str_printf(arena, "resources: [all.yaml]\nvars:\n%s", vars);
	struct str objects = str_printf(arena, POD("%s") OBJECTS, command);
	struct str out = BUILT(arena, { "top/kustomization.yaml", str_cstr(arena, text) },
			       { "top/all.yaml", str_cstr(arena, objects) });
	ptrdiff_t from = str_find(out, STR("command:"));

	return from < 0 ? out : str_from(out, (size_t)from);
}

static void vars_are_resolved(void)
{
	static const struct {
		const char *vars, *command, *want;
	} rows[] = {
		{ "- {name: V, objref: {apiVersion: v1, kind: Service, name: s}}\n", "[$(V)]",
		  "command:\n    - s\n" },
		{ "- {name: V, objref: {version: v1, kind: Service, name: s}}\n", "[$(V)]",
		  "command:\n    - s\n" },
		{ "- {name: V, objref: {group: apps, version: v1, kind: Service, name: u}}\n",
		  "[$(V)]", "command:\n    - u\n" },
		{ "- {name: V, objref: {apiVersion: v1, kind: Service, name: u}}\n", "[$(V)]",
		  "var 'V' cannot be mapped to a field in the set of known resources" },
		{ "- {name: V, objref: {apiVersion: v1, kind: Service, name: none}}\n", "[$(V)]",
		  "var 'V' cannot be mapped to a field in the set of known resources" },
		{ "- {name: V, objref: {apiVersion: v1, kind: Service, name: t}}\n", "[$(V)]",
		  "found 2 resId matches for var V (unable to disambiguate)" },
		{ "- {name: V, objref: {apiVersion: v1, kind: Service, name: t, namespace: two}, "
		  "fieldref: {fieldPath: metadata.namespace}}\n",
		  "[$(V)]", "command:\n    - two\n" },
		{ "- {name: V, objref: {apiVersion: v1, kind: Service, name: t, namespace: "
		  "three}}\n",
		  "[$(V)]", "var 'V' cannot be mapped to a field in the set of known resources" },
		{ "- {name: V, objref: {apiVersion: v1, kind: Service, name: s}, fieldref: "
		  "{fieldPath: spec.none}}\n",
		  "[$(V)]", "var 'V' cannot be mapped to a field in the set of known resources" },
		{ "- {objref: {apiVersion: v1, kind: Service, name: s}}\n", "[$(V)]",
		  "a var needs a name" },
		{ "- {name: V, objref: {apiVersion: v1, kind: Service, name: s}, fieldref: "
		  "{fieldPath: 'spec.ports[0].port'}}\n",
		  "[$(V), a$(V)b$(V)c, $$(V), $$V, '$(V', $(W), $(), $]",
		  "command:\n    - 80\n    - a80b80c\n    - $(V)\n    - $V\n    - $(V\n    - "
		  "$(W)\n    - $()\n    - $\n" },
		{ "- {name: V, objref: {apiVersion: v1, kind: Service, name: s}, fieldref: "
		  "{fieldPath: spec.list}}\n",
		  "[$(V), a$(V)]", "command:\n    - - a\n    - a$(V)\n" },
		{ "- {name: V, objref: {apiVersion: v1, kind: Service, name: s}}\n"
		  "- {name: W, objref: {apiVersion: v1, kind: Service, name: s}, fieldref: "
		  "{fieldPath: metadata.namespace}}\n",
		  "[$(V)$(W), $(W)]", "command:\n    - sone\n    - one\n" },
	};
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].vars); i++)
		CHECK_STR(command_with(arena, rows[i].vars, rows[i].command),
			  str_from_cstr(rows[i].want));
}

TESTS({ "vars are resolved, or told", vars_are_resolved })
