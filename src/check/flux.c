/* flux - sources, dependencies and builds of Flux Kustomizations and Helm releases */
#include "base/buf.h"
#include "check/check_inside.h"

static const char kustomize_group[] = "kustomize.toolkit.fluxcd.io";
static const char helm_group[] = "helm.toolkit.fluxcd.io";
static const char source_group[] = "source.toolkit.fluxcd.io";

static struct key key_of(const struct node *reference, struct str namespace)
{
	struct str own = node_str_at(reference, "namespace");
	return (struct key){ own.len ? own : namespace, node_str_at(reference, "name") };
}

/* `flux bootstrap` makes the source flux-system before anything here is applied. */
static bool is_bootstrap(struct key key)
{
	return str_equal(key.name, STR("flux-system")) &&
	       str_equal(key.namespace, STR("flux-system"));
}

static void check_source(struct check *c, const struct check_object *o,
			 const struct node *reference)
{
	struct key key = key_of(reference, o->key.namespace);
	char *kind = str_cstr(c->arena, node_str_at(reference, "kind"));

	if (!key.name.len || is_bootstrap(key) || check_find(c, source_group, kind, key) ||
	    check_is_made(c, kind, key))
		return;
	check_missing(c, RULE_SOURCE, node_get(reference, STR("name")), key.namespace,
		      "%s '%.*s' does not exist in namespace '%.*s'", kind, STR_FMT(key.name),
		      STR_FMT(key.namespace));
	check_suggest(c, source_group, kind, key);
}

static const char *group_of(const struct check_object *o)
{
	return str_equal(o->gvk.kind, STR("HelmRelease")) ? helm_group : kustomize_group;
}

static void check_dependencies(struct check *c, const struct check_object *o)
{
	const struct node *list = node_at(o->root, "spec.dependsOn");
	const char *kind = str_cstr(c->arena, o->gvk.kind);

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *name = node_get(node_item(list, i), STR("name"));
		struct key key = key_of(node_item(list, i), o->key.namespace);
		if (!key.name.len || check_find(c, group_of(o), kind, key))
			continue;
		check_missing(c, RULE_DEPENDS_ON, name, key.namespace,
			      "%s '%.*s' does not exist in namespace '%.*s'", kind,
			      STR_FMT(key.name), STR_FMT(key.namespace));
		check_suggest(c, group_of(o), kind, key);
	}
}

/* Of a ConfigMap or Secret: {kind, name, optional}. */
static void check_values(struct check *c, const struct check_object *o, struct trusted_path path)
{
	const struct node *list = node_find(o->root, path);

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *reference = node_item(list, i);
		struct key key = { o->key.namespace, node_str_at(reference, "name") };
		char *kind = str_cstr(c->arena, node_str_at(reference, "kind"));
		if (!key.name.len || node_bool_at(reference, "optional", false) ||
		    check_find_data(c, kind, key))
			continue;
		check_missing(c, RULE_SUBSTITUTE_FROM, node_get(reference, STR("name")),
			      key.namespace, "%s '%.*s' does not exist in namespace '%.*s'", kind,
			      STR_FMT(key.name), STR_FMT(key.namespace));
		check_suggest_data(c, kind, key);
	}
}

void check_flux(struct check *c, const struct check_object *o)
{
	bool is_release = str_equal(o->gvk.group, str_from_cstr(helm_group));
	bool is_kustomization = str_equal(o->gvk.group, str_from_cstr(kustomize_group));

	if (is_kustomization) {
		check_source(c, o, node_at(o->root, "spec.sourceRef"));
		check_values(c, o, TRUSTED_PATH("spec.postBuild.substituteFrom"));
	}
	if (is_release) {
		check_source(c, o, node_at(o->root, "spec.chart.spec.sourceRef"));
		check_source(c, o, node_at(o->root, "spec.chartRef"));
		check_values(c, o, TRUSTED_PATH("spec.valuesFrom"));
	}
	if (is_release || is_kustomization)
		check_dependencies(c, o);
}

/* Circles of dependsOn: a walk in depth with a stack of its own. */

enum state { STATE_NEW, STATE_OPEN, STATE_DONE };

