/*
 * quota_usage - what one object uses of the resources that ResourceQuotas limit
 *
 * Layer: kube. Private: its folder, cluster/controllers/, cluster/server/. A kind of objects
 * tracks some resources (pods, requests.cpu, count/deployments.apps …); a quota covers an object
 * when all its scopes match. Source: Kubernetes pkg/quota/v1, its evaluators.
 */
#ifndef FORGE_KUBE_QUOTA_USAGE_H
#define FORGE_KUBE_QUOTA_USAGE_H

#include "base/vec.h"
#include "kube/kind.h"
#include "kube/object.h"

struct quota_amount {
	struct str name;
	int64_t milli;
	bool binary; /* written as 512Mi */
};

struct quota_amounts {
	struct arena *arena;
	VEC(struct quota_amount) items;
};

/* Adds to the amount of that name. A sum of zero takes the format of the added one. Saturates. */
void quota_add(struct quota_amounts *amounts, const struct quota_amount *amount);
const struct quota_amount *quota_get(const struct quota_amounts *amounts, struct str name);
struct quota_amount quota_amount_of(struct str name, const struct node *quantity);
struct str quota_text(struct arena *arena, const struct quota_amount *amount);

/* Whether objects of the kind count for the resource. */
bool quota_tracks(const struct kind *kind, struct str resource);

/* Adds what the object uses, tracked by some quota or not. */
void quota_use(struct quota_amounts *amounts, const struct kind *kind, const struct node *object,
	       int64_t now_s);

/* Whether the object is in all scopes of the quota. */
bool quota_covers(struct arena *arena, const struct node *quota, const struct kind *kind,
		  const struct node *object);

/* Pods that have ended, or should be gone by now, use nothing but count/pods. */
bool quota_pod_is_over(const struct node *pod, int64_t now_s);

#endif
