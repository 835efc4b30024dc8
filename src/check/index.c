/* index - lookup of a composition's objects by identity, labels of pods, and service */
#include <stdarg.h>

#include "base/buf.h"
#include "base/suggest.h"
#include "build/flux_sync.h"
#include "check/check_inside.h"
#include "kube/labels.h"
#include "kube/workload.h"

static const struct key default_key = { STR_INIT("default"), STR_INIT("") };

static struct str id_text(struct arena *arena, struct str group, struct str kind, struct key key)
{
	return str_printf(arena, "%.*s/%.*s/%.*s/%.*s", STR_FMT(group), STR_FMT(kind),
			  STR_FMT(key.namespace), STR_FMT(key.name));
}

static struct str key_text(struct arena *arena, struct key key)
{
	return str_printf(arena, "%.*s/%.*s", STR_FMT(key.namespace), STR_FMT(key.name));
}

/* Identity */

static struct key effective_key(const struct node *root, const struct kind *kind)
{
	struct key key = object_key(root);

	if (kind && !(kind->flags & KIND_FLAG_NAMESPACED))
		key.namespace = STR("");
	else if (!key.namespace.len)
		key.namespace = default_key.namespace;
	return key;
}

static void add_crds(struct check *c)
{
	struct error err;

	for (uint32_t i = 0; i < c->composition->render.count; i++) {
		const struct node *o = c->composition->render.objects[i];
		if (!str_equal(object_kind(o), STR("CustomResourceDefinition")) ||
		    schemas_add_crd(c->schemas, o, &err) == 0)
			continue;
		struct node *at = arena_copy(c->arena, o, sizeof(*o));
		if (err.position)
			at->position = err.position;
		findings_about(c->findings, object_label_text(c->arena, o));
		finding_add(c->findings, &check_rules[RULE_CRD], at, "%s", err.text);
		if (err.hint[0])
			finding_hint(c->findings, "%s", err.hint);
	}
}

static struct str folder_of(struct check *c, const struct node *root)
{
	struct str path = docset_path(c->composition->render.set, root->position);
	ptrdiff_t slash = str_find_last_char(path, '/');

	return slash < 0 ? STR("") : str_sub(path, 0, (size_t)slash);
}

static void tell_twice(struct check *c, const struct check_object *first,
		       const struct check_object *second)
{
	bool across = !str_equal(first->part, second->part);
	struct str folder = folder_of(c, first->root), other = folder_of(c, second->root);

	if (!across && !str_equal(folder, other))
		return; /* files of different folders are alternatives, as often as not */
	enum check_rule rule = across ? RULE_APPLIED_TWICE : RULE_DUPLICATE_OBJECT;
	const struct node *name = node_at(second->root, "metadata.name");

	findings_about(c->findings, second->label);
	if (across)
		finding_add(c->findings, &check_rules[rule], name,
			    "'%.*s' is applied by '%.*s' and by '%.*s'", STR_FMT(second->label),
			    STR_FMT(first->part), STR_FMT(second->part));
	else
		finding_add(c->findings, &check_rules[rule], name, "'%.*s' is there twice",
			    STR_FMT(second->label));
	finding_hint(c->findings, "keep one of them, or rename it");
}

static void add_object(struct check *c, const struct node *root, struct str part)
{
	struct gvk gvk = object_gvk(root);
	const struct kind *kind = schemas_kind(c->schemas, gvk, NULL);
	struct check_object o = {
		.root = root,
		.gvk = gvk,
		.kind = kind ? kind : schemas_kind_any_version(c->schemas, gvk.group, gvk.kind),
		.label = object_label_text(c->arena, root),
		.part = part,
	};

	o.key = effective_key(root, o.kind);
	VEC_PUSH(c->arena, &c->objects, o);
}

