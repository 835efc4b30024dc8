/* field_selector - field selectors written as text, compiled once: metadata.name=a,type!=Opaque */
#include "kube/field_selector.h"

#include "base/arena.h"
#include "base/vec.h"

/* A field by which objects of a kind can be selected, and its value where the object has none. */
struct selectable_field {
	kind_id kind; /* KIND_NONE: of every kind */
	struct str label;
	struct trusted_path path;
	const char *fallback;
};

#define EVENT_FIELD(name)                                                                          \
	{ KIND_EVENT, STR_INIT("involvedObject." name), TRUSTED_PATH_INIT("involvedObject." name), \
	  "" },                                                                                    \
	{                                                                                          \
		KIND_EVENT, STR_INIT("regarding." name),                                           \
			TRUSTED_PATH_INIT("involvedObject." name), ""                              \
	}

static const struct selectable_field fields[] = {
	{ KIND_NONE, STR_INIT("metadata.name"), TRUSTED_PATH_INIT("metadata.name"), "" },
	{ KIND_NONE, STR_INIT("metadata.namespace"), TRUSTED_PATH_INIT("metadata.namespace"), "" },
	{ KIND_POD, STR_INIT("spec.nodeName"), TRUSTED_PATH_INIT("spec.nodeName"), "" },
	{ KIND_POD, STR_INIT("spec.restartPolicy"), TRUSTED_PATH_INIT("spec.restartPolicy"), "" },
	{ KIND_POD, STR_INIT("spec.schedulerName"), TRUSTED_PATH_INIT("spec.schedulerName"), "" },
	{ KIND_POD, STR_INIT("spec.serviceAccountName"),
	  TRUSTED_PATH_INIT("spec.serviceAccountName"), "" },
	{ KIND_POD, STR_INIT("spec.hostNetwork"), TRUSTED_PATH_INIT("spec.hostNetwork"), "false" },
	{ KIND_POD, STR_INIT("status.phase"), TRUSTED_PATH_INIT("status.phase"), "" },
	{ KIND_POD, STR_INIT("status.podIP"), TRUSTED_PATH_INIT("status.podIP"), "" },
	{ KIND_POD, STR_INIT("status.podIPs"), TRUSTED_PATH_INIT("status.podIP"), "" },
	{ KIND_POD, STR_INIT("status.nominatedNodeName"),
	  TRUSTED_PATH_INIT("status.nominatedNodeName"), "" },
	EVENT_FIELD("kind"),
	EVENT_FIELD("namespace"),
	EVENT_FIELD("name"),
	EVENT_FIELD("uid"),
	EVENT_FIELD("apiVersion"),
	EVENT_FIELD("resourceVersion"),
	EVENT_FIELD("fieldPath"),
	{ KIND_EVENT, STR_INIT("reason"), TRUSTED_PATH_INIT("reason"), "" },
	{ KIND_EVENT, STR_INIT("reportingComponent"), TRUSTED_PATH_INIT("reportingComponent"), "" },
	{ KIND_EVENT, STR_INIT("reportingController"), TRUSTED_PATH_INIT("reportingComponent"),
	  "" },
	{ KIND_EVENT, STR_INIT("source"), TRUSTED_PATH_INIT("source.component"), "" },
	{ KIND_EVENT, STR_INIT("type"), TRUSTED_PATH_INIT("type"), "" },
	{ KIND_NODE, STR_INIT("spec.unschedulable"), TRUSTED_PATH_INIT("spec.unschedulable"),
	  "false" },
	{ KIND_NAMESPACE, STR_INIT("status.phase"), TRUSTED_PATH_INIT("status.phase"), "" },
	{ KIND_SECRET, STR_INIT("type"), TRUSTED_PATH_INIT("type"), "" },
	{ KIND_SERVICE, STR_INIT("spec.clusterIP"), TRUSTED_PATH_INIT("spec.clusterIP"), "" },
	{ KIND_SERVICE, STR_INIT("spec.type"), TRUSTED_PATH_INIT("spec.type"), "" },
	{ KIND_REPLICATIONCONTROLLER, STR_INIT("status.replicas"),
	  TRUSTED_PATH_INIT("status.replicas"), "0" },
	{ KIND_JOB, STR_INIT("status.successful"), TRUSTED_PATH_INIT("status.succeeded"), "0" },
	{ KIND_CERTIFICATESIGNINGREQUEST, STR_INIT("spec.signerName"),
	  TRUSTED_PATH_INIT("spec.signerName"), "" },
};

