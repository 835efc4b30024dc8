/* containers - names, images, ports, variables and mounts of containers */
#include "base/arena.h"
#include "base/map.h"
#include "kube/names.h"
#include "kube/validate/pod.h"

enum { PORT_MAX = 65535 };

/* Ports */

static void check_port_name(struct field_errors *errors, const struct field_path *path,
			    const struct node *name, struct map *seen)
{
	struct str text = node_text(name);

	if (!text.len)
		return;
	if (validate_port_name(errors, path, name) && map_put(seen, text, seen))
		field_fault(errors, path, FIELD_DUPLICATE, name, NULL);
}

static void check_ports(struct field_errors *errors, const struct field_path *path,
			const struct node *ports)
{
	struct map seen;

	map_init(&seen, errors->arena);
	for (uint32_t i = 0; i < node_item_count(ports); i++) {
		const struct node *port = node_item(ports, i);
		const struct field_path *item = ITEM(path, i);
		const struct node *number = node_get(port, STR("containerPort"));
		const struct node *host = node_get(port, STR("hostPort"));
		check_port_name(errors, FIELD(item, "name"), node_get(port, STR("name")), &seen);
		if (node_int_at(port, "containerPort", 0) == 0)
			field_fault(errors, FIELD(item, "containerPort"), FIELD_REQUIRED, port,
				    NULL);
		else
			field_check_range(errors, FIELD(item, "containerPort"), number, 1,
					  PORT_MAX);
		if (node_int_at(port, "hostPort", 0))
			field_check_range(errors, FIELD(item, "hostPort"), host, 1, PORT_MAX);
	}
}

/* Each host port of a pod is used once, by protocol and address. */
static void check_host_ports(struct field_errors *errors, const struct field_path *path,
			     const struct node *containers)
{
	struct map seen;

	map_init(&seen, errors->arena);
	for (uint32_t i = 0; i < node_item_count(containers); i++) {
		const struct node *ports = node_get(node_item(containers, i), STR("ports"));
		for (uint32_t p = 0; p < node_item_count(ports); p++) {
			const struct node *port = node_item(ports, p);
			struct str protocol = node_str_at(port, "protocol");
			int64_t number = node_int_at(port, "hostPort", 0);
			if (!number)
				continue;
			struct str text =
				str_printf(errors->arena, "\"%.*s/%.*s/%lld\"",
					   STR_FMT(protocol.len ? protocol : STR("TCP")),
					   STR_FMT(node_str_at(port, "hostIP")), (long long)number);
			const struct field_path *at = ITEM(FIELD(ITEM(path, i), "ports"), p);
			if (map_put(&seen, text, &seen))
				field_fault_text(errors, FIELD(at, "hostPort"), FIELD_DUPLICATE,
						 port, text, "");
		}
	}
}

/* Variables */

/* Fields that a variable may take its value from. */
#define FIELD_PATHS                                                                                \
	"metadata.name metadata.namespace metadata.uid spec.nodeName spec.serviceAccountName "     \
	"status.hostIP status.hostIPs status.podIP status.podIPs"

/* The maps as a whole are fields, but not of variables. */
static bool is_field_path(struct str path)
{
	return field_is_one_of(path, FIELD_PATHS " metadata.annotations metadata.labels") ||
	       str_starts(path, STR("metadata.annotations['")) ||
	       str_starts(path, STR("metadata.labels['"));
}

static void check_field_ref(struct field_errors *errors, const struct field_path *path,
			    const struct node *ref)
{
	const struct node *field = node_get(ref, STR("fieldPath"));

	if (!node_text(field).len)
		field_fault(errors, FIELD(path, "fieldPath"), FIELD_REQUIRED, ref, NULL);
	else if (!is_field_path(node_text(field)))
		field_fault(errors, FIELD(path, "fieldPath"), FIELD_INVALID, field,
			    "error converting fieldPath: field label not supported: %.*s",
			    STR_FMT(node_text(field)));
	else if (str_find_char(node_text(field), '[') < 0)
		field_check_words(errors, FIELD(path, "fieldPath"), field, FIELD_PATHS);
}

static void check_resource_ref(struct field_errors *errors, const struct field_path *path,
			       const struct node *ref)
{
	const struct node *resource = node_get(ref, STR("resource"));

	field_require(errors, path, ref, "resource");
	if (str_contains(node_text(resource), STR("hugepages-")))
		return;
	field_check_words(errors, FIELD(path, "resource"), resource,
			  "limits.cpu limits.ephemeral-storage limits.memory requests.cpu "
			  "requests.ephemeral-storage requests.memory");
}

static void check_key_ref(struct field_errors *errors, const struct field_path *path,
			  const struct node *ref)
{
	const struct node *name = node_get(ref, STR("name")), *key = node_get(ref, STR("key"));
	struct str fault = names_check_dns1123_subdomain(node_text(name));

	if (fault.len)
		field_fault_text(errors, FIELD(path, "name"), FIELD_INVALID, name ? name : ref,
				 str_printf(errors->arena, "\"%.*s\"", STR_FMT(node_text(name))),
				 fault.ptr);
	if (!node_text(key).len)
		field_fault(errors, FIELD(path, "key"), FIELD_REQUIRED, ref, NULL);
	else
		field_check_text(errors, FIELD(path, "key"), key, names_check_config_key);
}

