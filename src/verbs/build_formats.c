/* build_formats - what a build has made, as a list of objects or a tree of Kustomizations */
#include "base/arena.h"
#include "base/utf8.h"
#include "base/visible.h"
#include "build/compose.h"
#include "verbs/build_cluster.h"

enum { INDENT_MAX = 32, COLUMNS_MAX = 60 };

struct listing {
	const struct composition *composition;
	const struct compose_part *only; /* NULL: all parts */
};

/* List */

struct widths {
	int kind, namespace, name;
};

/* Columns that a text takes when it is shown. */
static int columns(struct arena *arena, struct str text)
{
	return (int)utf8_width(visible(arena, text));
}

static void widen(struct arena *arena, int *width, struct str text)
{
	*width = MAX(*width, MIN(columns(arena, text), COLUMNS_MAX));
}

static struct str or_dash(struct str text)
{
	return text.len ? text : STR("-");
}

static bool is_listed(const struct listing *l, const struct compose_part *part)
{
	return l->only ? part == l->only
		       : part->state == COMPOSE_APPLIED || part->state == COMPOSE_ELSEWHERE;
}

/* "flux-system/apps", and whether its objects are of another cluster. */
static struct str from_of(struct arena *arena, const struct compose_part *part)
{
	struct str name = str_strip_prefix(part->label, STR("Kustomization/"));

	return part->state == COMPOSE_ELSEWHERE ? str_concat(arena, name, STR(" (remote cluster)"))
						: name;
}

static struct widths widths_of(struct arena *arena, const struct listing *l)
{
	const struct composition *x = l->composition;
	struct widths w = { 4, 9, 4 };

	for (uint32_t p = 0; p < x->parts.count; p++) {
		const struct compose_part *part = &x->parts.items[p];
		for (uint32_t i = 0; is_listed(l, part) && i < part->count; i++) {
			const struct node *o = x->render.objects[part->first + i];
			widen(arena, &w.kind, object_kind(o));
			widen(arena, &w.namespace, object_namespace(o));
			widen(arena, &w.name, object_name(o));
		}
	}
	return w;
}

static void write_row(struct ink *out, struct arena *arena, struct widths w,
		      const struct str cells[4])
{
	const int widths[] = { w.kind, w.namespace, w.name };

	for (size_t i = 0; i < ARRAY_COUNT(widths); i++)
		ink_printf(out, "%.*s%*s", STR_FMT(cells[i]),
			   MAX(widths[i] - columns(arena, cells[i]), 0) + 2, "");
	ink_printf(out, "%.*s\n", STR_FMT(cells[3]));
}

static void list_text(const void *data, struct ink *out)
{
	static const struct str head[] = { STR_INIT("KIND"), STR_INIT("NAMESPACE"),
					   STR_INIT("NAME"), STR_INIT("FROM") };
	const struct listing *l = data;
	const struct composition *x = l->composition;
	SCRATCH(scratch);
	struct widths w = widths_of(scratch, l);

	write_row(out, scratch, w, head);
	for (uint32_t p = 0; p < x->parts.count; p++) {
		const struct compose_part *part = &x->parts.items[p];
		for (uint32_t i = 0; is_listed(l, part) && i < part->count; i++) {
			const struct node *o = x->render.objects[part->first + i];
			const struct str cells[] = { object_kind(o), or_dash(object_namespace(o)),
						     object_name(o), from_of(scratch, part) };
			write_row(out, scratch, w, cells);
		}
	}
}

/* Tree */

struct branch {
	const struct compose_part *part;
	struct branch *parent, *first, *last, *next;
	int depth;
};

/* Under the part whose objects it is among. */
static void plant(struct branch *branch, struct branch *parent)
{
	branch->parent = parent;
	branch->depth = parent->depth + 1;
	if (parent->last)
		parent->last->next = branch;
	else
		parent->first = branch;
	parent->last = branch;
}

/* A part for each of its Kustomizations comes behind it, so parents are planted before children. Of
 * many kustomizations each stands alone. */
