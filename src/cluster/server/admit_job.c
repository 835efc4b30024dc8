/* admit_job - the selector of a new Job, and the labels of its pods that it selects by */
#include "base/arena.h"
#include "cluster/server/admission_kinds.h"
#include "doc/make.h"

/* Labels of the pods; a Job without labels of its own takes them, too. */
static const struct node *pod_labels(const struct write *w, const struct node *own)
{
	static const char *const by_uid[] = { "controller-uid",
					      "batch.kubernetes.io/controller-uid" };
	static const char *const by_name[] = { "job-name", "batch.kubernetes.io/job-name" };
	const struct node *uid = node_str(w->arena, object_uid(w->object));
	const struct node *name = node_str(w->arena, object_name(w->object));

	for (size_t i = 0; i < ARRAY_COUNT(by_uid); i++) {
		own = node_with(w->arena, own, str_from_cstr(by_uid[i]), uid);
		own = node_with(w->arena, own, str_from_cstr(by_name[i]), name);
	}
	return own;
}

int admission_mutate_job(struct admission *a, struct write *w)
{
	const struct node *template = node_at(w->object, "spec.template");
	const struct node *labels = node_at(template, "metadata.labels");

	(void)a;
	if (w->old || !template || node_bool_at(w->object, "spec.manualSelector", false))
		return 0;
	labels = pod_labels(w, labels);
	w->object = node_set(w->arena, w->object, "spec.selector.matchLabels",
			     node_make(w->arena, "{batch.kubernetes.io/controller-uid: %s}",
				       object_uid(w->object)));
	w->object = node_set(w->arena, w->object, "spec.template.metadata.labels", labels);
	if (!node_entry_count(object_labels(w->object)))
		w->object = node_set(w->arena, w->object, "metadata.labels", labels);
	return 0;
}