static const struct {
	struct str name;
	void (*check)(struct field_errors *errors, const struct field_path *path,
		      const struct node *ref);
} value_sources[] = {
	{ STR_INIT("fieldRef"), check_field_ref },
	{ STR_INIT("resourceFieldRef"), check_resource_ref },
	{ STR_INIT("configMapKeyRef"), check_key_ref },
	{ STR_INIT("secretKeyRef"), check_key_ref },
	{ STR_INIT("fileKeyRef"), NULL },
};

static void check_value_from(struct field_errors *errors, const struct field_path *path,
			     const struct node *env)
{
	const struct node *from = node_get(env, STR("valueFrom"));
	const char *fault = NULL;
	int count = 0;

	if (node_is_null(from))
		return;
	for (size_t i = 0; i < ARRAY_COUNT(value_sources); i++) {
		const struct node *source = node_get(from, value_sources[i].name);
		if (node_is_null(source))
			continue;
		count++;
		if (value_sources[i].check)
			value_sources[i].check(errors, FIELD_OF(path, value_sources[i].name),
					       source);
	}
	if (!count)
		fault = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, "
			"`secretKeyRef` or `fileKeyRef`";
	else if (node_str_at(env, "value").len)
		fault = "may not be specified when `value` is not empty";
	else if (count > 1)
		fault = "may not have more than one field specified at a time";
	if (fault)
		field_fault_text(errors, path, FIELD_INVALID, from, STR("\"\""), fault);
}

static void check_env(struct field_errors *errors, const struct field_path *path,
		      const struct node *list)
{
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *env = node_item(list, i);
		const struct field_path *item = ITEM(path, i);
		field_require(errors, item, env, "name");
		field_check_text(errors, FIELD(item, "name"), node_get(env, STR("name")),
				 validate_env_name);
		check_value_from(errors, FIELD(item, "valueFrom"), env);
	}
}

static void check_env_from(struct field_errors *errors, const struct field_path *path,
			   const struct node *list)
{
	static const struct str sources[] = { STR_INIT("configMapRef"), STR_INIT("secretRef") };

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *from = node_item(list, i);
		const struct field_path *item = ITEM(path, i);
		int count = 0;
		field_check_text(errors, FIELD(item, "prefix"), node_get(from, STR("prefix")),
				 validate_env_name);
		for (size_t s = 0; s < ARRAY_COUNT(sources); s++) {
			const struct node *ref = node_get(from, sources[s]);
			const struct field_path *at = FIELD_OF(item, sources[s]);
			if (node_is_null(ref))
				continue;
			count++;
			field_require(errors, at, ref, "name");
			if (node_str_at(ref, "name").len)
				field_check_text(errors, FIELD(at, "name"),
						 node_get(ref, STR("name")),
						 names_check_dns1123_subdomain);
		}
		if (count != 1)
			field_fault_text(errors, path, FIELD_INVALID, from, STR("\"\""),
					 count ? "may not have more than one field specified at a "
						 "time"
					       : "must specify one of: `configMapRef` or "
						 "`secretRef`");
	}
}

/* Mounts */

static void check_mount_paths(struct field_errors *errors, const struct field_path *path,
			      const struct field_path *item, const struct node *mount)
{
	const struct node *sub = node_get(mount, STR("subPath"));
	const struct node *expression = node_get(mount, STR("subPathExpr"));

	validate_descending_path(errors, FIELD(path, "subPath"), sub);
	if (!node_text(expression).len)
		return;
	if (node_text(sub).len)
		field_fault(errors, FIELD(item, "subPathExpr"), FIELD_INVALID, expression,
			    "subPathExpr and subPath are mutually exclusive");
	validate_descending_path(errors, FIELD(path, "subPathExpr"), expression);
}

static void check_propagation(struct field_errors *errors, const struct field_path *path,
			      const struct node *container, const struct node *mount)
{
	const struct node *mode = node_get(mount, STR("mountPropagation"));

	field_check_words(errors, path, mode, "Bidirectional HostToContainer None");
	if (str_equal(node_text(mode), STR("Bidirectional")) &&
	    !node_bool_at(container, "securityContext.privileged", false))
		field_fault(errors, path, FIELD_FORBIDDEN, mode,
			    "Bidirectional mount propagation is available only to privileged "
			    "containers");
}

static void check_mounts(struct field_errors *errors, const struct field_path *path,
			 const struct node *container, const struct map *volumes)
{
	const struct node *mounts = node_get(container, STR("volumeMounts"));
	struct map seen;

	map_init(&seen, errors->arena);
	for (uint32_t i = 0; i < node_item_count(mounts); i++) {
		const struct node *mount = node_item(mounts, i);
		const struct field_path *item = ITEM(path, i);
		const struct node *name = node_get(mount, STR("name"));
		const struct node *target = node_get(mount, STR("mountPath"));
		field_require(errors, item, mount, "name");
		if (!map_get(volumes, node_text(name)))
			field_fault_text(
				errors, FIELD(item, "name"), FIELD_NOT_FOUND, name ? name : mount,
				str_printf(errors->arena, "\"%.*s\"", STR_FMT(node_text(name))),
				"");
		field_require(errors, item, mount, "mountPath");
		if (target && map_put(&seen, node_text(target), &seen))
			field_fault(errors, FIELD(item, "mountPath"), FIELD_INVALID, target,
				    "must be unique");
		check_mount_paths(errors, path, item, mount);
		check_propagation(errors, FIELD(path, "mountPropagation"), container, mount);
	}
}