static struct branch *branches_of(struct arena *arena, const struct composition *x)
{
	struct branch *branches = arena_array(arena, struct branch, x->parts.count);
	struct map makers; /* label of an object → struct branch of its part */

	map_init(&makers, arena);
	for (uint32_t p = 0; p < x->parts.count; p++) {
		const struct compose_part *part = &x->parts.items[p];
		struct branch *maker = map_get(&makers, part->label);
		branches[p] = (struct branch){ .part = part };
		if (p && (maker || part->kustomization))
			plant(&branches[p], maker ? maker : &branches[0]);
		for (uint32_t i = 0; i < part->count; i++) {
			const struct node *o = x->render.objects[part->first + i];
			if (str_equal(object_kind(o), STR("Kustomization")))
				map_put(&makers, object_label_text(arena, o), &branches[p]);
		}
	}
	return branches;
}

static void write_indent(struct ink *out, const struct branch *b)
{
	const struct branch *line[INDENT_MAX];
	int count = 0;

	for (; b->parent && count < INDENT_MAX; b = b->parent)
		line[count++] = b;
	while (count-- > 0) {
		bool is_own = count == 0, is_last = !line[count]->next;
		ink_printf(out, "%s", is_own ? is_last ? "└─ " : "├─ " : is_last ? "   " : "│  ");
	}
}

static void write_branch(struct ink *out, const struct branch *b)
{
	const struct compose_part *part = b->part;
	struct str path = node_str_at(part->kustomization, "spec.path");

	write_indent(out, b);
	ink_paint(out, INK_BOLD, "%.*s",
		  STR_FMT(str_strip_prefix(part->label, STR("Kustomization/"))));
	if (part->state != COMPOSE_NO_SOURCE && part->state != COMPOSE_FAILED)
		ink_printf(out, ": %u object%s", part->count, part->count == 1 ? "" : "s");
	if (part->source.ptr)
		ink_paint(out, INK_DIM, "  %.*s %.*s", STR_FMT(part->source),
			  STR_FMT(path.len ? path : STR("./")));
	if (part->state == COMPOSE_ELSEWHERE)
		ink_paint(out, INK_YELLOW, "  remote cluster");
	else if (part->state != COMPOSE_APPLIED)
		ink_paint(out, part->state == COMPOSE_FAILED ? INK_RED : INK_YELLOW,
			  "  not applied: %.*s", STR_FMT(part->reason));
	ink_printf(out, "\n");
}

static const struct branch *behind(const struct branch *b)
{
	if (b->first)
		return b->first;
	while (b && !b->next)
		b = b->parent;
	return b ? b->next : NULL;
}

static void tree_text(const void *data, struct ink *out)
{
	SCRATCH(scratch);
	const struct listing *l = data;

	if (l->only) {
		write_branch(out, &(struct branch){ .part = l->only });
		return;
	}
	const struct branch *branches = branches_of(scratch, l->composition);
	for (uint32_t p = 0; p < l->composition->parts.count; p++)
		for (const struct branch *b = branches[p].parent ? NULL : &branches[p]; b;
		     b = behind(b))
			write_branch(out, b);
}

/* --- both ------------------------------------------------------------------------------------ */

const struct outcome_format *build_formats_of(struct arena *arena,
					      const struct composition *composition,
					      const struct compose_part *only)
{
	const struct listing listing = { composition, only };
	const struct listing *kept = arena_copy(arena, &listing, sizeof(listing));
	const struct outcome_format formats[] = { { "list", list_text, kept },
						  { "tree", tree_text, kept },
						  {} };

	return arena_copy(arena, formats, sizeof(formats));
}

const struct outcome_format *build_formats(struct arena *arena, struct str path,
					   const struct render *render)
{
	struct composition *one = arena_one(arena, struct composition);
	struct compose_part part = { .label = path, .count = render->count };

	*one = (struct composition){ .path = path, .render = *render };
	VEC_PUSH(arena, &one->parts, part);
	return build_formats_of(arena, one, NULL);
}