static void add_objects(struct check *c)
{
	const struct composition *x = c->composition;

	for (uint32_t p = 0; p < x->parts.count; p++) {
		const struct compose_part *part = &x->parts.items[p];
		assert(part->first + part->count <= x->render.count);
		for (uint32_t i = 0; i < part->count; i++)
			add_object(c, x->render.objects[part->first + i], part->label);
	}
	/* The array stands still from here on. */
	for (uint32_t i = 0; i < c->objects.count; i++) {
		struct check_object *o = &c->objects.items[i];
		if (!o->key.name.len)
			continue;
		struct str id = id_text(c->arena, o->gvk.group, o->gvk.kind, o->key);
		const struct check_object *before = map_put(&c->by_id, id, o);
		if (before)
			tell_twice(c, before, o);
	}
}

const struct check_object *check_find(const struct check *c, const char *group, const char *kind,
				      struct key key)
{
	SCRATCH(scratch);
	return map_get(&c->by_id, id_text(scratch, str_from_cstr(group), str_from_cstr(kind), key));
}

/* Pods */

static void add_pods(struct check *c, const struct check_object *o)
{
	struct check_pods pods = { .owner = o,
				   .labels = workload_pod_labels(o->root),
				   .spec = workload_pod_spec(o->root) };

	if (workload_is(o->root))
		VEC_PUSH(c->arena, &c->pods, pods);
}

/* The label that Flagger gives a suffix: the first of these in the selector. */
static const struct node *primary_labels(struct check *c, const struct check_object *target,
					 const struct node *labels)
{
	static const char *const names[] = { "app", "name", "app.kubernetes.io/name" };
	const struct node *selector = node_at(target->root, "spec.selector.matchLabels");

	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		struct str name = str_from_cstr(names[i]);
		struct str value = node_text(node_get(selector, name));
		if (!value.len)
			continue;
		value = str_concat(c->arena, value, STR("-primary"));
		return node_with(c->arena, labels, name, node_str(c->arena, value));
	}
	return labels;
}

static void add_primary(struct check *c, const struct check_object *canary)
{
	struct key key = { canary->key.namespace,
			   node_str_at(canary->root, "spec.targetRef.name") };
	struct str kind = node_str_at(canary->root, "spec.targetRef.kind");

	for (uint32_t i = 0; i < c->pods.count; i++) {
		struct check_pods pods = c->pods.items[i];
		if (!key_equal(pods.owner->key, key) || !str_equal(pods.owner->gvk.kind, kind))
			continue;
		pods.labels = primary_labels(c, pods.owner, pods.labels);
		pods.is_primary = true;
		VEC_PUSH(c->arena, &c->pods, pods);
		return;
	}
}

static struct str label_id(struct arena *arena, struct str namespace, const struct entry *label)
{
	return str_printf(arena, "%.*s/%.*s=%.*s", STR_FMT(namespace),
			  STR_FMT(node_text(label->key)), STR_FMT(node_text(label->value)));
}

static void list_pods(struct check *c, struct map *lists, struct str key, struct check_pods *pods)
{
	struct check_pods_list **list = (struct check_pods_list **)map_slot(lists, key);

	if (!*list)
		*list = arena_one(c->arena, struct check_pods_list);
	VEC_PUSH(c->arena, &(*list)->items, pods);
}

static void index_pods(struct check *c)
{
	for (uint32_t i = 0; i < c->objects.count; i++)
		add_pods(c, &c->objects.items[i]);
	for (uint32_t i = 0; i < c->objects.count; i++)
		if (str_equal(c->objects.items[i].gvk.kind, STR("Canary")))
			add_primary(c, &c->objects.items[i]);
	for (uint32_t i = 0; i < c->pods.count; i++) {
		struct check_pods *pods = &c->pods.items[i];
		const struct node *labels = pods->labels;
		list_pods(c, &c->pods_of, pods->owner->key.namespace, pods);
		for (uint32_t l = 0; l < node_entry_count(labels); l++)
			list_pods(c, &c->pods_with,
				  label_id(c->arena, pods->owner->key.namespace,
					   node_entry(labels, l)),
				  pods);
	}
}

