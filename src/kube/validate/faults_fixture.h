/*
 * faults_fixture - rules as tables: objects, and what is wrong with them, for the tests beside
 *
 *	static const struct fault_row rows[] = {
 *		{ "replicas: 0", "" },
 *		{ "replicas: -1", "spec.replicas: Invalid value: -1: must be …" },
 *	};
 *	CHECK_FAULTS("{apiVersion: apps/v1, kind: ReplicaSet, …, spec: {", rows, "}}");
 */
#ifndef FORGE_KUBE_VALIDATE_FAULTS_FIXTURE_H
#define FORGE_KUBE_VALIDATE_FAULTS_FIXTURE_H

#include "base/arena.h"
#include "base/test.h"
#include "doc/yaml.h"
#include "kube/schema/defaults.h"
#include "kube/schema/prune.h"
#include "kube/validate/validate.h"

/* What stands between a head and a tail, in flow style; "" for no fault, several in brackets. */
struct fault_row {
	const char *members, *faults;
};

/* The faults of an object, which is pruned and defaulted first, as a server does it. */
static inline struct str faults_of(struct schemas *schemas, struct arena *arena, struct str text)
{
	struct field_errors errors;
	struct error err;
	const struct node *object =
		yaml_read_one(docset_new(arena), STR("test.yaml"), text, DIALECT_GO_V3, &err);

	field_errors_init(&errors, arena);
	CHECK(object != NULL);
	if (object)
		validate_object(
			schemas,
			defaults_apply(schemas, arena, prune_object(schemas, arena, object)), NULL,
			&errors);
	return errors.count ? field_errors_text(&errors) : STR("");
}

static inline void check_faults(const char *head, const struct fault_row *rows, size_t count,
				const char *tail)
{
	SCRATCH(arena);
	struct schemas *schemas = schemas_new(arena);

	for (size_t i = 0; TEST_ROW_OF(rows, count, i, rows[i].members); i++)
		CHECK_STR(faults_of(schemas, arena,
				    str_printf(arena, "%s%s%s", head, rows[i].members, tail)),
			  str_from_cstr(rows[i].faults));
}

#define CHECK_FAULTS(head, rows, tail) check_faults((head), (rows), ARRAY_COUNT(rows), (tail))

/* The longer ones of the API server's words. */
#define NOT_SUBDOMAIN                                                                              \
	"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' "  \
	"or '.', and must start and end with an alphanumeric character (e.g. 'example.com', "      \
	"regex used for validation is "                                                            \
	"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
#define NOT_DNS_LABEL                                                                              \
	"a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "   \
	"and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', "   \
	"regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
#define NOT_DNS1035                                                                                \
	"a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with "  \
	"an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or "    \
	"'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
#define NOT_LABEL_VALUE                                                                            \
	"a valid label must be an empty string or consist of alphanumeric characters, '-', '_' "   \
	"or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or "      \
	"'my_value',  or '12345', regex used for validation is "                                   \
	"'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
#define NOT_NAME_PART                                                                              \
	"name part must consist of alphanumeric characters, '-', '_' or '.', and must start and "  \
	"end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex "  \
	"used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
#define NOT_IP	 "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
#define NOT_CIDR "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
#define NOT_PERCENT                                                                                \
	"a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  "  \
	"or '93%', regex used for validation is '[0-9]+%')"
#define NOT_CONFIG_KEY                                                                             \
	"a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. "       \
	"'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is "                \
	"'[-._a-zA-Z0-9]+')"
#endif
