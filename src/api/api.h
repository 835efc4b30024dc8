/*
 * api - the Kubernetes API as a table of functions
 *
 * Layer: api. `embedded` (cluster/) calls the store directly; `remote` speaks HTTP to a real
 * cluster. Each call completes by callback, in the same turn or a later one; api_wait() runs the
 * world until it has. Semantics, codes and messages: Kubernetes staging/src/k8s.io/apiserver
 * pkg/endpoints/handlers and pkg/registry/generic/registry.
 *
 * Ownership: a request is borrowed for the length of the call; the answer is borrowed for the
 * length of the callback, its texts live in request->arena. Keep an object with object_ref().
 */
#ifndef FORGE_API_API_H
#define FORGE_API_API_H

#include "api/object.h"
#include "base/error.h"

struct arena;
struct schemas;
struct world;

enum api_verb {
	API_GET,
	API_LIST,
	API_CREATE,
	API_UPDATE,
	API_PATCH,
	API_APPLY, /* server-side apply */
	API_DELETE,
	API_DELETE_COLLECTION, /* objects of kind and namespace that the selectors select */
};

enum api_patch_type { API_PATCH_JSON, API_PATCH_MERGE, API_PATCH_STRATEGIC };

enum api_propagation {
	API_PROPAGATION_DEFAULT,
	API_PROPAGATION_BACKGROUND,
	API_PROPAGATION_FOREGROUND,
	API_PROPAGATION_ORPHAN,
};

/* The user of a request, for authorization and admission. */
struct api_user {
	struct str name;
	const struct str *groups;
	uint32_t group_count;
};

enum api_field_validation { API_VALIDATION_WARN, API_VALIDATION_STRICT, API_VALIDATION_IGNORE };

struct api_request {
	enum api_verb verb;
	const struct kind *kind; /* NULL: that of the body */
	struct key key;		 /* of create and apply: from the body when absent */
	struct str subresource;	 /* status, scale, binding, eviction, finalize; or absent */
	const struct node *body;
	struct arena *arena; /* for the answer */
	enum api_patch_type patch_type;
	enum api_propagation propagation;
	enum api_field_validation field_validation;
	struct str manager;	     /* field manager */
	const struct api_user *user; /* NULL: this program */
	struct str label_selector;   /* of lists and collections */
	struct str field_selector;
	uint32_t limit;		   /* of a list: objects in one answer; 0: all */
	struct str continue_token; /* of a list: from the answer before; absent: from the start */
	int64_t grace_s;	   /* delete: -1 the object's own */
	uint64_t if_version;	   /* 0: any; else 409 when the stored version is another */
	struct str if_uid;	   /* absent: any */
	bool force;
	bool dry_run;
};

enum api_outcome { API_UNCHANGED, API_CREATED, API_CONFIGURED, API_DELETED };

struct api_cause {
	struct str reason;
	struct str message;
	struct str field;
};

struct api_answer {
	int code;	    /* HTTP status; below 300 is success */
	struct str reason;  /* NotFound, Conflict … ; empty on success */
	struct str message; /* of the Status */
	const struct api_cause *causes;
	uint32_t cause_count;
	enum api_outcome outcome;
	const struct object *object; /* NULL after a delete that is done, and on failure */
	struct objects list;	     /* of lists and collections: by namespace and name */
	struct str continue_token;   /* of a list with a limit: for the next page; absent: none */
	int64_t remaining;	     /* objects behind it; -1: not known */
	uint64_t version;	     /* of the list, or of the write */
	const struct str *warnings;
	uint32_t warning_count;
};

typedef void (*api_done_fn)(void *context, const struct api_answer *answer);

enum api_event { API_ADDED, API_MODIFIED, API_REMOVED, API_ENDED };

/*
 * One event of a watch. before: the version that was seen last (NULL when added); after: NULL when
 * removed. An object that a selector selects no more is removed, one that it selects now is added.
 * API_ENDED is the last event: status says why (410 Expired: list again), the watch is gone.
 */
struct api_watch_event {
	enum api_event type;
	const struct object *before, *after;
	uint64_t version;
	const struct api_answer *status; /* of API_ENDED */
};

typedef void (*api_watch_fn)(void *context, const struct api_watch_event *event);

struct api_watch_request {
	kind_id kind;	      /* KIND_NONE: all */
	struct str namespace; /* absent: all */
	struct str label_selector;
	struct str field_selector; /* needs a kind */
	/* 0: what exists comes first, as added, before api_watch() returns. Else changes after that
	 * version; a version that the server does not remember ends the watch with 410. */
	uint64_t after_version;
};

struct api;
struct api_watch;

struct api_table {
	void (*call)(struct api *api, const struct api_request *request, api_done_fn done,
		     void *context);
	/* As call, for an object that this program made of its type, or of a template that was
	 * admitted: `embedded` neither decodes nor validates it again, nor looks for defaults of
	 * its pod spec. What comes from outside never gets here. */
	void (*call_typed)(struct api *api, const struct api_request *request, api_done_fn done,
			   void *context);
	struct api_watch *(*watch)(struct api *api, const struct api_watch_request *request,
				   api_watch_fn on_event, void *context);
	void (*unwatch)(struct api *api, struct api_watch *watch);
};

struct api {
	const struct api_table *table;
	struct world *world;
	struct schemas *schemas; /* of the kinds it serves */
};

static inline void api_call(struct api *api, const struct api_request *request, api_done_fn done,
			    void *context)
{
	api->table->call(api, request, done, context);
}

static inline void api_call_typed(struct api *api, const struct api_request *request,
				  api_done_fn done, void *context)
{
	api->table->call_typed(api, request, done, context);
}

/* NULL: it has ended already, with an event that says why. */
static inline struct api_watch *api_watch(struct api *api, const struct api_watch_request *request,
					  api_watch_fn on_event, void *context)
{
	return api->table->watch(api, request, on_event, context);
}

/* No event comes afterwards. NULL is fine. */
static inline void api_unwatch(struct api *api, struct api_watch *watch)
{
	if (watch)
		api->table->unwatch(api, watch);
}

/* Runs the world until the call has completed. The object of *ret is referenced: unref it. */
MUST_USE int api_wait(struct api *api, const struct api_request *request, struct api_answer *ret,
		      struct error *err);

static inline bool api_ok(const struct api_answer *answer)
{
	return answer->code < 300;
}

#endif
