/* escape - escape sequences in texts, by a table for each language */
#include "base/escape.h"

#include "base/buf.h"
#include "base/num.h"
#include "base/utf8.h"

static const struct escape_number *number_at(const struct escapes *escapes, char c)
{
	for (size_t i = 0; i < ARRAY_COUNT(escapes->numbers); i++) {
		const struct escape_number *n = &escapes->numbers[i];
		if (!n->digits)
			break;
		if (n->mark ? c == n->mark : c >= '0' && c < '0' + MIN(n->base, 10))
			return n;
	}
	return NULL;
}

static bool is_character(const struct escape_number *form, uint64_t value)
{
	if (form->is_byte)
		return value <= 0xff;
	return value <= 0x10ffff && !(value >= 0xd800 && value < 0xe000);
}

static bool take_number(struct cursor *c, const struct escape_number *form, struct buf *out,
			struct escape_fault *ret_fault)
{
	uint64_t value = 0;

	c->at += form->mark != '\0';
	struct str digits = str_sub(c->text, c->at, c->at + form->digits);
	if (digits.len != form->digits || !num_uint64(digits, form->base, &value) ||
	    !is_character(form, value)) {
		*ret_fault = (struct escape_fault){ c->at, digits };
		return false;
	}
	char bytes[UTF8_BYTES_MAX] = { (char)value };
	size_t count = form->is_byte ? 1 : utf8_encode((uint32_t)value, bytes);
	buf_add(out, (struct str){ bytes, count });
	c->at += form->digits;
	return true;
}

static bool take_letter(struct cursor *c, const struct escapes *escapes, char quote,
			struct buf *out, struct escape_fault *ret_fault)
{
	size_t sign = c->at - 1;
	bool is_end = cursor_at_end(c);
	char letter = is_end ? escapes->sign : c->text.ptr[c->at];
	ptrdiff_t index = is_end ? -1 : str_find_char(str_from_cstr(escapes->letters), letter);

	if (index < 0 && !escapes->others && (is_end || !quote || letter != quote)) {
		*ret_fault = (struct escape_fault){ c->at, str_sub(c->text, sign, c->at + 1) };
		return false;
	}
	buf_add_char(out, index >= 0 ? escapes->meanings[index] : letter);
	c->at += !is_end;
	return true;
}

bool escape_take(struct cursor *c, const struct escapes *escapes, char quote, struct buf *out,
		 struct escape_fault *ret_fault)
{
	assert(cursor_peek(c) == escapes->sign);
	c->at++;
	const struct escape_number *number = number_at(escapes, cursor_peek(c));
	if (number)
		return take_number(c, number, out, ret_fault);
	return take_letter(c, escapes, quote, out, ret_fault);
}

bool escape_decode(struct arena *arena, struct str text, const struct escapes *escapes,
		   struct str *ret, struct escape_fault *ret_fault)
{
	struct cursor c = { text };
	struct buf out;

	if (str_find_char(text, escapes->sign) < 0) {
		*ret = text;
		return true;
	}
	buf_init(&out, arena);
	while (!cursor_at_end(&c)) {
		if (cursor_peek(&c) != escapes->sign)
			buf_add_char(&out, c.text.ptr[c.at++]);
		else if (!escape_take(&c, escapes, '\0', &out, ret_fault))
			return false;
	}
	*ret = buf_str(&out);
	return true;
}
