/* flux_reason - the reasons of conditions and events that Flux's controllers write */
#include "kube/flux_reason.h"

#include <assert.h>

#include "base/base.h"

struct str flux_reason_text(enum flux_reason reason)
{
	static const char *const texts[] = {
#define X(name, text) [FLUX_##name] = (text),
		FLUX_REASONS(X)
#undef X
	};

	assert((size_t)reason < ARRAY_COUNT(texts));
	return str_from_cstr(texts[reason]);
}
