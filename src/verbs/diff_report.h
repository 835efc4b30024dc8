/*
 * diff_report - differences of objects as a document, as text and as Markdown
 *
 * Layer: verbs. Private: build_watch.c, diff.c, diff_document.c, diff_markdown.c, diff_text.c,
 * kinds_fixture.h.
 *
 * The document is made once, with its secrets masked; text and Markdown are made from it alone, so
 * none of them can show what the document hides.
 */
#ifndef FORGE_VERBS_DIFF_REPORT_H
#define FORGE_VERBS_DIFF_REPORT_H

#include "base/ink.h"
#include "build/difference.h"
#include "doc/nodes.h"
#include "doc/set.h"

enum {
	DIFF_CONTEXT_LINES = 2,		 /* of a long text, around what changed */
	DIFF_MARKDOWN_BYTES_MAX = 60000, /* a comment on GitHub may have 65536 */
	DIFF_CHAIN_MAX = 16,		 /* places of an origin */
};

struct diff_report {
	const struct node *document; /* of diff_document */
	bool is_stat;		     /* counts alone */
};

struct diff_document_options {
	struct docset *set;
	bool has_origins;
	const struct nodes *left_out; /* labels of Kustomizations that are not compared, or NULL */
	struct str base;	      /* paths of origins below it are shown relative to it */
};

/* docs/diff.md lists the fields. */
const struct node *diff_document(struct arena *arena, const struct object_differences *differences,
				 const struct diff_document_options *options);

void diff_text(const struct diff_report *report, struct ink *out);
void diff_markdown(const struct diff_report *report, struct ink *out);

/* "Kustomization/flux-system/apps in clusters/production": what applies an object. */
struct str diff_place(struct arena *arena, struct str part, struct str folder);

/* What the text and the Markdown share: "Deployment/prod/api"; what is to be said of a change
 * ("pruned"); its fields; "1 added, 2 changed, 3 removed". */
struct str diff_label(struct arena *arena, const struct node *object);
struct str diff_remarks(struct arena *arena, const struct node *change);
struct str diff_counts(struct arena *arena, const struct node *change);
struct str diff_totals(struct arena *arena, const struct node *document);
void diff_fields_text(const struct node *change, struct ink *out);

#endif
