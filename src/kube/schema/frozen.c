/* frozen - the schema tables of Kubernetes and of the CRDs of the work: generated facts of
 * tables/, put together */
#include "kube/schema/table.h"

static const struct schema_record records[] = {
#include "kube/schema/records.inc"
};

static const struct schema_property properties[] = {
#include "kube/schema/properties.inc"
};

static const struct schema_keyword keywords[] = {
#include "kube/schema/keywords.inc"
};

static const char text[] =
#include "kube/schema/text.inc"
	;

const struct schema_table schema_frozen = { records, properties, keywords, text };