/* Containers */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void check_image(struct field_errors *errors, const struct field_path *path,
			const struct node *container)
{
	const struct node *image = node_get(container, STR("image"));
	struct str text = node_text(image);

	field_require(errors, path, container, "image");
	if (text.len && (is_blank(text.ptr[0]) || is_blank(text.ptr[text.len - 1])))
		field_fault(errors, FIELD(path, "image"), FIELD_INVALID, image,
			    "must not have leading or trailing whitespace");
}

static void check_resize(struct field_errors *errors, const struct field_path *path,
			 const struct node *list)
{
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *policy = node_item(list, i);
		field_check_words(errors, path, node_get(policy, STR("resourceName")),
				  "cpu memory");
		field_check_words(errors, path, node_get(policy, STR("restartPolicy")),
				  "NotRequired RestartContainer");
	}
}

/* What is the same for all kinds of containers. */
static void check_container(struct field_errors *errors, const struct field_path *path,
			    const struct node *container, const struct node *spec,
			    const struct map *volumes)
{
	const struct node *name = node_get(container, STR("name"));

	field_require(errors, path, container, "name");
	if (node_text(name).len)
		field_check_text(errors, FIELD(path, "name"), name, names_check_dns1123_label);
	check_image(errors, path, container);
	check_ports(errors, FIELD(path, "ports"), node_get(container, STR("ports")));
	check_env(errors, FIELD(path, "env"), node_get(container, STR("env")));
	check_env_from(errors, FIELD(path, "envFrom"), node_get(container, STR("envFrom")));
	check_mounts(errors, FIELD(path, "volumeMounts"), container, volumes);
	validate_resources(errors, FIELD(path, "resources"), node_get(container, STR("resources")));
	check_resize(errors, FIELD(path, "resizePolicy"), node_get(container, STR("resizePolicy")));
	validate_container_security(errors, FIELD(path, "securityContext"), container, spec);
}

static void check_unique_name(struct field_errors *errors, const struct field_path *path,
			      const struct node *container, struct map *names)
{
	const struct node *name = node_get(container, STR("name"));

	if (name && map_put(names, node_text(name), names))
		field_fault(errors, FIELD(path, "name"), FIELD_DUPLICATE, name, NULL);
}

/* Init containers run to their end; one that runs on (restartPolicy: Always) is like the others. */
static void check_init_container(struct field_errors *errors, const struct field_path *path,
				 const struct node *container, int64_t grace_s)
{
	static const struct str fields[] = { STR_INIT("lifecycle"), STR_INIT("livenessProbe"),
					     STR_INIT("readinessProbe"), STR_INIT("startupProbe") };

	if (str_equal(node_str_at(container, "restartPolicy"), STR("Always"))) {
		validate_probes(errors, path, container, grace_s);
		return;
	}
	for (size_t i = 0; i < ARRAY_COUNT(fields); i++) {
		const struct node *n = node_get(container, fields[i]);
		if (!node_is_null(n))
			field_fault(errors, FIELD_OF(path, fields[i]), FIELD_FORBIDDEN, n,
				    "may not be set for init containers without "
				    "restartPolicy=Always");
	}
}

void validate_containers(struct field_errors *errors, const struct field_path *path,
			 const struct node *spec)
{
	enum { GRACE_DEFAULT_S = 30 };
	const struct node *list = node_get(spec, STR("containers"));
	const struct node *inits = node_get(spec, STR("initContainers"));
	int64_t grace_s = node_int_at(spec, "terminationGracePeriodSeconds", GRACE_DEFAULT_S);
	const struct field_path *at = FIELD(path, "containers");
	const struct field_path *init_at = FIELD(path, "initContainers");
	struct map names, volumes;

	map_init(&names, errors->arena);
	validate_volume_names(errors->arena, node_get(spec, STR("volumes")), &volumes);
	if (!node_item_count(list))
		field_fault(errors, at, FIELD_REQUIRED, list ? list : spec, NULL);
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct field_path *item = ITEM(at, i);
		check_container(errors, item, node_item(list, i), spec, &volumes);
		check_unique_name(errors, item, node_item(list, i), &names);
		validate_probes(errors, item, node_item(list, i), grace_s);
	}
	check_host_ports(errors, at, list);
	for (uint32_t i = 0; i < node_item_count(inits); i++) {
		const struct field_path *item = ITEM(init_at, i);
		check_container(errors, item, node_item(inits, i), spec, &volumes);
		check_unique_name(errors, item, node_item(inits, i), &names);
		check_init_container(errors, item, node_item(inits, i), grace_s);
	}
}
