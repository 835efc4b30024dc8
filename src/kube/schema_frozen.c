/* schema_frozen - the schema tables of Kubernetes and of the CRDs of the work: generated facts of
 * tables/, put together */
#include "kube/schema_table.h"

static const struct schema_record records[] = {
#include "kube/tables/records.inc"
};

static const struct schema_property properties[] = {
#include "kube/tables/properties.inc"
};

static const struct schema_keyword keywords[] = {
#include "kube/tables/keywords.inc"
};

static const char text[] =
#include "kube/tables/text.inc"
	;

const struct schema_table schema_frozen = { records, properties, keywords, text };
