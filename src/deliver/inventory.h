/*
 * inventory - which objects a Kustomization manages: ids `namespace_name_group_Kind`
 *
 * Layer: deliver. Source: fluxcd/cli-utils object.ObjMetadata; colons of RBAC names become "__".
 */
#ifndef FORGE_DELIVER_INVENTORY_H
#define FORGE_DELIVER_INVENTORY_H

#include "api/view.h"
#include "base/map.h"

struct inventory_entry {
	struct key key;
	struct str group, kind, version;
};

struct str inventory_id(struct arena *arena, const struct node *object);

/* False when the text is no id. Parts live in the arena. */
bool inventory_parse(struct arena *arena, struct str id, struct inventory_entry *ret);

/* {entries: [{id, v}]} of objects, in their order. */
const struct node *inventory_of(struct arena *arena, const struct nodes *objects);

/* The ids of an inventory as a set: its values are not NULL. inventory may be NULL. */
struct map inventory_ids(struct arena *arena, const struct node *inventory);

/* When objects of a kind are applied: lower first. Source: fluxcd/pkg/ssa, ReconcileOrder. */
int inventory_rank(struct str kind);

/* "Kind/namespace/name" of an entry, as change sets print it. */
struct str inventory_text(struct arena *arena, const struct inventory_entry *entry);

/* The object of the entry in the cluster, or NULL. */
const struct object *inventory_live(const struct view *view, const struct inventory_entry *entry);

/* Order in which objects are applied; deletion goes the other way round. */
int inventory_compare(const struct inventory_entry *a, const struct inventory_entry *b);

#endif
