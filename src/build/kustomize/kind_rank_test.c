/* kind_rank_test - the order of kinds */
#include "build/kustomize/kind_rank.h"

#include "base/test.h"

static void namespaces_first_webhooks_last(void)
{
	static const char *const order[] = { "Namespace",
					     "ConfigMap",
					     "Deployment",
					     "Pod",
					     "MutatingWebhookConfiguration",
					     "ValidatingWebhookConfiguration" };

	for (size_t i = 0; i + 1 < ARRAY_COUNT(order); i++)
		CHECK(kind_rank(str_from_cstr(order[i])) < kind_rank(str_from_cstr(order[i + 1])));
	CHECK_INT(kind_rank(STR("Pod")), 0);
	CHECK_INT(kind_rank(STR("Widget")), 0);
}

static void empty_parts_come_after_letters(void)
{
	CHECK_TEXT(kind_rank_part(STR(""), "~G"), "~G");
	CHECK_TEXT(kind_rank_part(STR("apps"), "~G"), "apps");
}

TESTS({ "namespaces come first, webhooks last, what is not listed between them",
	namespaces_first_webhooks_last },
      { "an empty part is a word that comes after letters", empty_parts_come_after_letters })
