/* storage - ConfigMaps, Secrets, claims, volumes and storage classes */
#include "base/arena.h"
#include "base/base64.h"
#include "doc/make.h"
#include "kube/names.h"
#include "kube/object.h"
#include "kube/quantity.h"
#include "kube/validate/inside.h"

enum { DATA_BYTES_MAX = 1 << 20 };

static const struct field_path spec_path = { NULL, STR_INIT("spec"), FIELD_PATH_NAME };

#define SPEC(name) FIELD(&spec_path, name)

/* Data */

static void check_keys(const struct kind_check *c, struct str field)
{
	const struct node *map = node_get(c->object, field);
	const struct node *binary = node_get(c->object, STR("binaryData"));
	bool is_data = str_equal(field, STR("data"));

	for (uint32_t i = 0; i < node_entry_count(map); i++) {
		const struct node *key = node_entry(map, i)->key;
		const struct field_path *at = MEMBER(FIELD_OF(NULL, field), node_text(key));
		struct str shown = field_quoted(c->errors->arena, node_text(key));
		struct str fault = names_check_config_key(node_text(key));
		if (fault.len)
			field_fault_text(c->errors, at, FIELD_INVALID, key, shown, fault.ptr);
		if (is_data && node_get(binary, node_text(key)))
			field_fault_text(c->errors, at, FIELD_INVALID, key, shown,
					 "duplicate of key present in binaryData");
	}
}

static size_t text_bytes(const struct node *map, bool is_base64)
{
	size_t bytes = 0;

	for (uint32_t i = 0; i < node_entry_count(map); i++) {
		size_t len = node_text(node_entry(map, i)->value).len;
		bytes += is_base64 ? len / 4 * 3 : len;
	}
	return bytes;
}

static bool is_nothing(const struct node *n)
{
	return !n || node_is_null(n) || (node_is_map(n) && !node_entry_count(n));
}

static void check_frozen(const struct kind_check *c)
{
	static const struct trusted_path paths[] = { TRUSTED_PATH_INIT("immutable"),
						     TRUSTED_PATH_INIT("data"),
						     TRUSTED_PATH_INIT("binaryData") };

	if (!node_bool_at(c->old, "immutable", false))
		return;
	for (size_t i = 0; i < ARRAY_COUNT(paths); i++) {
		const struct node *now = node_find(c->object, paths[i]);
		const struct node *before = node_find(c->old, paths[i]);
		bool same = !now || !before ? is_nothing(now) && is_nothing(before)
					    : node_equal(now, before);
		if (!same)
			field_error_add(c->errors, FIELD_FORBIDDEN, str_from_cstr(paths[i].path),
					now, "field is immutable when `immutable` is set");
	}
}

void validate_config_map(const struct kind_check *c)
{
	const struct node *data = node_get(c->object, STR("data"));
	const struct node *binary = node_get(c->object, STR("binaryData"));

	check_keys(c, STR("data"));
	check_keys(c, STR("binaryData"));
	if (text_bytes(data, false) + text_bytes(binary, true) > DATA_BYTES_MAX)
		field_error_add(c->errors, FIELD_TOO_LONG, STR("[]"), data,
				"may not be more than %d bytes", DATA_BYTES_MAX);
	check_frozen(c);
}

/* What a type of Secret must hold. */
static const struct {
	struct str type;
	struct str keys[2]; /* the second one may be absent */
	bool any;	    /* one of them is enough */
} secret_types[] = {
	{ STR_INIT("kubernetes.io/tls"), { STR_INIT("tls.crt"), STR_INIT("tls.key") }, false },
	{ STR_INIT("kubernetes.io/dockerconfigjson"), { STR_INIT(".dockerconfigjson") }, false },
	{ STR_INIT("kubernetes.io/dockercfg"), { STR_INIT(".dockercfg") }, false },
	{ STR_INIT("kubernetes.io/basic-auth"),
	  { STR_INIT("username"), STR_INIT("password") },
	  true },
	{ STR_INIT("kubernetes.io/ssh-auth"), { STR_INIT("ssh-privatekey") }, false },
};

static bool has_key(const struct kind_check *c, struct str key)
{
	return node_get(node_get(c->object, STR("data")), key) ||
	       node_get(node_get(c->object, STR("stringData")), key);
}

