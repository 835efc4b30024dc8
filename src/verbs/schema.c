/* schema - the row of a verb as a document, and its arguments as a JSON Schema */
#include "verbs/schema.h"

#include "base/num.h"
#include "doc/make.h"
#include "doc/nodes.h"
#include "verbs/verbs.h"

/* A list of texts that a table separates by blanks. */
static const struct node *words_node(const char *words, struct arena *arena)
{
	struct nodes items = {};

	if (!words)
		return NULL;
	for (struct str rest = str_from_cstr(words); rest.ptr;)
		nodes_add(arena, &items, node_str(arena, str_cut(&rest, ' ')));
	return node_list_of(arena, items.items, items.count);
}

/* The default with the type that the schema names. */
static const struct node *fallback_node(const struct argument *a, struct arena *arena)
{
	int64_t number;

	switch (a->type) {
	case ARGUMENT_BOOL:
		return node_bool_of(/* value= */ false);
	case ARGUMENT_COUNT:
		return node_int(arena, 0);
	case ARGUMENT_INT:
		return a->fallback && num_int64(str_from_cstr(a->fallback), &number)
			       ? node_int(arena, number)
			       : NULL;
	case ARGUMENT_STR:
	case ARGUMENT_ENUM:
	case ARGUMENT_DURATION:
	case ARGUMENT_BYTES:
		return a->fallback ? node_cstr(arena, a->fallback) : NULL;
	case ARGUMENT_LIST:
	case ARGUMENT_YES_NO:
	case ARGUMENT_FORMAT:
		break;
	}
	return NULL;
}

static bool has_limits(const struct argument *a)
{
	return a->minimum != 0 || a->maximum != 0;
}

static const struct node *minimum_node(const struct argument *a, struct arena *arena)
{
	if (a->type == ARGUMENT_COUNT)
		return node_int(arena, 0);
	return has_limits(a) ? node_int(arena, a->minimum) : NULL;
}

static const struct node *maximum_node(const struct argument *a, struct arena *arena)
{
	return has_limits(a) && a->maximum != INT64_MAX ? node_int(arena, a->maximum) : NULL;
}

static const char *type_word(enum argument_type type)
{
	switch (type) {
	case ARGUMENT_STR:
	case ARGUMENT_ENUM:
	case ARGUMENT_DURATION:
	case ARGUMENT_BYTES:
	case ARGUMENT_FORMAT:
		return "string";
	case ARGUMENT_INT:
	case ARGUMENT_COUNT:
		return "integer";
	case ARGUMENT_BOOL:
	case ARGUMENT_YES_NO:
		return "boolean";
	case ARGUMENT_LIST:
		return "array";
	}
	BUG("argument type %d", (int)type);
}

static const struct node *property(const struct argument *a, struct arena *arena)
{
	bool is_list = a->type == ARGUMENT_LIST;
	const struct node *words = words_node(a->values, arena);
	const struct node *items =
		is_list ? node_make(arena, "{type: string, enum: %?n}", words) : NULL;
	const struct node *least = is_list && a->is_required ? node_int(arena, 1) : NULL;
	const struct node *examples =
		a->type == ARGUMENT_DURATION ? node_make(arena, "[30s, 1h15m]") : NULL;

	return node_make(arena,
			 "{type: %c, description: %c, enum: %?n, items: %?n, minItems: %?n, "
			 "minimum: %?n, maximum: %?n, default: %?n, examples: %?n}",
			 type_word(a->type), a->help, is_list ? NULL : words, items, least,
			 minimum_node(a, arena), maximum_node(a, arena), fallback_node(a, arena),
			 examples);
}

const struct node *verb_schema(const struct verb *verb, struct arena *arena)
{
	const struct node *properties = node_empty_map();
	struct nodes required = {};

	for (const struct argument *a = verb->arguments; argument_is_row(a); a++) {
		if (a->type == ARGUMENT_FORMAT)
			continue;
		properties =
			node_with(arena, properties, str_from_cstr(a->name), property(a, arena));
		if (a->is_required)
			nodes_add(arena, &required, node_cstr(arena, a->name));
	}
	return node_make(
		arena,
		"{$schema: \"https://json-schema.org/draft/2020-12/schema\", type: object, "
		"properties: %n, required: %n, additionalProperties: false}",
		properties, node_list_of(arena, required.items, required.count));
}

static const struct node *examples_node(const char *examples, struct arena *arena)
{
	struct nodes items = {};

	for (struct str rest = str_from_cstr(examples); rest.ptr;) {
		struct str explanation = str_cut(&rest, '\n');
		struct str command = str_cut(&explanation, '\t');
		nodes_add(
			arena, &items,
			node_make(arena, "{command: %s, explanation: %?s}", command, explanation));
	}
	return node_list_of(arena, items.items, items.count);
}

static const struct node *exits_node(const struct verb *verb, struct arena *arena)
{
	struct nodes items = {};

	for (const struct exit_status *s = exit_statuses; s->text; s++)
		nodes_add(arena, &items,
			  node_make(arena, "{status: %d, text: %c}", s->status,
				    exit_status_text(verb, s->status)));
	return node_list_of(arena, items.items, items.count);
}

const struct node *verb_document(const struct verb *verb, struct str name, struct arena *arena)
{
	return node_make(arena,
			 "{apiVersion: forge.dev/v1, kind: Verb, name: %s, group: %c, summary: %c, "
			 "about: %?c, readOnly: %b, network: %b, longRunning: %b, examples: %n, "
			 "exits: %n, arguments: %n}",
			 name, verb_groups[verb->group], verb->summary, verb->about,
			 verb->read_only, verb->network, verb->long_running,
			 examples_node(verb->examples, arena), exits_node(verb, arena),
			 verb_schema(verb, arena));
}

/* Verbs of groups, which hold no groups, are called by both names. */
static void add_verbs(struct nodes *list, const struct verb *const *table, struct str group,
		      struct arena *arena)
{
	for (const struct verb *const *v = table; *v; v++) {
		struct str name = str_from_cstr((*v)->name);
		if (group.len)
			name = STR_CAT(arena, group, STR(" "), name);
		if ((*v)->verbs)
			add_verbs(list, (*v)->verbs, name, arena);
		else if (!(*v)->hidden)
			nodes_add(arena, list, verb_document(*v, name, arena));
	}
}

const struct node *verbs_document(const struct verb *const *table, struct str group,
				  struct arena *arena)
{
	struct nodes list = {};

	add_verbs(&list, table, group, arena);
	return node_make(arena, "{apiVersion: forge.dev/v1, kind: VerbList, verbs: %n}",
			 node_list_of(arena, list.items, list.count));
}
