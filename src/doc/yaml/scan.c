/* scan - what stands between nodes: blanks, comments, the names of anchors */
#include "doc/yaml/internal.h"

int yaml_fail(struct yaml_reader *r, const char *at, const char *text)
{
	return error_set(r->err, ERROR_INPUT, yaml_position(r, at), "%s", text);
}

struct node *yaml_fail_node(struct yaml_reader *r, const char *at, const char *text)
{
	yaml_fail(r, at, text);
	return NULL;
}

const char *yaml_line_end(const struct yaml_reader *r, const char *p)
{
	if (!r->odd_breaks) {
		const char *found = memchr(p, '\n', (size_t)(r->end - p));
		return found ? found : r->end;
	}
	while (p < r->end && !yaml_break_length(r, p))
		p++;
	return p;
}

bool yaml_at_document_marker(const struct yaml_reader *r, const char *p)
{
	return r->end - p >= 3 && (*p == '-' || *p == '.') && p[1] == *p && p[2] == *p &&
	       yaml_is_blankz(r, p + 3);
}

static int32_t token_column(const struct yaml_reader *r)
{
	if (r->at == r->end)
		return -1;
	if (r->at == r->line && (*r->at == '%' || yaml_at_document_marker(r, r->at)))
		return -1;
	return (int32_t)(r->at - r->line);
}

/*
 * Behind a comment on lines of its own go-yaml looks for the next one over any blanks, tabs and
 * empty lines, also where a tab is no blank. Returns its '#', or p.
 */
static const char *next_comment(struct yaml_reader *r, const char *p)
{
	enum { PEEK_BYTES_MAX = 512 };
	const char *limit = r->end - p > PEEK_BYTES_MAX ? p + PEEK_BYTES_MAX : r->end;
	const char *line = r->line, *q = p;

	while (q < limit && *q != '#') {
		size_t len = yaml_break_length(r, q);
		if (!len && !yaml_is_blank(*q))
			return p;
		q += len ? len : 1;
		if (len)
			line = q;
	}
	if (q >= limit)
		return p;
	r->line = line;
	return q;
}

static const char *skip_comments(struct yaml_reader *r, const char *p)
{
	if (r->at > r->line) /* behind a token */
		return yaml_line_end(r, p);
	while (p < r->end && *p == '#')
		p = next_comment(r, yaml_line_end(r, p));
	return p;
}

void yaml_skip_line_comment(struct yaml_reader *r)
{
	const char *p = r->at;

	while (p < r->end && yaml_is_blank(*p))
		p++;
	if (p < r->end && *p == '#')
		r->at = yaml_line_end(r, p);
}

/*
 * As go-yaml, a tab is no blank where a key may start, and a '#' begins a comment without a blank
 * before it, too.
 */
void yaml_skip(struct yaml_reader *r)
{
	const char *p = r->at;

	for (;;) {
		p = yaml_skip_spaces(p, r->end);
		if (p < r->end && *p == '\t' && (r->flow_level || !r->key_allowed)) {
			p++;
			continue;
		}
		if (p < r->end && *p == '#')
			p = skip_comments(r, p);
		size_t len = yaml_break_length(r, p);
		if (!len)
			break;
		p += len;
		r->line = r->at = p;
		if (!r->flow_level)
			r->key_allowed = true;
	}
	r->at = p;
	r->column = token_column(r);
}

bool yaml_key_fits(const struct yaml_reader *r, const char *start)
{
	size_t chars = 0;

	if (start < r->line)
		return false;
	if (r->at - start <= YAML_KEY_BYTES_MAX)
		return true;
	for (const char *p = start; p < r->at; p++)
		chars += (*p & 0xc0) != 0x80;
	return chars <= YAML_KEY_BYTES_MAX;
}

int yaml_anchor_name(struct yaml_reader *r, struct str *ret_name)
{
	const char *start = r->at++;

	while (r->at < r->end && yaml_is_word(*r->at))
		r->at++;
	*ret_name = (struct str){ start + 1, (size_t)(r->at - start - 1) };
	if (ret_name->len && (yaml_is_blankz(r, r->at) || strchr("?:,]}%@`", *r->at)))
		return 0;
	return yaml_fail(r, start, "did not find expected alphabetic or numeric character");
}