static void check_secret_type(const struct kind_check *c)
{
	struct str type = node_str_at(c->object, "type");
	const struct node *data = node_get(c->object, STR("data"));

	for (size_t i = 0; i < ARRAY_COUNT(secret_types); i++) {
		const struct str *keys = secret_types[i].keys;
		if (!str_equal(secret_types[i].type, type) ||
		    (secret_types[i].any && (has_key(c, keys[0]) || has_key(c, keys[1]))))
			continue;
		for (size_t k = 0; k < ARRAY_COUNT(secret_types[i].keys) && keys[k].len; k++)
			if (!has_key(c, keys[k]))
				field_fault(c->errors, MEMBER(FIELD(NULL, "data"), keys[k]),
					    FIELD_REQUIRED, data ? data : c->object, NULL);
	}
}

static bool is_json_start(struct str bytes)
{
	return str_starts(str_trim(bytes), STR("{"));
}

/* Secret values never stand in a message. */
static void check_docker_config(const struct kind_check *c)
{
	struct str name = STR(".dockerconfigjson"), bytes, text;
	const struct node *value = node_get(node_get(c->object, STR("data")), name);

	if (!str_equal(node_str_at(c->object, "type"), STR("kubernetes.io/dockerconfigjson")) ||
	    !base64_decode(c->errors->arena, node_text(value), 0, &bytes, NULL) ||
	    is_json_start(bytes) || !bytes.len)
		return;
	text = str_printf(c->errors->arena, "invalid character '%c' looking for beginning of value",
			  bytes.ptr[0]);
	field_fault_text(c->errors, MEMBER(FIELD(NULL, "data"), name), FIELD_INVALID, value,
			 STR("\"<secret contents redacted>\""), str_cstr(c->errors->arena, text));
}

void validate_secret(const struct kind_check *c)
{
	const struct node *data = node_get(c->object, STR("data"));
	struct str account = STR("kubernetes.io/service-account.name");

	check_keys(c, STR("data"));
	if (text_bytes(data, true) > DATA_BYTES_MAX)
		field_error_add(c->errors, FIELD_TOO_LONG, STR("data"), data,
				"may not be more than %d bytes", DATA_BYTES_MAX);
	check_secret_type(c);
	check_docker_config(c);
	if (str_equal(node_str_at(c->object, "type"), STR("kubernetes.io/service-account-token")) &&
	    !object_annotation(c->object, account).len)
		field_fault(c->errors, MEMBER(FIELD(NULL, "metadata.annotations"), account),
			    FIELD_REQUIRED, c->object, NULL);
	check_frozen(c);
}

/* Claims */

static const char access_modes[] = "ReadOnlyMany ReadWriteMany ReadWriteOnce ReadWriteOncePod";

static void check_access_modes(const struct kind_check *c, const char *missing)
{
	const struct node *modes = node_at(c->object, "spec.accessModes");
	bool has_single = false;

	if (!node_item_count(modes))
		field_fault(c->errors, SPEC("accessModes"), FIELD_REQUIRED,
			    modes ? modes : node_get(c->object, STR("spec")), missing ? "%s" : NULL,
			    missing);
	for (uint32_t i = 0; i < node_item_count(modes); i++) {
		const struct node *mode = node_item(modes, i);
		field_check_words(c->errors, SPEC("accessModes"), mode, access_modes);
		has_single = has_single || str_equal(node_text(mode), STR("ReadWriteOncePod"));
	}
	if (has_single && node_item_count(modes) > 1)
		field_fault(c->errors, SPEC("accessModes"), FIELD_FORBIDDEN, modes,
			    "may not use ReadWriteOncePod with other access modes");
}

/* What of a claim may change: its volume and class once, its size when it is bound. */
static const struct node *fixed_spec(const struct kind_check *c, const struct node *object)
{
	struct arena *arena = c->errors->arena;
	const struct node *spec = node_get(object, STR("spec"));

	if (!node_str_at(c->old, "spec.volumeName").len)
		spec = node_without(arena, spec, STR("volumeName"));
	if (!node_at(c->old, "spec.storageClassName"))
		spec = node_without(arena, spec, STR("storageClassName"));
	if (!str_equal(node_str_at(c->old, "status.phase"), STR("Bound")))
		return spec;
	spec = node_without(arena, spec, STR("volumeAttributesClassName"));
	return node_set(arena, spec, "resources.requests.storage", NULL);
}

