/* text_fuzz - patterns, variables, quantities, selectors and tokens of any bytes */
#include "base/arena.h"
#include "base/duration.h"
#include "base/error.h"
#include "doc/make.h"
#include "fuzz/fuzz.h"
#include "kube/field_selector.h"
#include "kube/label_selector.h"
#include "kube/labels.h"
#include "kube/quantity.h"
#include "lang/regex.h"
#include "lang/regex_sample.h"
#include "lang/scan_test.h"
#include "lang/substitute.h"

static void check_selectors(struct arena *arena, struct str text, const struct node *labels)
{
	const struct kind pod = { .id = KIND_POD };
	struct label_selector by_labels;
	struct field_selector by_fields;
	struct error err;

	if (label_selector_parse(arena, text, &by_labels, &err) == 0)
		label_selector_matches(&by_labels, labels);
	if (field_selector_parse(arena, &pod, text, &by_fields, &err) == 0)
		field_selector_matches(&by_fields, labels);
}

static void check_regex(struct arena *arena, struct str pattern, struct str text)
{
	struct error err;
	struct str sample;
	const struct regex *whole = regex_compile(arena, pattern, REGEX_WHOLE, &err);
	const struct regex *any = regex_compile(arena, pattern, 0, &err);

	assert(!whole == !any);
	if (!any)
		return;
	assert(!regex_match(whole, text) || regex_match(any, text));
	regex_replace(arena, any, text, STR("<$0$1${x}>"), /* literal= */ false);
	if (regex_sample(arena, pattern, &sample))
		assert(regex_match(whole, sample));
}

/* Tokens stand one behind the other, each of them is something, and the last one is the end. */
static void check_tokens(struct arena *arena, const struct scan_language *language, struct str text)
{
	struct error err;
	struct scan scan = { language, { text }, arena, ERROR_NO_POSITION, &err };
	struct scan_number number;

	for (size_t at = 0; scan_next(&scan) == 0; at = scan.in.at) {
		assert(scan.token.offset >= at && scan.in.at <= text.len);
		if (scan.token.kind == SCAN_END) {
			assert(scan.in.at == text.len);
			return;
		}
		assert(scan.in.at > scan.token.offset);
		if (scan.token.kind == SCAN_NUMBER)
			scan_number(scan.token.text, language->numbers, &number);
	}
	assert(str_starts(str_from_cstr(err.text), str_from_cstr(language->name)));
}

/* The first line is a pattern, a quantity, a selector; all of it a text with variables. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
	SCRATCH(arena);
	struct str text = { (const char *)bytes, MIN(size_bytes, (size_t)4096) };
	struct str rest = text;
	struct str first = str_cut(&rest, '\n');
	const struct node *variables = node_make(arena, "{a: b, long: \"${a}\", EMPTY: \"\"}");
	struct error err;
	struct buf out;
	int64_t milli;

	check_regex(arena, first, rest);
	buf_init(&out, arena);
	(void)!substitute(&(struct substitution){ text, 0, variables, .strict = true }, &out, NULL,
			  &err);
	(void)!substitute(&(struct substitution){ text, 1, variables, .strict = false }, &out, NULL,
			  &err);
	if (quantity_parse(first, &milli)) {
		struct str canonical = quantity_canonical(arena, first);
		assert(str_equal(quantity_canonical(arena, canonical), canonical));
	}
	check_selectors(arena, first, variables);
	check_tokens(arena, &cel, text);
	check_tokens(arena, &github, text);
	check_tokens(arena, &go_template, text);
	int64_t ns, again_ns;
	if (duration_parse(first, &ns))
		assert(duration_parse(duration_format(arena, ns), &again_ns) && again_ns == ns);
	labels_check_key(first);
	labels_check_value(first);
	return 0;
}
