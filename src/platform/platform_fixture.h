/*
 * platform_fixture - what the tests of whole platforms share
 *
 * Layer: platform, for its unit tests.
 */
#ifndef FORGE_PLATFORM_PLATFORM_FIXTURE_H
#define FORGE_PLATFORM_PLATFORM_FIXTURE_H

#include "base/arena.h"
#include "base/test.h"
#include "platform/platform.h"

/* Applies the object as Flux does; a refusal fails the test and is printed. */
static inline void platform_fixture_apply(struct platform *platform, const struct node *object)
{
	SCRATCH(arena);
	struct api_answer answer;

	platform_apply(platform, object, STR("flux"), arena, &answer);
	if (!CHECK(api_ok(&answer)))
		printf("# %.*s\n", STR_FMT(answer.message));
}

#endif
