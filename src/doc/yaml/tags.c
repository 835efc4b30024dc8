/* tags - tags and anchors before a node, and the directives that declare handles of tags */
#include "doc/yaml/internal.h"

static bool is_uri(char c)
{
	return yaml_is_word(c) || (c && strchr(";/?:@&=+$,.!~*'()[]%", c));
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The octet of %41 at the cursor, or -1. */
static int uri_octet(struct yaml_reader *r)
{
	int high = r->end - r->at > 2 && *r->at == '%' ? hex_digit(r->at[1]) : -1;
	int low = high >= 0 ? hex_digit(r->at[2]) : -1;

	if (low < 0)
		return -1;
	r->at += 3;
	return high << 4 | low;
}

/* The escapes of one character: as many as its UTF-8 has bytes. */
static int uri_escape(struct yaml_reader *r, const char *start)
{
	int octet = uri_octet(r);
	int left = octet < 0x80 ? 0 : octet < 0xc0 ? -1 : octet < 0xe0 ? 1 : octet < 0xf0 ? 2 : 3;

	if (octet < 0)
		return yaml_fail(r, start, "did not find URI escaped octet");
	if (left < 0 || octet >= 0xf8)
		return yaml_fail(r, start, "found an incorrect leading UTF-8 octet");
	buf_add_char(&r->text, (char)octet);
	for (; left > 0; left--) {
		octet = uri_octet(r);
		if (octet < 0)
			return yaml_fail(r, start, "did not find URI escaped octet");
		if ((octet & 0xc0) != 0x80)
			return yaml_fail(r, start, "found an incorrect trailing UTF-8 octet");
		buf_add_char(&r->text, (char)octet);
	}
	return 0;
}

/* The bytes of an URI at the cursor, %41 decoded, into r->text. */
static int uri_text(struct yaml_reader *r, const char *start)
{
	while (r->at < r->end && is_uri(*r->at)) {
		if (*r->at != '%')
			buf_add_char(&r->text, *r->at++);
		else if (uri_escape(r, start) < 0)
			return -1;
	}
	return 0;
}

/* '!', '!!' or '!word!' at the cursor: how many bytes; 1 when the word has no second '!'. */
static size_t handle_length(const struct yaml_reader *r)
{
	const char *p = r->at + 1;

	while (p < r->end && yaml_is_word(*p))
		p++;
	return p < r->end && *p == '!' ? (size_t)(p + 1 - r->at) : 1;
}

static const struct yaml_handle *find_handle(const struct yaml_reader *r, struct str handle)
{
	static const struct yaml_handle defaults[] = {
		{ STR_INIT("!"), STR_INIT("!") },
		{ STR_INIT("!!"), STR_INIT("tag:yaml.org,2002:") },
	};

	for (uint32_t i = 0; i < r->handles.count; i++)
		if (str_equal(r->handles.items[i].handle, handle))
			return &r->handles.items[i];
	for (size_t i = 0; i < ARRAY_COUNT(defaults); i++)
		if (str_equal(defaults[i].handle, handle))
			return &defaults[i];
	return NULL;
}

static int verbatim_tag(struct yaml_reader *r)
{
	const char *start = r->at;

	r->at += 2;
	if (uri_text(r, start) < 0)
		return -1;
	if (r->text.len == 0)
		return yaml_fail(r, start, "did not find expected tag URI");
	if (!yaml_is_at(r, '>'))
		return yaml_fail(r, start, "did not find the expected '>'");
	r->at++;
	return 0;
}

static int shorthand_tag(struct yaml_reader *r)
{
	const char *start = r->at;
	struct str handle = { r->at, handle_length(r) };

	r->at += handle.len;
	buf_clear(&r->text);
	const struct yaml_handle *found = find_handle(r, handle);
	if (!found)
		return yaml_fail(r, start, "found undefined tag handle");
	buf_add(&r->text, found->prefix);
	size_t prefix_len = r->text.len;
	if (uri_text(r, start) < 0)
		return -1;
	if (handle.len > 1 && r->text.len == prefix_len)
		return yaml_fail(r, start, "did not find expected tag URI");
	if (handle.len == 1 && r->text.len == prefix_len) {
		buf_clear(&r->text);
		buf_add_char(&r->text, '!'); /* the tag '!' alone has no handle */
	}
	return 0;
}

static int tag(struct yaml_reader *r, struct str *ret_tag)
{
	const char *start = r->at;

	buf_clear(&r->text);
	int result = r->end - r->at > 1 && r->at[1] == '<' ? verbatim_tag(r) : shorthand_tag(r);
	if (result < 0)
		return -1;
	if (!yaml_is_blankz(r, r->at))
		return yaml_fail(r, start, "did not find expected whitespace or line break");
	*ret_tag = str_copy(r->arena, buf_str(&r->text));
	return 0;
}

int yaml_prop(struct yaml_reader *r, struct yaml_props *props)
{
	const char *start = r->at;
	struct yaml_props one = {};

	r->key_allowed = false;
	if (*start == '!') {
		if (tag(r, &one.tag) < 0)
			return -1;
	} else {
		if (yaml_anchor_name(r, &one.anchor) < 0)
			return -1;
		yaml_open(r, one.anchor);
	}
	if ((one.tag.ptr && props->tag.ptr) || (one.anchor.ptr && props->anchor.ptr))
		return yaml_fail(r, start, "did not find expected node content");
	return yaml_props_join(r, props, &one);
}

static void skip_blanks(struct yaml_reader *r)
{
	while (r->at < r->end && yaml_is_blank(*r->at))
		r->at++;
}

static int version_number(struct yaml_reader *r, const char *start, int *ret_number)
{
	const char *first = r->at;
	int number = 0;

	for (; r->at < r->end && *r->at >= '0' && *r->at <= '9' && r->at - first < 3; r->at++)
		number = number * 10 + (*r->at - '0');
	if (r->at == first)
		return yaml_fail(r, start, "did not find expected version number");
	if (r->at - first > 2)
		return yaml_fail(r, start, "found extremely long version number");
	*ret_number = number;
	return 0;
}

static int version_directive(struct yaml_reader *r, const char *start, bool *has_version)
{
	int major, minor;

	if (version_number(r, start, &major) < 0)
		return -1;
	if (!yaml_is_at(r, '.'))
		return yaml_fail(r, start, "did not find expected digit or '.' character");
	r->at++;
	if (version_number(r, start, &minor) < 0)
		return -1;
	if (*has_version)
		return yaml_fail(r, start, "found duplicate %YAML directive");
	if (major != 1 || minor != 1) {
		yaml_fail(r, start, "found incompatible YAML document");
		return error_hint(r->err, "leave the line out, or write %%YAML 1.1");
	}
	*has_version = true;
	return 0;
}

static int add_handle(struct yaml_reader *r, const char *start, struct yaml_handle handle)
{
	for (uint32_t i = 0; i < r->handles.count; i++)
		if (str_equal(r->handles.items[i].handle, handle.handle))
			return yaml_fail(r, start, "found duplicate %TAG directive");
	VEC_PUSH(r->scratch, &r->handles, handle);
	return 0;
}

static int tag_directive(struct yaml_reader *r, const char *start)
{
	struct yaml_handle handle;

	if (!yaml_is_at(r, '!'))
		return yaml_fail(r, start, "did not find expected '!'");
	handle.handle = (struct str){ r->at, handle_length(r) };
	r->at += handle.handle.len;
	if (r->at == r->end || !yaml_is_blank(*r->at))
		return yaml_fail(r, start, "did not find expected whitespace");
	skip_blanks(r);
	buf_clear(&r->text);
	if (uri_text(r, start) < 0)
		return -1;
	if (r->text.len == 0)
		return yaml_fail(r, start, "did not find expected tag URI");
	if (!yaml_is_blankz(r, r->at))
		return yaml_fail(r, start, "did not find expected whitespace or line break");
	handle.prefix = str_copy(r->arena, buf_str(&r->text));
	return add_handle(r, start, handle);
}

int yaml_directive(struct yaml_reader *r, bool *has_version)
{
	const char *start = r->at++;
	struct str name = { r->at, 0 };

	while (r->at < r->end && yaml_is_word(*r->at))
		r->at++;
	name.len = (size_t)(r->at - name.ptr);
	if (!yaml_is_blankz(r, r->at))
		return yaml_fail(r, start, "found unexpected non-alphabetical character");
	skip_blanks(r);
	int result = -1;
	if (str_equal(name, STR("YAML")))
		result = version_directive(r, start, has_version);
	else if (str_equal(name, STR("TAG")))
		result = tag_directive(r, start);
	else
		yaml_fail(r, start, "found unknown directive name");
	if (result < 0)
		return -1;
	skip_blanks(r);
	if (r->at < r->end && *r->at != '#' && !yaml_break_length(r, r->at))
		return yaml_fail(r, start, "did not find expected comment or line break");
	r->key_allowed = false;
	yaml_skip(r);
	return 0;
}
