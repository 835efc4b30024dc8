/* admit_secret - texts of a Secret become its data, and its values are marked */
#include "base/arena.h"
#include "base/base64.h"
#include "cluster/server/admission_kinds.h"
#include "doc/make.h"
#include "doc/map_edit.h"
#include "kube/secret.h"

static void encode_texts(struct write *w, const struct node *texts)
{
	struct map_edit edit = map_edit_begin(w->arena, node_get(w->object, STR("data")));

	for (uint32_t i = 0; i < node_entry_count(texts); i++) {
		struct str encoded =
			base64_encode(w->arena, node_text(node_entry(texts, i)->value), 0);
		map_edit_set(&edit, node_text(node_entry(texts, i)->key),
			     node_str(w->arena, encoded));
	}
	const struct node *data = map_edit_end(&edit);
	w->object = node_without(w->arena, w->object, STR("stringData"));
	if (data)
		w->object = node_with(w->arena, w->object, STR("data"), data);
}

int admission_mutate_secret(struct admission *a, struct write *w)
{
	const struct node *texts = node_get(w->object, STR("stringData"));

	(void)a;
	if (texts)
		encode_texts(w, texts);
	w->object = secret_marked(w->arena, w->object);
	return 0;
}
