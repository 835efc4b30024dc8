/* text - scalars of the five styles: where they end, and their value */
#include "base/utf8.h"
#include "doc/yaml/internal.h"

/* Bytes at which a scan has to look closer. */
enum {
	STOP_BLOCK = 1 << 0,  /* : # LF */
	STOP_FLOW = 1 << 1,   /* , ? [ ] { } */
	STOP_ODD = 1 << 2,    /* may begin CR, NEL, LS, PS */
	STOP_SINGLE = 1 << 3, /* ' LF */
	STOP_DOUBLE = 1 << 4, /* " \ LF */
	STOP_BLANK = 1 << 5,
};
static const uint8_t stops[256] = {
	['\n'] = STOP_BLOCK | STOP_SINGLE | STOP_DOUBLE,
	[':'] = STOP_BLOCK,
	['#'] = STOP_BLOCK,
	[','] = STOP_FLOW,
	['?'] = STOP_FLOW,
	['['] = STOP_FLOW,
	[']'] = STOP_FLOW,
	['{'] = STOP_FLOW,
	['}'] = STOP_FLOW,
	['\r'] = STOP_ODD,
	[0xc2] = STOP_ODD,
	[0xe2] = STOP_ODD,
	['\''] = STOP_SINGLE,
	['"'] = STOP_DOUBLE,
	['\\'] = STOP_DOUBLE,
	[' '] = STOP_BLANK,
	['\t'] = STOP_BLANK,
};

static const char *find_stop(const char *p, const char *end, unsigned mask)
{
	while (p < end && !(stops[(unsigned char)*p] & mask))
		p++;
	return p;
}

typedef char bytes16 __attribute__((vector_size(16)));

/* The first of three bytes, 16 at a time. */
static const char *find_byte(const char *p, const char *end, char a, char b, char c)
{
	for (; end - p >= 16; p += 16) {
		bytes16 chunk;
		uint64_t halves[2];
		memcpy(&chunk, p, sizeof(chunk));
		bytes16 hits = (bytes16)((chunk == a) | (chunk == b) | (chunk == c));
		memcpy(halves, &hits, sizeof(halves));
		if (halves[0])
			return p + __builtin_ctzll(halves[0]) / 8;
		if (halves[1])
			return p + 8 + __builtin_ctzll(halves[1]) / 8;
	}
	while (p < end && *p != a && *p != b && *p != c)
		p++;
	return p;
}

static struct node *scalar(struct yaml_reader *r, enum node_style style, const char *at,
			   struct str text)
{
	struct node *n = yaml_node(r, NODE_SCALAR, style, at);

	n->raw_text = text.ptr;
	n->raw_count = (uint32_t)text.len;
	return n;
}

/* What was decoded into r->text, as a scalar of its own memory. */
static struct node *decoded(struct yaml_reader *r, enum node_style style, const char *at)
{
	char *copy = arena_alloc_raw(r->arena, r->text.len, 1);

	if (r->text.len)
		memcpy(copy, r->text.ptr, r->text.len);
	return scalar(r, style, at, (struct str){ copy, r->text.len });
}

static void add_range(struct yaml_reader *r, const char *from, const char *to)
{
	buf_add(&r->text, (struct str){ from, (size_t)(to - from) });
}

/* A break of len bytes as it stands in a value: LF, or LS and PS as they are. */
static void add_break(struct yaml_reader *r, const char *p, size_t len)
{
	if (len == 3)
		add_range(r, p, p + len);
	else
		buf_add_char(&r->text, '\n');
}

/*
 * Blanks and breaks between two lines of a flow scalar: one LF becomes a blank, of several the
 * first is dropped. escaped: the first break was behind a backslash and is gone already.
 */
static void add_fold(struct yaml_reader *r, const char *from, const char *to, bool escaped)
{
	bool first = !escaped, is_pending = false;

	for (const char *p = from; p < to;) {
		size_t len = yaml_break_length(r, p);
		if (!len) {
			p++;
			continue;
		}
		if (first && len < 3) {
			is_pending = true;
		} else {
			add_break(r, p, len);
			is_pending = false;
		}
		first = false;
		p += len;
	}
	if (is_pending)
		buf_add_char(&r->text, ' ');
}

