/* security - security contexts of containers and pods */
#include "base/arena.h"
#include "doc/json.h"
#include "kube/validate/pod.h"

enum { ID_MAX = INT32_MAX, SYSCTL_MAX = 253 };

static void check_ids(struct field_errors *errors, const struct field_path *path,
		      const struct node *context, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct str name = str_from_cstr(names[i]);
		field_check_range(errors, FIELD_OF(path, name), node_get(context, name), 0, ID_MAX);
	}
}

/* A struct as Go prints it: the names of its fields for the keys, null for what is absent. */
struct go_field {
	const char *key, *name;
	const struct go_field *fields; /* of a struct; NULL: as it stands */
};

static const struct go_field seccomp_fields[] = {
	{ "type", "Type", NULL },
	{ "localhostProfile", "LocalhostProfile", NULL },
	{},
};

static const struct go_field capabilities_fields[] = {
	{ "add", "Add", NULL },
	{ "drop", "Drop", NULL },
	{},
};

static const struct go_field context_fields[] = {
	{ "capabilities", "Capabilities", capabilities_fields },
	{ "privileged", "Privileged", NULL },
	{ "seLinuxOptions", "SELinuxOptions", NULL },
	{ "windowsOptions", "WindowsOptions", NULL },
	{ "runAsUser", "RunAsUser", NULL },
	{ "runAsGroup", "RunAsGroup", NULL },
	{ "runAsNonRoot", "RunAsNonRoot", NULL },
	{ "readOnlyRootFilesystem", "ReadOnlyRootFilesystem", NULL },
	{ "allowPrivilegeEscalation", "AllowPrivilegeEscalation", NULL },
	{ "procMount", "ProcMount", NULL },
	{ "seccompProfile", "SeccompProfile", seccomp_fields },
	{ "appArmorProfile", "AppArmorProfile", NULL },
	{},
};

static void write_go_struct(struct buf *out, const struct node *map, const struct go_field *fields);

static void write_go_value(struct buf *out, const struct node *n, const struct go_field *fields)
{
	if (!n)
		buf_add(out, STR("null"));
	else if (fields)
		write_go_struct(out, n, fields);
	else
		json_write(out, n, 0);
}

static void write_go_struct(struct buf *out, const struct node *map, const struct go_field *fields)
{
	for (const struct go_field *f = fields; f->key; f++) {
		buf_printf(out, "%s\"%s\":", f == fields ? "{" : ",", f->name);
		write_go_value(out, node_get(map, str_from_cstr(f->key)), f->fields);
	}
	buf_add_char(out, '}');
}

static struct str go_struct_text(struct arena *arena, const struct node *map,
				 const struct go_field *fields)
{
	struct buf buf;

	buf_init(&buf, arena);
	write_go_struct(&buf, map, fields);
	return buf_str(&buf);
}

static void check_seccomp(struct field_errors *errors, const struct field_path *path,
			  const struct node *context)
{
	const struct node *profile = node_get(context, STR("seccompProfile"));
	bool is_local = str_equal(node_str_at(profile, "type"), STR("Localhost"));
	const struct node *file = node_get(profile, STR("localhostProfile"));

	if (is_local && !node_text(file).len)
		field_fault(errors, FIELD(path, "seccompProfile.localhostProfile"), FIELD_REQUIRED,
			    profile, "must be set when seccomp type is Localhost");
	else if (profile && !is_local && file)
		field_fault_text(errors, FIELD(path, "seccompProfile.localhostProfile"),
				 FIELD_INVALID, file,
				 go_struct_text(errors->arena, profile, seccomp_fields),
				 "can only be set when seccomp type is Localhost");
}

static bool adds_admin(const struct node *context)
{
	const struct node *add = node_at(context, "capabilities.add");

	for (uint32_t i = 0; i < node_item_count(add); i++)
		if (str_equal(node_text(node_item(add, i)), STR("CAP_SYS_ADMIN")))
			return true;
	return false;
}