/* Whether the kind says by itself what it can be selected by; the message depends on it. */
static bool has_own_fields(const struct kind *kind)
{
	for (size_t i = 0; i < ARRAY_COUNT(fields); i++)
		if (fields[i].kind == kind->id)
			return true;
	return kind->flags & KIND_FLAG_CUSTOM;
}

static const struct selectable_field *field_of(const struct kind *kind, struct str label)
{
	for (size_t i = 0; i < ARRAY_COUNT(fields); i++)
		if ((fields[i].kind == KIND_NONE || fields[i].kind == kind->id) &&
		    str_equal(fields[i].label, label))
			return &fields[i];
	return NULL;
}

/* Up to the next comma that no backslash stands before; the rest is behind it. */
static struct str cut_term(struct str *rest)
{
	struct str all = *rest;
	size_t i = 0;

	while (i < all.len && all.ptr[i] != ',')
		i += all.ptr[i] == '\\' ? 2 : 1;
	i = MIN(i, all.len);
	*rest = i < all.len ? str_from(all, i + 1) : STR_NONE;
	return str_sub(all, 0, i);
}

struct split {
	struct str label, value;
	bool negated;
};

/* At the first of !=, == and =; false: there is none. */
static bool split_term(struct str term, struct split *ret)
{
	static const struct {
		struct str text;
		bool negated;
	} operators[] = { { STR_INIT("!="), true },
			  { STR_INIT("=="), false },
			  { STR_INIT("="), false } };

	for (size_t i = 0; i < term.len; i++) {
		if (term.ptr[i] == '\\') {
			i++;
			continue;
		}
		for (size_t o = 0; o < ARRAY_COUNT(operators); o++) {
			struct str rest = str_from(term, i);
			if (!str_starts(rest, operators[o].text))
				continue;
			*ret = (struct split){ str_sub(term, 0, i),
					       str_from(rest, operators[o].text.len),
					       operators[o].negated };
			return true;
		}
	}
	return false;
}

/* "\," "\=" and "\\" stand for the characters behind the backslash. */
static int unescape(struct arena *arena, struct str text, struct str *ret, struct error *err)
{
	char *out = arena_alloc_raw(arena, text.len + 1, 1);
	size_t len = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (c == '\\') {
			c = ++i < text.len ? text.ptr[i] : '\0';
			if (c != '\\' && c != ',' && c != '=')
				return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
						 "invalid field selector: invalid escape "
						 "sequence: \\%.*s",
						 c ? 1 : 0, &c);
		}
		out[len++] = c;
	}
	*ret = (struct str){ out, len };
	return 0;
}

static int unknown_field(const struct kind *kind, struct str label, struct error *err)
{
	if (has_own_fields(kind))
		return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
				 "field label not supported: %.*s", STR_FMT(label));
	return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
			 "\"%.*s\" is not a known field selector: only \"metadata.name\", "
			 "\"metadata.namespace\"",
			 STR_FMT(label));
}

int field_selector_parse(struct arena *arena, const struct kind *kind, struct str text,
			 struct field_selector *ret, struct error *err)
{
	VEC(struct field_term) terms = {};

	for (struct str rest = text; rest.len;) {
		struct str term = cut_term(&rest);
		struct split split;
		if (!term.len)
			continue;
		if (!split_term(term, &split))
			return error_set(err, ERROR_INPUT, ERROR_NO_POSITION,
					 "invalid selector: '%.*s'; can't understand '%.*s'",
					 STR_FMT(text), STR_FMT(term));
		struct field_term made = { .field = field_of(kind, split.label),
					   .negated = split.negated };
		if (unescape(arena, split.value, &made.value, err) < 0)
			return -1;
		if (!made.field)
			return unknown_field(kind, split.label, err);
		VEC_PUSH(arena, &terms, made);
	}
	*ret = (struct field_selector){ terms.items, terms.count };
	return 0;
}

bool field_selector_matches(const struct field_selector *selector, const struct node *object)
{
	for (uint32_t i = 0; i < selector->count; i++) {
		const struct field_term *term = &selector->items[i];
		struct str have = node_find_str(object, term->field->path);
		if (!have.ptr)
			have = str_from_cstr(term->field->fallback);
		if (str_equal(have, term->value) == term->negated)
			return false;
	}
	return true;
}