const struct check_pods_list *check_pods_of(const struct check *c, struct str namespace)
{
	static const struct check_pods_list none;
	const struct check_pods_list *list = map_get(&c->pods_of, namespace);
	return list ? list : &none;
}

const struct check_pods_list *check_pods_near(const struct check *c, struct str namespace,
					      const struct node *map)
{
	static const struct check_pods_list none;
	SCRATCH(scratch);

	if (!node_entry_count(map))
		return check_pods_of(c, namespace);
	const struct check_pods_list *list =
		map_get(&c->pods_with, label_id(scratch, namespace, node_entry(map, 0)));
	return list ? list : &none;
}

const struct check_pods *check_match_map(const struct check *c, struct str namespace,
					 const struct node *map)
{
	const struct check_pods_list *list = check_pods_near(c, namespace, map);

	for (uint32_t i = 0; i < list->items.count; i++)
		if (labels_match_map(map, list->items.items[i]->labels))
			return list->items.items[i];
	return NULL;
}

const struct check_pods *check_match_selector(const struct check *c, struct str namespace,
					      const struct node *selector)
{
	const struct check_pods_list *list =
		check_pods_near(c, namespace, node_get(selector, STR("matchLabels")));

	for (uint32_t i = 0; i < list->items.count; i++)
		if (labels_match(selector, list->items.items[i]->labels))
			return list->items.items[i];
	return NULL;
}

/* Services */

static void add_canary_services(struct check *c, const struct check_object *o)
{
	static const char *const suffixes[] = { "", "-primary", "-canary" };
	struct str name = node_str_at(o->root, "spec.service.name");

	if (!name.len)
		name = node_str_at(o->root, "spec.targetRef.name");
	for (size_t i = 0; i < ARRAY_COUNT(suffixes); i++) {
		struct str full = str_printf(c->arena, "%.*s%s", STR_FMT(name), suffixes[i]);
		struct check_service service = { .owner = o,
						 .key = { o->key.namespace, full },
						 .port = node_int_at(o->root, "spec.service.port",
								     0) };
		VEC_PUSH(c->arena, &c->services, service);
	}
}

static void index_services(struct check *c)
{
	for (uint32_t i = 0; i < c->objects.count; i++) {
		const struct check_object *o = &c->objects.items[i];
		if (str_equal(o->gvk.kind, STR("Canary")))
			add_canary_services(c, o);
		if (!str_equal(o->gvk.kind, STR("Service")) || o->gvk.group.len)
			continue;
		struct check_service service = { .owner = o,
						 .key = o->key,
						 .ports = node_at(o->root, "spec.ports"),
						 .selector = node_at(o->root, "spec.selector") };
		VEC_PUSH(c->arena, &c->services, service);
	}
	for (uint32_t i = 0; i < c->services.count; i++) {
		struct check_service *s = &c->services.items[i];
		map_put(&c->by_service, key_text(c->arena, s->key), s);
	}
}

const struct check_service *check_find_service(const struct check *c, struct key key)
{
	SCRATCH(scratch);
	return map_get(&c->by_service, key_text(scratch, key));
}

bool check_has_port(const struct check_service *service, const struct node *port)
{
	int64_t number = 0, own = 0;
	bool is_number = node_int64(port, &number);

	if (!port || (!service->ports && !service->port))
		return true;
	if (!service->ports)
		return !is_number || number == service->port;
	for (uint32_t i = 0; i < node_item_count(service->ports); i++) {
		const struct node *p = node_item(service->ports, i);
		own = node_int_at(p, "port", 0);
		if (is_number ? own == number : str_equal(node_str_at(p, "name"), node_text(port)))
			return true;
	}
	return false;
}

/* Namespaces */

