/* admit_daemonset - the generation of a DaemonSet's template, which lives in an annotation */
#include "base/arena.h"
#include "base/num.h"
#include "cluster/server/admission_kinds.h"
#include "doc/make.h"
#include "kube/schema/defaults.h"
#include "kube/workload.h"

/* 1 for a new one, one more for each change of the template, whatever the client says. */
int admission_mutate_daemonset(struct admission *a, struct write *w)
{
	const struct node *object = defaults_apply(a->schemas, w->arena, w->object);
	const struct node *template = node_at(object, "spec.template");
	int64_t generation = 0;

	if (w->old) {
		const struct node *before = node_at(w->old->root, "spec.template");
		num_int64(object_annotation(w->old->root, STR(DAEMONSET_GENERATION)), &generation);
		if (generation && template && before && node_equal(before, template))
			generation--;
	}
	w->object = node_set(
		w->arena, w->object, "metadata.annotations[" DAEMONSET_GENERATION "]",
		node_str(w->arena, str_printf(w->arena, "%lld", (long long)generation + 1)));
	return 0;
}