/* Where a plain scalar's line ends: a break, ": ", " #", the end, or an indicator in flow. */
static const char *plain_stop(const struct yaml_reader *r, const char *p)
{
	unsigned mask =
		STOP_BLOCK | (r->flow_level ? STOP_FLOW : 0u) | (r->odd_breaks ? STOP_ODD : 0u);

	for (;; p++) {
		p = mask == STOP_BLOCK ? find_byte(p, r->end, ':', '#', '\n')
				       : find_stop(p, r->end, mask);
		if (p == r->end)
			return p;
		switch (*p) {
		case ':':
			if (yaml_is_blankz(r, p + 1))
				return p;
			break;
		case '#':
			if (yaml_is_blank(p[-1]))
				return p;
			break;
		case '\r':
		case '\xc2':
		case '\xe2':
			if (yaml_break_length(r, p))
				return p;
			break;
		default:
			return p;
		}
	}
}

static const char *trim_blanks(const char *start, const char *p)
{
	while (p > start && yaml_is_blank(p[-1]))
		p--;
	return p;
}

/* Breaks and blanks behind a plain line, up to the next text. A tab in the indentation is a fault.
 */
static int plain_gap(struct yaml_reader *r)
{
	const char *p = r->at;

	for (size_t len; (len = yaml_break_length(r, p)) > 0;) {
		p += len;
		r->line = p;
		p = yaml_skip_spaces(p, r->end);
		for (; p < r->end && yaml_is_blank(*p); p++)
			if (*p == '\t' && p - r->line < r->indent + 1)
				return yaml_fail(r, p,
						 "found a tab character that violates indentation");
	}
	r->at = p;
	return 0;
}

/* Whether the line at the cursor goes on with the plain scalar. */
static bool plain_continues(const struct yaml_reader *r)
{
	const char *p = r->at;

	if (p == r->end || *p == '#')
		return false;
	if (!r->flow_level && p - r->line < r->indent + 1)
		return false;
	if (p == r->line && yaml_at_document_marker(r, p))
		return false;
	if (*p == ':' && yaml_is_blankz(r, p + 1))
		return false;
	return !r->flow_level || !(stops[(unsigned char)*p] & STOP_FLOW);
}

static struct node *plain_lines(struct yaml_reader *r, const char *start, const char *gap)
{
	buf_clear(&r->text);
	add_range(r, start, trim_blanks(start, gap));
	for (;;) {
		add_fold(r, gap, r->at, /* escaped= */ false);
		const char *from = r->at;
		r->at = plain_stop(r, from);
		add_range(r, from, trim_blanks(from, r->at));
		if (!yaml_break_length(r, r->at))
			break;
		gap = r->at;
		if (plain_gap(r) < 0)
			return NULL;
		if (!plain_continues(r)) {
			r->key_allowed = true;
			break;
		}
	}
	return decoded(r, STYLE_PLAIN, start);
}

struct node *yaml_plain(struct yaml_reader *r)
{
	const char *start = r->at;
	const char *stop = plain_stop(r, start);

	r->key_allowed = false;
	r->at = stop;
	if (yaml_break_length(r, stop)) {
		if (plain_gap(r) < 0)
			return NULL;
		if (plain_continues(r))
			return plain_lines(r, start, stop);
		r->key_allowed = true;
	}
	const char *last = trim_blanks(start, stop);
	return scalar(r, STYLE_PLAIN, start, (struct str){ start, (size_t)(last - start) });
}

static void add_utf8(struct yaml_reader *r, uint32_t c)
{
	buf_advance(&r->text, utf8_encode(c, buf_reserve(&r->text, UTF8_BYTES_MAX)));
}

static int hex_value(const char *p, size_t digits, uint32_t *ret)
{
	uint32_t value = 0;

	for (size_t i = 0; i < digits; i++) {
		char c = p[i], lower = (char)(c | 0x20);
		if (c >= '0' && c <= '9')
			value = value << 4 | (uint32_t)(c - '0');
		else if (lower >= 'a' && lower <= 'f')
			value = value << 4 | (uint32_t)(lower - 'a' + 10);
		else
			return -1;
	}
	*ret = value;
	return 0;
}

