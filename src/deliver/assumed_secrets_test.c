/* assumed_secrets_test - Secrets that operators would make have the keys, and no real value */
#include "api/controller_test.h"
#include "deliver/deliver.h"
#include "doc/json.h"

static const char definition[] =
	"{spec: {group: %c, scope: Namespaced, names: {kind: %c, plural: x}, versions: [{name: v1, "
	"storage: true}]}}";

static void begin(struct fixture *f)
{
	static const char *const kinds[][2] = { { "bitnami.com", "SealedSecret" },
						{ "external-secrets.io", "ExternalSecret" } };
	struct error err;

	*f = fixture_begin();
	for (size_t i = 0; TEST_ROW(kinds, i, kinds[i][0]); i++)
		CHECK_INT(schemas_add_crd(f->schemas,
					  node_make(f->arena, definition, kinds[i][0], kinds[i][1]),
					  &err),
			  0);
}

static void a_secret_has_the_keys_of_its_origin(void)
{
	static const struct {
		const char *origin;
		struct str name, type, data;
	} cases[] = {
		{ "{apiVersion: bitnami.com/v1, kind: SealedSecret, metadata: {name: a}, spec: "
		  "{encryptedData: {user: xx, password: yy}}}",
		  STR_INIT("a"), STR_INIT("Opaque"),
		  STR_INIT("{\"user\":\"YXNzdW1lZA==\",\"password\":\"YXNzdW1lZA==\"}") },
		{ "{apiVersion: bitnami.com/v1, kind: SealedSecret, metadata: {name: a}, spec: "
		  "{template: {metadata: {name: b}, type: kubernetes.io/tls}, encryptedData: {k: "
		  "xx}}}",
		  STR_INIT("b"), STR_INIT("kubernetes.io/tls"),
		  STR_INIT("{\"k\":\"YXNzdW1lZA==\",\"tls.crt\":\"YXNzdW1lZA==\",\"tls.key\":"
			   "\"YXNzdW1lZA==\",\"ca.crt\":\"YXNzdW1lZA==\"}") },
		{ "{apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: {name: "
		  "a}, spec: {target: {name: c}, data: [{secretKey: one, remoteRef: {key: far}}, "
		  "{secretKey: two}]}}",
		  STR_INIT("c"), STR_INIT("Opaque"),
		  STR_INIT("{\"one\":\"YXNzdW1lZA==\",\"two\":\"YXNzdW1lZA==\"}") },
		{ "{apiVersion: cert-manager.io/v1, kind: Certificate, metadata: {name: a}, spec: "
		  "{secretName: d}}",
		  STR_INIT("d"), STR_INIT("kubernetes.io/tls"),
		  STR_INIT("{\"tls.crt\":\"YXNzdW1lZA==\",\"tls.key\":\"YXNzdW1lZA==\",\"ca.crt\":"
			   "\"YXNzdW1lZA==\"}") },
	};

	for (size_t i = 0; TEST_ROW(cases, i, cases[i].origin); i++) {
		struct fixture f;

		begin(&f);
		fixture_put(&f, node_make(f.arena, cases[i].origin));
		fixture_run(&f, &assumed_secrets_reconciler, "default", "a");
		if (!CHECK_INT(f.plan.writes.count, 1))
			return;
		const struct node *secret = f.plan.writes.items[0].request.body;
		CHECK_STR(object_name(secret), cases[i].name);
		CHECK_STR(node_str_at(secret, "type"), cases[i].type);
		CHECK_STR(json_text(f.arena, node_get(secret, STR("data")), 0), cases[i].data);
		CHECK_TEXT(node_str_at(secret, "metadata.ownerReferences[0].name"), "a");
		fixture_end(&f);
	}
}

/* Whoever made it knows better. */
static void a_secret_that_is_there_stays(void)
{
	struct fixture f;

	begin(&f);
	fixture_put(&f, node_make(f.arena, "{apiVersion: bitnami.com/v1, kind: SealedSecret, "
					   "metadata: {name: a}, spec: {encryptedData: {k: x}}}"));
	fixture_put(&f, node_make(f.arena, "{apiVersion: v1, kind: Secret, metadata: {name: a}}"));
	fixture_run(&f, &assumed_secrets_reconciler, "default", "a");
	CHECK_INT(f.plan.writes.count, 0);
	fixture_end(&f);
}

static void an_origin_that_goes_makes_nothing(void)
{
	struct fixture f;

	begin(&f);
	fixture_put(&f, node_make(f.arena, "{apiVersion: bitnami.com/v1, kind: SealedSecret, "
					   "metadata: {name: a, deletionTimestamp: "
					   "\"2026-01-01T00:00:00Z\"}, spec: {encryptedData: {k: "
					   "x}}}"));
	fixture_run(&f, &assumed_secrets_reconciler, "default", "a");
	CHECK_INT(f.plan.writes.count, 0);
	fixture_run(&f, &assumed_secrets_reconciler, "default", "nobody");
	CHECK_INT(f.plan.writes.count, 0);
	fixture_end(&f);
}

TESTS({ "a Secret has the keys of its origin", a_secret_has_the_keys_of_its_origin },
      { "a Secret that is there stays", a_secret_that_is_there_stays },
      { "a deleted origin makes no Secret", an_origin_that_goes_makes_nothing })