struct frame {
	const struct check_object *object;
	uint32_t next; /* index in its dependsOn */
};

struct cycle_walk {
	struct check *c;
	uint8_t *states; /* enum state, by index of the object */
	VEC(struct frame) stack;
};

static uint32_t index_of(const struct cycle_walk *w, const struct check_object *o)
{
	return (uint32_t)(o - w->c->objects.items);
}

/* "a → b → a" from where the stack first has the object. */
static struct str circle_text(struct cycle_walk *w, const struct check_object *back)
{
	struct buf buf;
	bool in_circle = false;

	buf_init(&buf, w->c->arena);
	for (uint32_t i = 0; i < w->stack.count; i++) {
		const struct check_object *o = w->stack.items[i].object;
		in_circle = in_circle || o == back;
		if (in_circle)
			buf_printf(&buf, "%.*s → ", STR_FMT(o->key.name));
	}
	buf_add(&buf, back->key.name);
	return buf_str(&buf);
}

static void tell_circle(struct cycle_walk *w, const struct check_object *o,
			const struct node *dependency, const struct check_object *back)
{
	findings_about(w->c->findings, o->label);
	finding_add(w->c->findings, &check_rules[RULE_CYCLE], dependency,
		    "dependsOn runs in a circle: %.*s", STR_FMT(circle_text(w, back)));
	finding_hint(w->c->findings, "none of them is ever applied; remove one dependency");
}

static void open_object(struct cycle_walk *w, const struct check_object *o)
{
	w->states[index_of(w, o)] = STATE_OPEN;
	VEC_PUSH(w->c->arena, &w->stack, (struct frame){ .object = o });
}

static void step(struct cycle_walk *w)
{
	struct frame *top = &w->stack.items[w->stack.count - 1];
	const struct check_object *o = top->object;
	const struct node *list = node_at(o->root, "spec.dependsOn");

	if (top->next >= node_item_count(list)) {
		w->states[index_of(w, o)] = STATE_DONE;
		w->stack.count--;
		return;
	}
	const struct node *dependency = node_item(list, top->next++);
	SCRATCH(scratch);
	const struct check_object *target =
		check_find(w->c, group_of(o), str_cstr(scratch, o->gvk.kind),
			   key_of(dependency, o->key.namespace));
	if (!target)
		return;
	enum state state = w->states[index_of(w, target)];
	if (state == STATE_OPEN)
		tell_circle(w, o, node_get(dependency, STR("name")), target);
	else if (state == STATE_NEW)
		open_object(w, target);
}

static void check_circles(struct check *c)
{
	struct cycle_walk w = { .c = c };

	w.states = arena_array(c->arena, uint8_t, c->objects.count);
	for (uint32_t i = 0; i < c->objects.count; i++) {
		const struct check_object *o = &c->objects.items[i];
		bool depends = str_equal(o->gvk.group, str_from_cstr(helm_group)) ||
			       str_equal(o->gvk.group, str_from_cstr(kustomize_group));
		if (!depends || w.states[i] != STATE_NEW)
			continue;
		open_object(&w, o);
		while (w.stack.count)
			step(&w);
	}
}

/* What did not build */

static void tell_fault(struct check *c, const struct compose_fault *fault)
{
	const struct node *path = node_at(fault->kustomization, "spec.path");
	const struct node *from = path ? path : fault->kustomization;
	struct node *at = arena_copy(c->arena, from ? from : node_empty_map(), sizeof(*at));

	if (fault->position || !from) {
		at->position = fault->position;
		at->step = 0;
	}
	findings_about(c->findings,
		       from ? object_label_text(c->arena, fault->kustomization) : STR_NONE);
	finding_add(c->findings, &check_rules[RULE_BUILD], at, "%.*s", STR_FMT(fault->message));
	if (fault->hint.len)
		finding_hint(c->findings, "%.*s", STR_FMT(fault->hint));
	else if (!fault->position && from)
		finding_hint(c->findings, "spec.path is relative to the root of the repository");
}

void check_flux_whole(struct check *c)
{
	check_circles(c);
	for (uint32_t i = 0; i < c->composition->faults.count; i++)
		tell_fault(c, &c->composition->faults.items[i]);
}
