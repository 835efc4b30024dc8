/*
 * inside - the hand-written rules of each built-in kind
 *
 * Layer: kube/validate. Private: its folder. Wording and order are those of Kubernetes 1.35
 * (pkg/apis/.../validation), measured against its API server.
 */
#ifndef FORGE_KUBE_VALIDATE_INSIDE_H
#define FORGE_KUBE_VALIDATE_INSIDE_H

#include "kube/validate/pod.h"

struct kind_check {
	const struct node *object;
	const struct node *old; /* NULL: create */
	struct field_errors *errors;
	const struct schemas *schemas;
};

void validate_pod(const struct kind_check *c);
/* Of a pod that exists: c->old is there. */
void validate_pod_change(const struct kind_check *c);
void validate_deployment(const struct kind_check *c);
void validate_replica_set(const struct kind_check *c);
void validate_daemon_set(const struct kind_check *c);
void validate_stateful_set(const struct kind_check *c);
void validate_job(const struct kind_check *c);
void validate_cron_job(const struct kind_check *c);
void validate_config_map(const struct kind_check *c);
void validate_secret(const struct kind_check *c);
void validate_claim(const struct kind_check *c);
void validate_persistent_volume(const struct kind_check *c);
void validate_storage_class(const struct kind_check *c);
void validate_service(const struct kind_check *c);
void validate_ingress(const struct kind_check *c);
void validate_network_policy(const struct kind_check *c);
void validate_autoscaler(const struct kind_check *c);
void validate_budget(const struct kind_check *c);
void validate_role(const struct kind_check *c);
void validate_cluster_role(const struct kind_check *c);
void validate_role_binding(const struct kind_check *c);
void validate_cluster_role_binding(const struct kind_check *c);
void validate_priority_class(const struct kind_check *c);
void validate_quota(const struct kind_check *c);
void validate_limit_range(const struct kind_check *c);
void validate_definition(const struct kind_check *c);

/* The spec of a Job, or of the Jobs that a CronJob makes, at the path. */
void validate_job_template(const struct kind_check *c, const struct field_path *path,
			   const struct node *spec);

/* What is wrong with a schedule of five fields, in the arena; absent when nothing is. */
struct str validate_schedule(struct arena *arena, struct str schedule);

/* A number that is not negative, or a percentage. */
void validate_int_or_percent(struct field_errors *errors, const struct field_path *path,
			     const struct node *n);
/* At most 100 percent. */
void validate_percent_limit(struct field_errors *errors, const struct field_path *path,
			    const struct node *n);

bool validate_is_cidr(struct str text);

#endif
