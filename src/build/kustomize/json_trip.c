/* json_trip - what becomes of nodes that kustomize sends through JSON and back */
#include "build/kustomize/json_trip.h"

#include <math.h>

#include "base/arena.h"
#include "base/num.h"
#include "doc/scalar.h"

/* Scalars and keys, each through a function or as they are. Readers and patches limit depth. */
struct trip {
	struct arena *arena;
	const struct node *(*scalar)(struct trip *t, const struct node *n);
	const struct node *(*key)(struct trip *t, const struct node *n);
	bool is_written; /* in between, and so in block style */
	bool failed;
};

static const struct node *walk(struct trip *t, const struct node *n);

static const struct node *walk_map(struct trip *t, const struct node *map)
{
	struct entry *made = NULL;

	for (uint32_t i = 0; i < node_entry_count(map); i++) {
		const struct entry *old = node_entry(map, i);
		struct entry e = { t->key ? t->key(t, old->key) : old->key, walk(t, old->value) };
		if (!made && (e.key != old->key || e.value != old->value))
			made = node_entries_copy(t->arena, map);
		if (made)
			made[i] = e;
	}
	return made ? node_with_entries(t->arena, map, made, node_entry_count(map)) : map;
}

static const struct node *walk_list(struct trip *t, const struct node *list)
{
	const struct node *result = list;

	for (uint32_t i = 0; i < node_item_count(list); i++) {
		const struct node *item = walk(t, node_item(list, i));
		if (item != node_item(list, i))
			result = node_list_put(t->arena, list, result, i, item);
	}
	return result;
}

static const struct node *in_block(struct trip *t, const struct node *n)
{
	if (!t->is_written || n->style != STYLE_FLOW || n->dialect != DIALECT_GO_V3)
		return n;
	struct node *made = arena_copy(t->arena, n, sizeof(*n));
	made->style = STYLE_BLOCK;
	return made;
}

static const struct node *walk(struct trip *t, const struct node *n)
{
	if (node_is_scalar(n))
		return t->scalar ? t->scalar(t, n) : n;
	return in_block(t, node_is_map(n) ? walk_map(t, n) : walk_list(t, n));
}

/* Keys */

/* As strconv.FormatFloat(value, 'g', -1, 32) has it: the fewest digits that a float tells apart. */
static struct str float_text(struct arena *arena, double value)
{
	enum { DIGITS_MAX = 9 };
	float wanted = (float)value;
	double read = value;

	if (!isfinite(wanted))
		return isnan(wanted) ? STR(".nan") : wanted < 0 ? STR("-.inf") : STR(".inf");
	for (int digits = 1; digits <= DIGITS_MAX; digits++)
		if (num_double(str_printf(arena, "%.*g", digits, value), &read) &&
		    (float)read == wanted)
			break;
	return num_format_double(arena, read, 'g');
}

/* STR_NONE: it is a text. */
static struct str key_text(struct trip *t, const struct scalar *s)
{
	switch (s->type) {
	case SCALAR_INT:
		return str_printf(t->arena, "%lld", (long long)s->integer);
	case SCALAR_FLOAT:
		return float_text(t->arena, s->number);
	case SCALAR_BOOL:
		return s->boolean ? STR("true") : STR("false");
	case SCALAR_UINT:
	case SCALAR_NULL:
	case SCALAR_MERGE:
	case SCALAR_NONE:
		t->failed = true;
		break;
	case SCALAR_STR:
	case SCALAR_TIMESTAMP:
	case SCALAR_BINARY:
		break;
	}
	return STR_NONE;
}

static const struct node *retold(struct trip *t, const struct node *n, struct str text,
				 enum node_style style)
{
	struct node *made = arena_copy(t->arena, node_with_text(t->arena, n, text), sizeof(*made));

	made->style = style;
	made->tag = TAG_NONE;
	made->dialect = DIALECT_GO_V3;
	return made;
}

static const struct node *text_of_key(struct trip *t, const struct node *key)
{
	struct scalar s = scalar_of(key);
	struct str text = key_text(t, &s);

	return text.ptr ? retold(t, key, text, STYLE_DOUBLE) : key;
}

const struct node *json_texts_of_keys(struct arena *arena, const struct node *n)
{
	struct trip trip = { .arena = arena, .key = text_of_key };
	const struct node *result = n ? walk(&trip, n) : NULL;

	return trip.failed ? NULL : result;
}

/* Objects */

static const struct node *reread(struct trip *t, const struct node *n)
{
	struct scalar s = scalar_of(n);
	bool is_string;

	switch (s.type) {
	case SCALAR_INT:
		s.number = (double)s.integer;
		break;
	case SCALAR_UINT:
		s.number = (double)s.unsigned_integer;
		break;
	case SCALAR_FLOAT:
		break;
	case SCALAR_TIMESTAMP:
		return retold(t, n, scalar_json_text(t->arena, n, &is_string), STYLE_DOUBLE);
	case SCALAR_NULL:
	case SCALAR_BOOL:
	case SCALAR_STR:
	case SCALAR_BINARY:
	case SCALAR_MERGE:
	case SCALAR_NONE:
		return n;
	}
	if (!isfinite(s.number))
		return n;
	struct str text = num_format_double(t->arena, s.number, 'g');
	return str_equal(text, node_text(n)) ? n : retold(t, n, text, STYLE_PLAIN);
}

const struct node *json_reread(struct arena *arena, const struct node *n)
{
	struct trip trip = { .arena = arena, .scalar = reread, .is_written = true };

	return walk(&trip, n);
}
