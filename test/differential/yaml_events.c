/*
 * yaml_events - seeded YAML texts: the events of our reader against those of libyaml
 *
 *	yaml_events SEED COUNT
 *
 * Half of the texts are well-formed by construction and must be read by both, with the same events.
 * The other half are the same texts with a few bytes changed: what both read must be the same. What
 * only one of them reads is counted: libyaml 0.2.5 and go-yaml, which decides for us, have drifted
 * apart in the corners of flow style.
 */
#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/num.h"
#include "doc/yaml/events.h"

enum { DEPTH_MAX = 5, ONE_SIDED_MAX_PERCENT = 1 };

struct generator {
	uint64_t state;
	struct buf *out;
	unsigned anchors;
};

static uint64_t next_random(struct generator *g)
{
	uint64_t z = g->state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static unsigned below(struct generator *g, unsigned limit)
{
	return (unsigned)(next_random(g) % limit);
}

static bool chance(struct generator *g, unsigned percent)
{
	return below(g, 100) < percent;
}

static const char *pick(struct generator *g, const char *const *from, size_t count)
{
	return from[below(g, (unsigned)count)];
}
#define PICK(g, ...)                                                                               \
	({                                                                                         \
		static const char *const from_[] = { __VA_ARGS__ };                                \
		pick(g, from_, sizeof(from_) / sizeof(from_[0]));                                  \
	})

static void add(struct generator *g, const char *text)
{
	buf_add(g->out, str_from_cstr(text));
}

static void indent(struct generator *g, unsigned columns)
{
	buf_add_repeat(g->out, ' ', columns);
}

static void quoted_key(struct generator *g)
{
	add(g, PICK(g, "'k'", "\"k\\tx\"", "'k: y'", "\"é\""));
}

static void plain(struct generator *g)
{
	add(g, PICK(g, "a", "name", "1.5", "0x1f", "true", "~", "-x", "http://x/y", "a#b", "é",
		    "two words", "x:y", "<<"));
}

static void quoted(struct generator *g, unsigned column)
{
	bool is_single = chance(g, 50);

	add(g, is_single ? "'" : "\"");
	for (unsigned i = below(g, 4); i > 0; i--) {
		if (is_single)
			add(g, PICK(g, "x", "it''s", "# no", ": ", "\\", "日本"));
		else
			add(g,
			    PICK(g, "x", "\\n", "\\t", "\\x41", "\\u00e9", "\\\"", "# no", ": "));
		if (chance(g, 10)) {
			add(g, "\n");
			indent(g, column);
		}
	}
	add(g, is_single ? "'" : "\"");
}

static void block_scalar(struct generator *g, unsigned column)
{
	unsigned lines = below(g, 4);

	add(g, PICK(g, "|", "|-", "|+", ">", ">-", ">+"));
	add(g, chance(g, 20) ? " # comment\n" : "\n");
	for (unsigned i = 0; i <= lines; i++) {
		if (i > 0 && chance(g, 20)) {
			add(g, "\n");
			continue;
		}
		indent(g, column + (i > 0 && chance(g, 20) ? 2 : 0));
		add(g, PICK(g, "text\n", "more text\n", "a: b\n", "# no comment\n", "- x \n"));
	}
}

static void flow(struct generator *g, unsigned depth)
{
	bool is_map = chance(g, 50);

	add(g, is_map ? "{" : "[");
	for (unsigned i = below(g, 4); i > 0; i--) {
		if (is_map || chance(g, 15)) {
			plain(g);
			add(g, ": ");
		}
		if (depth < DEPTH_MAX && chance(g, 25))
			flow(g, depth + 1);
		else if (chance(g, 30))
			quoted(g, 1);
		else
			plain(g);
		add(g, i > 1 ? PICK(g, ", ", " , ", ",\n   ") : "");
	}
	add(g, is_map ? "}" : "]");
}

static void properties(struct generator *g)
{
	if (chance(g, 10))
		buf_printf(g->out, "&a%u ", g->anchors++);
	if (chance(g, 10))
		add(g, PICK(g, "!!str ", "!local ", "!<tag:x.org,2000:y> "));
}

static void line_end(struct generator *g)
{
	add(g, PICK(g, "\n", "\n", "\n", " # comment\n", "\n\n", "\n# comment\n"));
}

static void block_node(struct generator *g, unsigned column, unsigned depth);

/* A node behind "key:" or "-", on its line. */
static void value(struct generator *g, unsigned column, unsigned depth)
{
	unsigned what = below(g, 10);

	if (what < 3 && depth < DEPTH_MAX) {
		line_end(g);
		block_node(g, column + 1 + below(g, 3), depth + 1);
		return;
	}
	add(g, " ");
	if (g->anchors && chance(g, 5)) {
		buf_printf(g->out, "*a%u", below(g, g->anchors));
		line_end(g);
		return;
	}
	properties(g);
	if (what == 4) {
		block_scalar(g, column + 2);
		return;
	}
	if (what == 5)
		flow(g, depth + 1);
	else if (what == 6)
		quoted(g, column + 1);
	else if (what != 3)
		plain(g);
	line_end(g);
}

static void map(struct generator *g, unsigned column, unsigned depth)
{
	for (unsigned i = 0; i <= below(g, 4); i++) {
		indent(g, column);
		if (chance(g, 8)) {
			add(g, "? ");
			plain(g);
			line_end(g);
			indent(g, column);
			add(g, ":");
		} else {
			if (chance(g, 20))
				quoted_key(g);
			else
				plain(g);
			add(g, ":");
		}
		value(g, column, depth);
	}
}

static void block_node(struct generator *g, unsigned column, unsigned depth)
{
	if (chance(g, 60)) {
		map(g, column, depth);
		return;
	}
	for (unsigned i = 0; i <= below(g, 3); i++) {
		indent(g, column);
		add(g, "-");
		value(g, column, depth);
	}
}

static struct str generate(struct arena *arena, uint64_t seed)
{
	struct buf out;
	struct generator g = { .state = seed, .out = &out };

	buf_init(&out, arena);
	for (unsigned i = 0; i <= below(&g, 2); i++) {
		g.anchors = 0;
		if (i || chance(&g, 30))
			add(&g, "---\n");
		block_node(&g, 0, 0);
	}
	return buf_str(&out);
}

/* A few bytes taken out, put in or doubled. */
static struct str mutate(struct arena *arena, uint64_t seed, struct str text)
{
	struct buf out;
	struct generator g = { .state = ~seed, .out = &out };

	for (unsigned i = 0; i <= below(&g, 3); i++) {
		size_t at = below(&g, (unsigned)text.len + 1);
		buf_init(&out, arena);
		buf_add(&out, str_sub(text, 0, at));
		if (chance(&g, 50))
			add(&g,
			    PICK(&g, " ", "  ", "\n", "- ", ": ", "#", " #", "'", "\"", "[", "]",
				 "{", "}", ",", "&b ", "|\n", ">\n", "\\", "---\n", "\r\n"));
		else
			at += below(&g, 3);
		buf_add(&out, str_from(text, at));
		text = buf_str(&out);
	}
	return text;
}

static void add_escaped(struct buf *out, const char *text, size_t len)
{
	static const char letters[256] = {
		['\\'] = '\\', ['\n'] = 'n', ['\t'] = 't', ['\r'] = 'r', ['\b'] = 'b', ['\0'] = '0'
	};

	for (size_t i = 0; i < len; i++) {
		char letter = letters[(unsigned char)text[i]];
		if (letter)
			buf_printf(out, "\\%c", letter);
		else
			buf_add_char(out, text[i]);
	}
}

static void add_props(struct buf *out, const yaml_char_t *anchor, const yaml_char_t *tag)
{
	if (anchor)
		buf_printf(out, " &%s", (const char *)anchor);
	if (tag)
		buf_printf(out, " <%s>", (const char *)tag);
}

static void add_event(struct buf *out, const yaml_event_t *e)
{
	static const char styles[] = { [YAML_PLAIN_SCALAR_STYLE] = ':',
				       [YAML_SINGLE_QUOTED_SCALAR_STYLE] = '\'',
				       [YAML_DOUBLE_QUOTED_SCALAR_STYLE] = '"',
				       [YAML_LITERAL_SCALAR_STYLE] = '|',
				       [YAML_FOLDED_SCALAR_STYLE] = '>' };

	switch (e->type) {
	case YAML_STREAM_START_EVENT:
		buf_add(out, STR("+STR\n"));
		break;
	case YAML_STREAM_END_EVENT:
		buf_add(out, STR("-STR\n"));
		break;
	case YAML_DOCUMENT_START_EVENT:
		buf_add(out, STR("+DOC\n"));
		break;
	case YAML_DOCUMENT_END_EVENT:
		buf_add(out, STR("-DOC\n"));
		break;
	case YAML_ALIAS_EVENT:
		buf_printf(out, "=ALI *%s\n", (const char *)e->data.alias.anchor);
		break;
	case YAML_SCALAR_EVENT:
		buf_add(out, STR("=VAL"));
		add_props(out, e->data.scalar.anchor, e->data.scalar.tag);
		buf_printf(out, " %c", styles[e->data.scalar.style]);
		add_escaped(out, (const char *)e->data.scalar.value, e->data.scalar.length);
		buf_add_char(out, '\n');
		break;
	case YAML_SEQUENCE_START_EVENT:
		buf_add(out, e->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE
				     ? STR("+SEQ []")
				     : STR("+SEQ"));
		add_props(out, e->data.sequence_start.anchor, e->data.sequence_start.tag);
		buf_add_char(out, '\n');
		break;
	case YAML_SEQUENCE_END_EVENT:
		buf_add(out, STR("-SEQ\n"));
		break;
	case YAML_MAPPING_START_EVENT:
		buf_add(out, e->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE ? STR("+MAP {}")
										    : STR("+MAP"));
		add_props(out, e->data.mapping_start.anchor, e->data.mapping_start.tag);
		buf_add_char(out, '\n');
		break;
	case YAML_MAPPING_END_EVENT:
		buf_add(out, STR("-MAP\n"));
		break;
	case YAML_NO_EVENT:
		break;
	}
}

static bool libyaml_events(struct buf *out, struct str text)
{
	yaml_parser_t parser;
	yaml_event_t event;
	bool is_end = false, is_read = true;

	yaml_parser_initialize(&parser);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text.ptr, text.len);
	while (!is_end && is_read) {
		is_read = yaml_parser_parse(&parser, &event);
		if (!is_read)
			break;
		add_event(out, &event);
		is_end = event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return is_read;
}

struct score {
	unsigned both, neither, one_sided, wrong;
};

static void report(uint64_t seed, struct str text, struct str ours, struct str theirs)
{
	printf("# yaml_events %llu 1\n# --- text\n%.*s# --- forge\n%.*s# --- libyaml\n%.*s",
	       (unsigned long long)seed, STR_FMT(text), STR_FMT(ours), STR_FMT(theirs));
}

/* libyaml knows no aliases without an anchor, and reads them as events; so do we only with one. */
static void compare(uint64_t seed, bool is_mutated, struct score *score)
{
	SCRATCH(arena);
	struct error err = {};
	struct buf ours, theirs;
	struct str text = generate(arena, seed);

	if (is_mutated)
		text = mutate(arena, seed, text);
	buf_init(&ours, arena);
	buf_init(&theirs, arena);
	bool we = yaml_events(&ours, docset_new(arena), STR("text"), text, &err) == 0;
	bool they = libyaml_events(&theirs, text);
	if (!we)
		buf_printf(&ours, "# %s\n", err.text);
	bool is_wrong = we && they ? !str_equal(buf_str(&ours), buf_str(&theirs)) : !is_mutated;
	score->both += we && they;
	score->neither += !we && !they;
	score->one_sided += we != they;
	score->wrong += is_wrong;
	if (is_wrong && score->wrong == 1)
		report(seed, text, buf_str(&ours), buf_str(&theirs));
}

int main(int argc, char **argv)
{
	uint64_t seed = 1, count = 1000;
	struct score score = {};

	if (argc != 3 || !num_uint64(str_from_cstr(argv[1]), 10, &seed) ||
	    !num_uint64(str_from_cstr(argv[2]), 10, &count)) {
		fprintf(stderr, "usage: yaml_events SEED COUNT\n");
		return 2;
	}
	for (uint64_t i = 0; i < count; i++) {
		compare(seed + i, /* is_mutated= */ false, &score);
		compare(seed + i, /* is_mutated= */ true, &score);
	}
	bool holds = !score.wrong && score.one_sided * 100 <= 2 * count * ONE_SIDED_MAX_PERCENT;
	printf("# both %u, neither %u, only one %u, different %u\n", score.both, score.neither,
	       score.one_sided, score.wrong);
	printf("%s 1 - our events are those of libyaml\n", holds ? "ok" : "not ok");
	return holds ? 0 : 1;
}
