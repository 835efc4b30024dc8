/*
 * refusal - error answers, in the API server's words
 *
 * Layer: cluster/server. Private: its folder. Codes, reasons and messages: Kubernetes apimachinery
 * pkg/api/errors, errors.go. All texts live in the request's arena. Each returns -1, so that a
 * caller can `return refuse_…`.
 */
#ifndef FORGE_CLUSTER_SERVER_REFUSAL_H
#define FORGE_CLUSTER_SERVER_REFUSAL_H

#include "api/api.h"
#include "kube/field_error.h"

int refuse(struct api_answer *answer, int code, const char *reason, struct str message);
int refuse_bad_request(struct api_answer *answer, struct str message);
int refuse_not_found(struct arena *arena, struct api_answer *answer, const struct kind *kind,
		     struct str name);
int refuse_exists(struct arena *arena, struct api_answer *answer, const struct kind *kind,
		  struct str name);
int refuse_forbidden(struct arena *arena, struct api_answer *answer, const struct kind *kind,
		     struct str name, struct str why);
int refuse_conflict(struct arena *arena, struct api_answer *answer, const struct kind *kind,
		    struct str name, struct str why);
int refuse_invalid(struct arena *arena, struct api_answer *answer, const struct kind *kind,
		   struct str name, const struct field_errors *errors);

#endif