static const char *escape_hex(struct yaml_reader *r, const char *p, size_t digits)
{
	uint32_t value;

	if ((size_t)(r->end - p) < digits || hex_value(p, digits, &value) < 0) {
		yaml_fail(r, p, "did not find expected hexdecimal number");
		return NULL;
	}
	if ((value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff) {
		yaml_fail(r, p, "found invalid Unicode character escape code");
		return NULL;
	}
	add_utf8(r, value);
	return p + digits;
}

/* An escape sequence at p (the backslash); returns the byte behind it, NULL when it is unknown. */
static const char *escape(struct yaml_reader *r, const char *p)
{
	static const struct {
		char letter;
		uint32_t value;
	} letters[] = {
		{ '0', 0 },    { 'a', 7 },	{ 'b', 8 },	 { 't', 9 },	 { '\t', 9 },
		{ 'n', 10 },   { 'v', 11 },	{ 'f', 12 },	 { 'r', 13 },	 { 'e', 27 },
		{ ' ', ' ' },  { '"', '"' },	{ '\'', '\'' },	 { '\\', '\\' }, { 'N', 0x85 },
		{ '_', 0xa0 }, { 'L', 0x2028 }, { 'P', 0x2029 },
	};
	char letter = r->end - p > 1 ? p[1] : 'q';

	if (letter == 'x' || letter == 'u' || letter == 'U')
		return escape_hex(r, p + 2, letter == 'x' ? 2 : letter == 'u' ? 4 : 8);
	for (size_t i = 0; i < ARRAY_COUNT(letters); i++) {
		if (letters[i].letter != letter)
			continue;
		add_utf8(r, letters[i].value);
		return p + 2;
	}
	yaml_fail(r, p, "found unknown escape character");
	return NULL;
}

/*
 * Text without blanks of a quoted scalar from p on. Returns where it stops: a blank, a break, the
 * closing quote; *ret_escaped when a break behind a backslash was taken.
 */
static const char *quoted_run(struct yaml_reader *r, const char *p, char quote, bool *ret_escaped)
{
	unsigned mask = STOP_BLANK | (quote == '\'' ? STOP_SINGLE : STOP_DOUBLE) |
			(r->odd_breaks ? STOP_ODD : 0u);

	while (p) {
		const char *stop = find_stop(p, r->end, mask);
		add_range(r, p, stop);
		p = stop;
		if (p == r->end || yaml_is_blankz(r, p))
			return p;
		if (*p == quote && !(quote == '\'' && r->end - p > 1 && p[1] == '\''))
			return p;
		if (*p == '\\' && quote == '"') {
			size_t len = yaml_break_length(r, p + 1);
			if (len) {
				*ret_escaped = true;
				r->line = p + 1 + len;
				return r->line;
			}
			p = escape(r, p);
			continue;
		}
		buf_add_char(&r->text, *p);
		p += *p == quote ? 2 : 1;
	}
	return NULL;
}

/* Blanks and breaks at p, and the value they stand for. */
static const char *quoted_gap(struct yaml_reader *r, const char *p, bool escaped)
{
	const char *from = p;
	bool is_fold = escaped;

	while (p < r->end) {
		size_t len = yaml_break_length(r, p);
		if (!len && !yaml_is_blank(*p))
			break;
		p += len ? len : 1;
		if (len) {
			r->line = p;
			is_fold = true;
		}
	}
	if (is_fold)
		add_fold(r, from, p, escaped);
	else
		add_range(r, from, p);
	return p;
}

static struct node *quoted_lines(struct yaml_reader *r, enum node_style style)
{
	const char *start = r->at, *p = start + 1;

	buf_clear(&r->text);
	for (;;) {
		if (p == r->line && yaml_at_document_marker(r, p))
			return yaml_fail_node(r, start, "found unexpected document indicator");
		if (p == r->end)
			return yaml_fail_node(r, start, "found unexpected end of stream");
		bool escaped = false;
		p = quoted_run(r, p, *start, &escaped);
		if (!p)
			return NULL;
		if (p < r->end && *p == *start)
			break;
		p = quoted_gap(r, p, escaped);
	}
	r->at = p + 1;
	return decoded(r, style, start);
}

struct node *yaml_quoted(struct yaml_reader *r)
{
	const char *start = r->at;
	bool is_single = *start == '\'';
	enum node_style style = is_single ? STYLE_SINGLE : STYLE_DOUBLE;
	unsigned mask = (is_single ? STOP_SINGLE : STOP_DOUBLE) | (r->odd_breaks ? STOP_ODD : 0u);
	const char *stop =
		r->odd_breaks ? find_stop(start + 1, r->end, mask)
			      : find_byte(start + 1, r->end, *start, '\n', is_single ? '\n' : '\\');

	r->key_allowed = false;
	if (stop == r->end)
		return yaml_fail_node(r, start, "found unexpected end of stream");
	bool is_plain_text =
		*stop == *start && !(is_single && r->end - stop > 1 && stop[1] == '\'');
	if (!is_plain_text)
		return quoted_lines(r, style);
	r->at = stop + 1;
	return scalar(r, style, start, (struct str){ start + 1, (size_t)(stop - start - 1) });
}

struct block_header {
	int chomping; /* -1 strip, 0 clip, 1 keep */
	int increment;
};

/* [-+]?[1-9]? or [1-9][-+]? behind the indicator, blanks, a comment, the end of the line. */
static int block_header(struct yaml_reader *r, struct block_header *ret)
{
	const char *start = r->at++;

	*ret = (struct block_header){};
	for (int i = 0; i < 2 && r->at < r->end; i++) {
		char c = *r->at;
		if ((c == '+' || c == '-') && !ret->chomping)
			ret->chomping = c == '+' ? 1 : -1;
		else if (c == '0' && !ret->increment)
			return yaml_fail(r, start, "found an indentation indicator equal to 0");
		else if (c > '0' && c <= '9' && !ret->increment)
			ret->increment = c - '0';
		else
			break;
		r->at++;
	}
	while (r->at < r->end && yaml_is_blank(*r->at))
		r->at++;
	if (yaml_is_at(r, '#'))
		r->at = yaml_line_end(r, r->at);
	size_t len = yaml_break_length(r, r->at);
	if (!len && r->at < r->end)
		return yaml_fail(r, start, "did not find expected comment or line break");
	r->at += len;
	if (len)
		r->line = r->at;
	return 0;
}

/*
 * Indentation and empty lines; the cursor ends in the indentation of a line with text. *indent is
 * found out when it is 0: the most spaces of these lines, at least one more than the parent.
 */
static int block_breaks(struct yaml_reader *r, int32_t *indent)
{
	int32_t most = 0;

	for (;;) {
		const char *limit = *indent ? MIN(r->end, r->line + *indent) : r->end;
		r->at = r->at < limit ? yaml_skip_spaces(r->at, limit) : r->at;
		int32_t column = (int32_t)(r->at - r->line);
		most = MAX(most, column);
		if (yaml_is_at(r, '\t') && (!*indent || column < *indent))
			return yaml_fail(
				r, r->at,
				"found a tab character where an indentation space is expected");
		size_t len = yaml_break_length(r, r->at);
		if (!len)
			break;
		r->at += len;
		r->line = r->at;
	}
	if (!*indent)
		*indent = MAX(MAX(most, r->indent + 1), 1);
	return 0;
}

/* The line breaks of a range of blanks and breaks. */
static void add_breaks(struct yaml_reader *r, const char *from, const char *to)
{
	while (from < to) {
		size_t len = yaml_break_length(r, from);
		if (len)
			add_break(r, from, len);
		from += len ? len : 1;
	}
}

/* Lines of text into r->text; behind them, the breaks that chomping decides about. */
static int block_lines(struct yaml_reader *r, struct block_header header, bool is_literal)
{
	int32_t indent = header.increment ? MAX(r->indent, 0) + header.increment : 0;
	const char *breaks = r->at; /* empty lines not yet written */
	const char *leading = NULL; /* the break of the line before */
	size_t leading_len = 0;
	bool was_blank = false;

	if (block_breaks(r, &indent) < 0)
		return -1;
	while (r->at < r->end && r->at - r->line == indent) {
		bool is_blank = yaml_is_blank(*r->at);
		if (!is_literal && leading_len && leading_len < 3 && !was_blank && !is_blank) {
			if (breaks == r->line)
				buf_add_char(&r->text, ' ');
		} else if (leading_len) {
			add_break(r, leading, leading_len);
		}
		add_breaks(r, breaks, r->line);
		was_blank = is_blank;
		leading = yaml_line_end(r, r->at);
		add_range(r, r->at, leading);
		leading_len = yaml_break_length(r, leading);
		breaks = r->at = leading + leading_len;
		if (leading_len)
			r->line = r->at;
		if (block_breaks(r, &indent) < 0)
			return -1;
	}
	if (header.chomping >= 0 && leading_len)
		add_break(r, leading, leading_len);
	if (header.chomping > 0)
		add_breaks(r, breaks, r->at);
	return 0;
}

struct node *yaml_block_scalar(struct yaml_reader *r)
{
	const char *start = r->at;
	bool is_literal = *start == '|';
	struct block_header header;

	r->key_allowed = true;
	buf_clear(&r->text);
	if (block_header(r, &header) < 0 || block_lines(r, header, is_literal) < 0)
		return NULL;
	return decoded(r, is_literal ? STYLE_LITERAL : STYLE_FOLDED, start);
}
