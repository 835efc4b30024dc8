/* kept - values computed once from a string literal and kept for the whole run */
#include "base/kept.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/base.h"

enum {
	SLOTS = 1 << 12, /* a program has some hundreds of literals */
	LITERALS_MAX = SLOTS / 2,
};

struct known {
	const char *literal;
	const void *made;
};

_Alignas(16) char kept_memory[KEPT_BYTES];
static size_t used_bytes;
static uint32_t known_count;
static _Atomic(const struct known *) slots[SLOTS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of all that is written above */

void *kept_alloc(size_t size_bytes)
{
	void *at = kept_memory + used_bytes;

	used_bytes += (size_bytes + 15) & ~(size_t)15;
	if (used_bytes > sizeof(kept_memory))
		BUG("more than %d bytes are to be kept", KEPT_BYTES);
	return at;
}

/* The slot of the literal, or the empty one where it belongs; read without the lock. */
static uint32_t find_slot(const char *literal, const struct known **ret)
{
	uint64_t mixed = (uint64_t)(uintptr_t)literal * 0x9e3779b97f4a7c15ull;
	uint32_t slot = (uint32_t)(mixed >> 32) % SLOTS;

	while ((*ret = atomic_load_explicit(&slots[slot], memory_order_acquire)) &&
	       (*ret)->literal != literal)
		slot = (slot + 1) % SLOTS;
	return slot;
}

/* The program's image, from its linker: literals, and tables of them, are in it. */
extern const char __executable_start[], end[];

static bool is_of_program(const char *text)
{
	return (uintptr_t)text >= (uintptr_t)__executable_start && (uintptr_t)text < (uintptr_t)end;
}

static const struct known *learn(const char *literal, const void *(*make)(const char *literal))
{
	const struct known *found;

	if (!is_of_program(literal))
		BUG("made up while the program runs, thus no literal: %s", literal);
	pthread_mutex_lock(&lock);
	uint32_t slot = find_slot(literal, &found);
	if (!found) {
		if (++known_count > LITERALS_MAX)
			BUG("more than %d literals", LITERALS_MAX);
		struct known *known = kept_alloc(sizeof(*known));
		*known = (struct known){ literal, make(literal) };
		found = known;
		atomic_store_explicit(&slots[slot], found, memory_order_release);
	}
	pthread_mutex_unlock(&lock);
	return found;
}

const void *kept_get(const char *literal, const void *(*make)(const char *literal))
{
	const struct known *found;

	find_slot(literal, &found);
	return (found ? found : learn(literal, make))->made;
}