static void index_namespaces(struct check *c)
{
	for (uint32_t i = 0; i < c->objects.count; i++) {
		const struct check_object *o = &c->objects.items[i];
		struct str target = node_str_at(o->root, "spec.targetNamespace");
		if (str_equal(o->gvk.kind, STR("Namespace")) && !o->gvk.group.len)
			map_put(&c->namespaces, o->key.name, c);
		if (str_equal(o->gvk.kind, STR("HelmRelease")))
			map_put(&c->filled, target.len ? target : o->key.namespace, c);
	}
}

bool check_holds_namespace(const struct check *c, struct str namespace)
{
	return map_get(&c->namespaces, namespace) && !map_get(&c->filled, namespace);
}

void check_missing(struct check *c, enum check_rule rule, const struct node *at,
		   struct str namespace, const char *format, ...)
{
	struct buf text;
	va_list args;

	buf_init(&text, c->arena);
	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	finding_add(c->findings, &check_rules[rule], at, "%.*s", STR_FMT(buf_str(&text)));
	if (!check_holds_namespace(c, namespace))
		finding_soften(c->findings, SEVERITY_WARNING);
}

/* Sources that other objects make */

static void index_artifacts(struct check *c, const struct check_object *o)
{
	const struct node *list = node_at(o->root, "spec.artifacts");

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		struct key key = { o->key.namespace, node_str_at(node_item(list, i), "name") };
		map_put(&c->made, id_text(c->arena, STR(""), STR("ExternalArtifact"), key), c);
	}
}

static void index_made(struct check *c)
{
	for (uint32_t i = 0; i < c->objects.count; i++) {
		const struct check_object *o = &c->objects.items[i];
		const struct node *sync = flux_sync(o->root);
		if (str_equal(o->gvk.kind, STR("ArtifactGenerator")))
			index_artifacts(c, o);
		if (sync)
			map_put(&c->made,
				id_text(c->arena, STR(""), node_str_at(sync, "kind"),
					flux_sync_key(o->root)),
				c);
	}
}

bool check_is_made(const struct check *c, const char *kind, struct key key)
{
	SCRATCH(scratch);
	return map_get(&c->made, id_text(scratch, STR(""), str_from_cstr(kind), key));
}

void check_suggest(struct check *c, const char *group, const char *kind, struct key key)
{
	struct suggest suggest = suggest_start(key.name);

	for (uint32_t i = 0; i < c->objects.count; i++) {
		const struct check_object *o = &c->objects.items[i];
		if (str_equal(o->gvk.kind, str_from_cstr(kind)) &&
		    str_equal(o->gvk.group, str_from_cstr(group)) &&
		    str_equal(o->key.namespace, key.namespace))
			suggest_offer(&suggest, o->key.name);
	}
	if (suggest.best.ptr)
		finding_hint(c->findings, "did you mean '%.*s'?", STR_FMT(suggest.best));
	else
		finding_hint(c->findings,
			     "add the %s '%.*s' to namespace '%.*s', or correct the name", kind,
			     STR_FMT(key.name), STR_FMT(key.namespace));
}

void check_index(struct check *c, const struct composition *composition, struct findings *findings)
{
	struct arena *arena = composition->render.arena;

	*c = (struct check){ .composition = composition,
			     .arena = arena,
			     .schemas = schemas_new(arena),
			     .findings = findings };
	map_init(&c->by_id, arena);
	map_init(&c->by_service, arena);
	map_init(&c->by_data, arena);
	map_init(&c->by_host, arena);
	map_init(&c->rules_of, arena);
	map_init(&c->pods_of, arena);
	map_init(&c->pods_with, arena);
	map_init(&c->namespaces, arena);
	map_init(&c->filled, arena);
	map_init(&c->made, arena);
	map_init(&c->unseen, arena);
	add_crds(c);
	add_objects(c);
	index_pods(c);
	index_services(c);
	index_namespaces(c);
	index_made(c);
}
