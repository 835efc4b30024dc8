/* object_fuzz - objects of any bytes written into an embedded cluster that lives on */
#include "base/arena.h"
#include "doc/make.h"
#include "doc/yaml.h"
#include "fuzz/fuzz.h"
#include "platform/platform.h"

enum { DOCUMENTS_MAX = 6, PLAYED_MS = 30000, SIZE_MAX_BYTES = 8192 };

static void ignore_answer(void *context, const struct api_answer *answer)
{
	struct str text = str_concat(context, answer->reason, answer->message);

	assert(answer->code >= 200 && answer->code < 600);
	assert(answer->code < 300 || text.len);
}

static void call(struct platform *p, struct arena *arena, struct api_request request)
{
	request.arena = arena;
	request.manager = STR("fuzz");
	request.grace_s = -1;
	api_call(p->api, &request, ignore_answer, arena);
}

/* A document {patch: merge|json|strategic, object: o, body: b} patches; {delete: o} deletes; all
 * others are created and applied. */
static void write(struct platform *p, struct arena *arena, const struct node *document)
{
	const struct node *object = node_get(document, STR("object"));
	const struct node *gone = node_get(document, STR("delete"));
	struct str how = node_str_at(document, "patch");
	const struct node *subject = object ? object : gone;
	const struct kind *kind =
		subject ? schemas_kind(p->schemas, object_gvk(subject), NULL) : NULL;

	if (subject && !kind)
		return;
	if (gone) {
		call(p, arena,
		     (struct api_request){
			     .verb = API_DELETE, .kind = kind, .key = object_key(gone) });
	} else if (object) {
		enum api_patch_type type = str_equal(how, STR("json"))	  ? API_PATCH_JSON
					   : str_equal(how, STR("merge")) ? API_PATCH_MERGE
									  : API_PATCH_STRATEGIC;
		call(p, arena,
		     (struct api_request){ .verb = API_PATCH,
					   .kind = kind,
					   .key = object_key(object),
					   .subresource = node_str_at(document, "subresource"),
					   .patch_type = type,
					   .body = node_get(document, STR("body")) });
	} else {
		call(p, arena, (struct api_request){ .verb = API_CREATE, .body = document });
		call(p, arena, (struct api_request){ .verb = API_APPLY, .body = document });
		call(p, arena,
		     (struct api_request){ .verb = API_UPDATE,
					   .body = document,
					   .key = object_key(document),
					   .field_validation = API_VALIDATION_STRICT });
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
	SCRATCH(arena);
	struct str text = { (const char *)bytes, MIN(size_bytes, (size_t)SIZE_MAX_BYTES) };
	struct documents documents;
	const struct node *object;
	struct error err;

	if (yaml_read(docset_new(arena), STR("input"), text, DIALECT_GO_V3, &documents, &err) < 0)
		return 0;
	struct platform *p = platform_new(&(struct platform_parts){ .seed = 1, .node_count = 1 });
	for (uint32_t i = 0; i < documents.count && i < DOCUMENTS_MAX; i++)
		if (yaml_decode(arena, documents.items[i].root, &object, &err) == 0 &&
		    node_is_map(object)) {
			write(p, arena, object);
			(void)!world_run_for(p->world, 1000, &err);
		}
	(void)!world_run_for(p->world, PLAYED_MS, &err);
	platform_free(p);
	return 0;
}
