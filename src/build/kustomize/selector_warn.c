/* selector_warn - labels that get into a selector which can never change */
#include "build/kustomize/selector_warn.h"

#include "base/base.h"
#include "doc/secret.h"

static const struct rule selector_rule = {
	STR_INIT("kustomize/immutable-selector"),
	SEVERITY_WARNING,
	STR_INIT("a label gets into a selector that cannot change once it is applied"),
};

enum { HASH_DIGITS_MIN = 7 };

/* "v1.2", "1.35.4-rc.1" */
static bool is_version(struct str text)
{
	struct str rest = str_strip_prefix(text, STR("v"));
	size_t digits = 0;

	while (digits < rest.len && rest.ptr[digits] >= '0' && rest.ptr[digits] <= '9')
		digits++;
	return digits && digits + 1 < rest.len && rest.ptr[digits] == '.' &&
	       rest.ptr[digits + 1] >= '0' && rest.ptr[digits + 1] <= '9';
}

/* A commit, a date or the number of a build: hexadecimal, with a digit. */
static bool is_hash(struct str text)
{
	bool has_digit = false;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		bool is_digit = c >= '0' && c <= '9';
		if (!is_digit && (c < 'a' || c > 'f'))
			return false;
		has_digit |= is_digit;
	}
	return has_digit && text.len >= HASH_DIGITS_MIN;
}

struct selector_warn selector_warn_begin(const struct node *labels, uint32_t layer)
{
	struct selector_warn w = { .labels = labels, .layer = layer };

	for (uint32_t i = 0; i < node_entry_count(labels) && !w.version; i++) {
		const struct node *value = node_entry(labels, i)->value;
		if (is_version(node_text(value)) || is_hash(node_text(value)))
			w.version = value;
	}
	return w;
}

/* Kinds whose spec.selector the API server does not let change. A Job has none of its own, unless
 * it says so. */
static bool is_immutable(struct gvk gvk)
{
	static const struct str kinds[] = { STR_INIT("DaemonSet"), STR_INIT("Deployment"),
					    STR_INIT("ReplicaSet"), STR_INIT("StatefulSet") };

	if (str_equal(gvk.group, STR("batch")) && str_equal(gvk.kind, STR("Job")))
		return true;
	for (size_t i = 0; str_equal(gvk.group, STR("apps")) && i < ARRAY_COUNT(kinds); i++)
		if (str_equal(gvk.kind, kinds[i]))
			return true;
	return false;
}

void selector_warn_note(struct selector_warn *w, const struct resource *r,
			const struct node *labelled)
{
	if (!w->labels || w->object || (!w->version && r->layer == w->layer) ||
	    !is_immutable(r->gvk))
		return;
	if (!node_equal(node_at(r->node, "spec.selector"), node_at(labelled, "spec.selector")))
		w->object = r;
}

void selector_warn_tell(const struct selector_warn *w, struct findings *warnings)
{
	if (!w->object)
		return;
	if (w->version)
		finding_add(
			warnings, &selector_rule, w->version,
			"'%.*s' gets into the selector of %.*s/%.*s, which cannot change: the next "
			"version is refused",
			STR_FMT(node_shown(w->version)), STR_FMT(w->object->gvk.kind),
			STR_FMT(w->object->name));
	else
		finding_add(
			warnings, &selector_rule, w->labels,
			"these labels get into the selector of %.*s/%.*s, which cannot change once "
			"it is applied",
			STR_FMT(w->object->gvk.kind), STR_FMT(w->object->name));
	finding_hint(warnings, "keep selectors as the base has them: labels without "
			       "includeSelectors, with includeTemplates: true for pods");
}