void validate_container_security(struct field_errors *errors, const struct field_path *path,
				 const struct node *container, const struct node *spec)
{
	static const char *const ids[] = { "runAsUser", "runAsGroup" };
	const struct node *context = node_get(container, STR("securityContext"));
	const struct node *proc = node_get(context, STR("procMount"));
	const char *fault = NULL;

	if (!context)
		return;
	check_ids(errors, path, context, ids, ARRAY_COUNT(ids));
	field_check_words(errors, FIELD(path, "procMount"), proc, "Default Unmasked");
	if (str_equal(node_text(proc), STR("Unmasked")) && node_bool_at(spec, "hostUsers", true))
		field_fault(errors, FIELD(path, "procMount"), FIELD_INVALID, proc,
			    "`hostUsers` must be false to use `Unmasked`");
	check_seccomp(errors, path, context);
	if (node_bool_at(context, "allowPrivilegeEscalation", true))
		return;
	if (node_bool_at(context, "privileged", false))
		fault = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true";
	else if (adds_admin(context))
		fault = "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` "
			"CAP_SYS_ADMIN";
	if (fault)
		field_fault_text(errors, path, FIELD_INVALID, context,
				 go_struct_text(errors->arena, context, context_fields), fault);
}

/* ([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])? */
static bool is_sysctl(struct str name)
{
	bool at_start = true, at_end = false;

	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];
		bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
		bool cut = c == '.' || c == '/';
		if ((cut && !at_end) || (!word && !cut && c != '-' && c != '_') ||
		    (at_start && !word))
			return false;
		at_start = cut;
		at_end = word;
	}
	return at_end && name.len <= SYSCTL_MAX;
}

static struct str check_sysctl(struct str name)
{
	if (is_sysctl(name))
		return STR_NONE;
	return STR("must have at most 253 characters and match regex "
		   "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$");
}

static void check_sysctls(struct field_errors *errors, const struct field_path *path,
			  const struct node *context)
{
	const struct node *list = node_get(context, STR("sysctls"));

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct field_path *item = ITEM(FIELD(path, "sysctls"), i);
		field_require(errors, item, node_item(list, i), "name");
		if (node_str_at(node_item(list, i), "name").len)
			field_check_text(errors, FIELD(item, "name"),
					 node_get(node_item(list, i), STR("name")), check_sysctl);
	}
}

static void check_host_ports(struct field_errors *errors, const struct field_path *path,
			     const struct node *containers)
{
	for (uint32_t i = 0; i < node_item_count(containers); i++) {
		const struct node *ports = node_get(node_item(containers, i), STR("ports"));
		for (uint32_t p = 0; p < node_item_count(ports); p++) {
			const struct node *port = node_item(ports, p);
			int64_t host = node_int_at(port, "hostPort", 0);
			const struct field_path *at = ITEM(FIELD(ITEM(path, i), "ports"), p);
			if (host && host != node_int_at(port, "containerPort", 0))
				field_fault(errors, FIELD(at, "hostPort"), FIELD_INVALID,
					    node_get(port, STR("hostPort")),
					    "must match `containerPort` when `hostNetwork` is "
					    "true");
		}
	}
}

void validate_pod_security(struct field_errors *errors, const struct field_path *path,
			   const struct node *spec)
{
	static const char *const ids[] = { "fsGroup", "runAsUser", "runAsGroup" };
	const struct node *context = node_get(spec, STR("securityContext"));
	const struct node *groups = node_get(context, STR("supplementalGroups"));
	const struct node *share = node_get(spec, STR("shareProcessNamespace"));
	const struct field_path *at = FIELD(path, "securityContext");

	if (node_bool_at(spec, "hostNetwork", false))
		check_host_ports(errors, FIELD(path, "containers"),
				 node_get(spec, STR("containers")));
	check_ids(errors, at, context, ids, ARRAY_COUNT(ids));
	for (uint32_t i = 0; i < node_item_count(groups); i++)
		field_check_range(errors, ITEM(FIELD(at, "supplementalGroups"), i),
				  node_item(groups, i), 0, ID_MAX);
	if (node_bool_at(spec, "hostPID", false) &&
	    node_bool_at(spec, "shareProcessNamespace", false))
		field_fault(errors, FIELD(at, "shareProcessNamespace"), FIELD_INVALID, share,
			    "ShareProcessNamespace and HostPID cannot both be enabled");
	check_sysctls(errors, at, context);
	field_check_words(errors, FIELD(at, "fsGroupChangePolicy"),
			  node_get(context, STR("fsGroupChangePolicy")), "Always OnRootMismatch");
	check_seccomp(errors, at, context);
}
