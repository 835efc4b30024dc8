/* finding - results of checks, collected in a sink */
#include "doc/finding.h"

#include <stdarg.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"
#include "doc/secret.h"

void findings_init(struct findings *findings, struct arena *arena)
{
	*findings = (struct findings){ .arena = arena };
}

void findings_about(struct findings *findings, struct str object)
{
	findings->object = object;
}

static struct str formatted(struct arena *arena, const char *format, va_list args)
{
	struct buf buf;

	buf_init(&buf, arena);
	buf_vprintf(&buf, format, args);
	return buf_str(&buf);
}

void finding_add(struct findings *findings, const struct rule *rule, const struct node *node,
		 const char *format, ...)
{
	struct finding finding = {
		.rule = rule, .node = node, .severity = rule->severity, .object = findings->object
	};
	va_list args;

	va_start(args, format);
	finding.message =
		secret_masked(findings->arena, formatted(findings->arena, format, args), node);
	va_end(args);
	VEC_PUSH(findings->arena, findings, finding);
}

void finding_hint(struct findings *findings, const char *format, ...)
{
	va_list args;

	assert(findings->count);
	struct finding *last = &findings->items[findings->count - 1];
	va_start(args, format);
	last->hint = secret_masked(findings->arena, formatted(findings->arena, format, args),
				   last->node);
	va_end(args);
}

void finding_soften(struct findings *findings, enum severity severity)
{
	struct finding *last = &findings->items[findings->count - 1];

	assert(findings->count);
	last->severity = MIN(last->severity, severity);
}

struct str severity_word(enum severity severity)
{
	static const struct str words[] = { STR_INIT("info"), STR_INIT("warning"),
					    STR_INIT("error") };
	return words[severity];
}
