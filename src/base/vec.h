/*
 * vec - typed growing arrays in an arena
 *
 * Layer: base. VEC(T) declares the type, VEC_PUSH appends by value and may move the items.
 *
 *	VEC(struct str) names = {};
 *	VEC_PUSH(arena, &names, STR("api"));
 *	for (uint32_t i = 0; i < names.count; i++) use(names.items[i]);
 */
#ifndef FORGE_BASE_VEC_H
#define FORGE_BASE_VEC_H

#include <stdint.h>
#include <string.h>

#include "base/arena.h"

#define VEC(type)                                                                                  \
	struct {                                                                                   \
		type *items;                                                                       \
		uint32_t count;                                                                    \
		uint32_t capacity;                                                                 \
	}

/* Room for one more item; returns the new capacity. */
static inline uint32_t vec_capacity(uint32_t count, uint32_t capacity)
{
	if (count < capacity)
		return capacity;
	if (capacity > UINT32_MAX / 2)
		BUG("a vector of more than %u items", UINT32_MAX / 2);
	return capacity ? capacity * 2 : 4;
}

#define VEC_PUSH(arena, vec, ...)                                                                  \
	do {                                                                                       \
		__auto_type vec_ = (vec);                                                          \
		uint32_t capacity_ = vec_capacity(vec_->count, vec_->capacity);                    \
		if (capacity_ != vec_->capacity) {                                                 \
			vec_->items = arena_grow((arena), vec_->items,                             \
						 vec_->capacity * sizeof(*vec_->items),            \
						 capacity_ * sizeof(*vec_->items));                \
			vec_->capacity = capacity_;                                                \
		}                                                                                  \
		vec_->items[vec_->count++] = (__VA_ARGS__);                                        \
	} while (0)

/* Removes the item at index and keeps the order of the rest. */
#define VEC_REMOVE(vec, index)                                                                     \
	do {                                                                                       \
		__auto_type vec_ = (vec);                                                          \
		uint32_t index_ = (index);                                                         \
		assert(index_ < vec_->count);                                                      \
		memmove(&vec_->items[index_], &vec_->items[index_ + 1],                            \
			(vec_->count - index_ - 1) * sizeof(*vec_->items));                        \
		vec_->count--;                                                                     \
	} while (0)

#endif