static void check_claim_change(const struct kind_check *c)
{
	const struct node *size = node_at(c->object, "spec.resources.requests.storage");
	const struct node *before = node_at(c->old, "spec.resources.requests.storage");
	const struct node *capacity = node_at(c->old, "status.capacity.storage");

	if (!node_equal(fixed_spec(c, c->object), fixed_spec(c, c->old)))
		field_fault(c->errors, FIELD(NULL, "spec"), FIELD_FORBIDDEN,
			    node_get(c->object, STR("spec")),
			    "spec is immutable after creation except resources.requests and "
			    "volumeAttributesClassName for bound claims");
	if (size && before && capacity && quantity_milli(size, 0) < quantity_milli(before, 0) &&
	    quantity_milli(size, 0) <= quantity_milli(capacity, 0))
		field_fault(c->errors, FIELD(NULL, "spec.resources.requests.storage"),
			    FIELD_FORBIDDEN, size, "field can not be less than status.capacity");
}

void validate_claim(const struct kind_check *c)
{
	const struct node *spec = node_get(c->object, STR("spec"));
	const struct node *size = node_at(spec, "resources.requests.storage");
	const struct node *class = node_get(spec, STR("storageClassName"));

	validate_label_selector(c->errors, SPEC("selector"), node_get(spec, STR("selector")));
	check_access_modes(c, "at least 1 access mode is required");
	if (!size)
		field_fault(c->errors, SPEC("resources[storage]"), FIELD_REQUIRED, spec, NULL);
	else if (quantity_milli(size, 1) <= 0)
		field_fault_text(c->errors, SPEC("resources[storage]"), FIELD_INVALID, size,
				 field_quoted(c->errors->arena, node_text(size)),
				 "must be greater than zero");
	if (node_text(class).len)
		field_check_text(c->errors, SPEC("storageClassName"), class,
				 names_check_dns1123_subdomain);
	if (c->old)
		check_claim_change(c);
}

/* Volumes */

void validate_persistent_volume(const struct kind_check *c)
{
	static const char *const sources[] = {
		"hostPath",
		"nfs",
		"iscsi",
		"fc",
		"azureFile",
		"local",
		"csi",
		"cephfs",
		"azureDisk",
		"flexVolume",
		"gcePersistentDisk",
		"awsElasticBlockStore",
		"cinder",
		"flocker",
		"glusterfs",
		"photonPersistentDisk",
		"portworxVolume",
		"quobyte",
		"rbd",
		"scaleIO",
		"storageos",
		"vsphereVolume",
	};
	const struct node *spec = node_get(c->object, STR("spec"));
	const struct node *capacity = node_get(spec, STR("capacity"));
	int count = 0;

	check_access_modes(c, NULL);
	if (!node_entry_count(capacity))
		field_fault(c->errors, SPEC("capacity"), FIELD_REQUIRED, spec, NULL);
	if (!node_get(capacity, STR("storage")) || node_entry_count(capacity) > 1)
		field_fault(c->errors, SPEC("capacity"), FIELD_NOT_SUPPORTED, capacity,
			    "supported values: \"storage\"");
	for (size_t i = 0; i < ARRAY_COUNT(sources); i++) {
		struct str name = str_from_cstr(sources[i]);
		const struct node *source = node_get(spec, name);
		if (!node_is_null(source) && count++)
			field_fault(c->errors, FIELD_OF(&spec_path, name), FIELD_FORBIDDEN, source,
				    "may not specify more than 1 volume type");
	}
	if (!count)
		field_fault(c->errors, &spec_path, FIELD_REQUIRED, spec,
			    "must specify a volume type");
}

void validate_storage_class(const struct kind_check *c)
{
	const struct node *provisioner = node_get(c->object, STR("provisioner"));

	field_require(c->errors, NULL, c->object, "provisioner");
	if (!node_text(provisioner).len)
		return;
	struct str lower = str_lower(c->errors->arena, node_text(provisioner));
	struct str fault = names_check_qualified(lower);
	if (fault.len)
		field_fault_text(c->errors, FIELD(NULL, "provisioner"), FIELD_INVALID, provisioner,
				 field_quoted(c->errors->arena, lower), fault.ptr);
}
