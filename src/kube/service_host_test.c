/* service_host_test - which Service a host means, and which hosts mean none */
#include "kube/service_host.h"

#include "base/arena.h"
#include "base/test.h"

static const struct {
	const char *host, *key; /* "namespace/name"; "": none */
} rows[] = {
	{ "web", "here/web" },
	{ "web.shop", "shop/web" },
	{ "web.shop.svc", "shop/web" },
	{ "web.shop.svc.cluster.local", "shop/web" },
	{ "web.svc.cluster.local", "" },
	{ "web-0.web.shop.svc.cluster.local", "shop/web-0.web" },
	{ "www.example.com", "" },
	{ "example.com", "com/example" },
	{ "cluster.local", "local/cluster" },
	{ "*", "" },
	{ "*.shop", "" },
	{ "*.shop.svc.cluster.local", "" },
	{ "", "" },
	{ ".", "" },
	{ "web.", "" },
	{ ".shop", "" },
	{ ".svc.cluster.local", "" },
	{ ".shop.svc", "" },
};

static void hosts_mean_services(void)
{
	SCRATCH(arena);

	for (size_t i = 0; TEST_ROW(rows, i, rows[i].host); i++) {
		struct key key = service_host_key(str_from_cstr(rows[i].host), STR("here"));
		struct str text =
			key.name.len ? STR_CAT(arena, key.namespace, STR("/"), key.name) : STR("");
		CHECK_STR(text, str_from_cstr(rows[i].key));
	}
}

static void spellings_of_one_service_are_the_same(void)
{
	struct str full = STR("web.shop.svc.cluster.local");

	CHECK(service_host_same(STR("web"), STR("shop"), full, STR("other")));
	CHECK(!service_host_same(STR("web"), STR("other"), full, STR("shop")));
	CHECK(!service_host_same(STR("*"), STR("shop"), STR("*"), STR("shop")));
}

static void written_in_full(void)
{
	SCRATCH(arena);

	CHECK_TEXT(service_host_text(arena, (struct key){ STR("shop"), STR("web") }),
		   "web.shop.svc.cluster.local");
}

TESTS({ "hosts mean Services", hosts_mean_services },
      { "spellings of one Service are the same", spellings_of_one_service_are_the_same },
      { "written in full", written_in_full })
