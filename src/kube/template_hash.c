/* template_hash - the hash of a pod template, by which Deployments name their ReplicaSets */
#include "kube/template_hash.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/num.h"
#include "base/sort.h"
#include "kube/go_types.h"
#include "kube/names.h"
#include "kube/quantity.h"

#define NIL	  "<nil>"
#define TIME_ZERO "{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}"

struct dump {
	struct arena *arena;
	struct buf out;
};

/* Fields nest as deep as the types do; there are no circles among them. */
static void dump_value(struct dump *d, struct str type, const struct node *n);

/* Quantities, as they are read from their canonical text: suffixes of two are multiplied in. */

struct amount {
	int64_t value;
	int64_t scale;
	const char *format;
	bool has_text;
};

static const struct suffix {
	const char *text;
	uint8_t shift;
	int8_t scale;
} suffixes[] = {
	{ "Ki", 10, 0 }, { "Mi", 20, 0 }, { "Gi", 30, 0 }, { "Ti", 40, 0 }, { "Pi", 50, 0 },
	{ "Ei", 60, 0 }, { "n", 0, -9 },  { "u", 0, -6 },  { "m", 0, -3 },  { "k", 0, 3 },
	{ "M", 0, 6 },	 { "G", 0, 9 },	  { "T", 0, 12 },  { "P", 0, 15 },  { "E", 0, 18 },
};

static const struct suffix *suffix_of(struct str text)
{
	static const struct suffix none = { "", 0, 0 };

	for (size_t i = 0; i < ARRAY_COUNT(suffixes); i++)
		if (str_ends(text, str_from_cstr(suffixes[i].text)))
			return &suffixes[i];
	return &none;
}

/* Without sign and point. */
static struct str digits_of(struct arena *arena, struct str number, size_t *ret_fraction)
{
	struct str rest = number;
	struct str whole = str_cut(&rest, '.');

	*ret_fraction = rest.len;
	if (whole.len && (whole.ptr[0] == '-' || whole.ptr[0] == '+'))
		whole = str_from(whole, 1);
	while (whole.len > 1 && whole.ptr[0] == '0')
		whole = str_from(whole, 1);
	return str_concat(arena, whole, rest);
}

/* The text is kept when it looks canonical, which 128Mi, a multiple of 8, does not: a quirk. */
static bool keeps_text(struct str digits, const struct amount *a)
{
	return a->scale % 3 == 0 && !str_ends(digits, STR("000")) && digits.len &&
	       (digits.ptr[0] != '0' || digits.len == 1);
}

static struct amount amount_of(struct arena *arena, struct str text)
{
	const struct suffix *suffix = suffix_of(text);
	struct str exponent = str_strip_suffix(text, str_from_cstr(suffix->text));
	struct str number = str_cut(&exponent, 'e');
	struct amount a = { .scale = suffix->scale, .format = "DecimalSI" };
	size_t fraction;
	struct str digits = digits_of(arena, number, &fraction);

	if (exponent.ptr) {
		a.format = "DecimalExponent";
		(void)num_int64(exponent, &a.scale);
	}
	if (!num_int64(digits, &a.value))
		a.value = INT64_MAX;
	a.scale -= (int64_t)fraction;
	a.has_text = keeps_text(digits, &a);
	if (suffix->shift) {
		a.format = "BinarySI";
		a.has_text = (a.value & 7) != 0;
		if (__builtin_mul_overflow(a.value, (int64_t)1 << suffix->shift, &a.value))
			a.value = INT64_MAX;
	}
	if (str_starts(number, STR("-")))
		a.value = -a.value;
	return a;
}

static void dump_quantity(struct dump *d, const struct node *n)
{
	struct str text = n ? quantity_canonical(d->arena, node_text(n)) : STR_NONE;
	struct amount a = n ? amount_of(d->arena, text) : (struct amount){ .format = "" };

	buf_printf(&d->out,
		   "{i:(resource.int64Amount){value:(int64)%lld scale:(resource.Scale)%lld} "
		   "d:(resource.infDecAmount){Dec:(*inf.Dec)<nil>} s:(string)%.*s "
		   "Format:(resource.Format)%s}",
		   (long long)a.value, (long long)a.scale, STR_FMT(a.has_text ? text : STR_NONE),
		   a.format);
}

static void dump_int_or_string(struct dump *d, const struct node *n)
{
	int64_t number = 0;
	bool is_text = n && !node_int64(n, &number);

	buf_printf(&d->out, "{Type:(intstr.Type)%d IntVal:(int32)%lld StrVal:(string)%.*s}",
		   is_text, (long long)number, STR_FMT(is_text ? node_text(n) : STR_NONE));
}

static bool dump_special(struct dump *d, struct str type, const struct node *n)
{
	if (str_equal(type, STR("resource.Quantity")))
		dump_quantity(d, n);
	else if (str_equal(type, STR("intstr.IntOrString")))
		dump_int_or_string(d, n);
	else if (str_equal(type, STR("v1.Time")))
		buf_add(&d->out, STR(TIME_ZERO));
	else
		return false;
	return true;
}

static void dump_scalar(struct dump *d, struct str type, const struct node *n)
{
	bool is_number = str_starts(type, STR("int"));

	if (n)
		buf_add(&d->out, node_text(n));
	else if (is_number)
		buf_add_char(&d->out, '0');
	else if (str_equal(type, STR("bool")))
		buf_add(&d->out, STR("false"));
}

static void dump_list(struct dump *d, struct str type, const struct node *list)
{
	for (uint32_t i = 0; i < node_item_count(list); i++) {
		buf_add_char(&d->out, i ? ' ' : '[');
		dump_value(d, type, node_item(list, i));
	}
	buf_add(&d->out, node_item_count(list) ? STR("]") : STR(NIL));
}

static int by_key(const void *a, const void *b, void *context)
{
	(void)context;
	const struct entry *x = a, *y = b;
	return str_compare(node_text(x->key), node_text(y->key));
}

static void dump_map(struct dump *d, struct str type, const struct node *map)
{
	uint32_t count = node_entry_count(map);
	struct entry *entries = arena_array(d->arena, struct entry, count);

	for (uint32_t i = 0; i < count; i++)
		entries[i] = *node_entry(map, i);
	sort_stable(entries, count, sizeof(*entries), by_key, NULL);
	for (uint32_t i = 0; i < count; i++) {
		buf_add(&d->out, i ? STR(" ") : STR("map["));
		buf_add(&d->out, node_text(entries[i].key));
		buf_add_char(&d->out, ':');
		dump_value(d, type, entries[i].value);
	}
	buf_add(&d->out, count ? STR("]") : STR(NIL));
}

/* The value of a field: its key is named, the name itself, or that of no object of its own. */
static const struct node *value_of(const struct node *object, struct str name, struct str key)
{
	char first_small[64];

	if (key.ptr)
		return key.len ? node_get(object, key) : object;
	if (!name.len || name.len > sizeof(first_small))
		BUG("field without a name");
	for (size_t i = 0; i < name.len; i++)
		first_small[i] = name.ptr[i];
	first_small[0] = (char)(first_small[0] | 0x20);
	return node_get(object, (struct str){ first_small, name.len });
}

static void dump_struct(struct dump *d, struct str fields, const struct node *object)
{
	buf_add_char(&d->out, '{');
	for (bool is_first = true; fields.len; is_first = false) {
		struct str type = str_cut(&fields, ' ');
		struct str key = str_cut(&type, ':');
		struct str name = str_cut(&key, '=');

		buf_add(&d->out, is_first ? STR("") : STR(" "));
		buf_printf(&d->out, "%.*s:(%.*s)", STR_FMT(name), STR_FMT(type));
		dump_value(d, type, value_of(object, name, key));
	}
	buf_add_char(&d->out, '}');
}

static void dump_value(struct dump *d, struct str type, const struct node *n)
{
	if (node_is_null(n))
		n = NULL;
	if (str_starts(type, STR("*"))) {
		if (n)
			dump_value(d, str_from(type, 1), n);
		else
			buf_add(&d->out, STR(NIL));
		return;
	}
	if (str_starts(type, STR("[]"))) {
		dump_list(d, str_from(type, 2), n);
	} else if (str_starts(type, STR("map[string]"))) {
		dump_map(d, str_from(type, STR("map[string]").len), n);
	} else if (str_equal(type, STR("v1.ResourceList"))) {
		dump_map(d, STR("resource.Quantity"), n);
	} else if (!dump_special(d, type, n)) {
		struct str fields = go_type_fields(type);
		if (fields.len)
			dump_struct(d, fields, n);
		else
			dump_scalar(d, type, n);
	}
}

struct str template_hash_text(struct arena *arena, const struct node *template)
{
	struct dump d = { .arena = arena };

	buf_init(&d.out, arena);
	buf_add(&d.out, STR("(v1.PodTemplateSpec)"));
	dump_value(&d, STR("v1.PodTemplateSpec"), template);
	return buf_str(&d.out);
}

static uint32_t fnv1a(uint32_t hash, const unsigned char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		hash = (hash ^ bytes[i]) * 16777619U;
	return hash;
}

struct str template_hash(struct arena *arena, const struct node *template,
			 const uint32_t *collisions)
{
	struct str text = template_hash_text(arena, template);
	uint32_t hash = fnv1a(2166136261U, (const unsigned char *)text.ptr, text.len);

	if (collisions) {
		unsigned char salt[8] = { 0 };
		for (int i = 0; i < 4; i++)
			salt[i] = (unsigned char)(*collisions >> 8 * i);
		hash = fnv1a(hash, salt, sizeof(salt));
	}
	return names_hash_text(arena, hash);
}
