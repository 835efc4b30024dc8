/* backlog_test - bytes come out as they went in; numbers of what is gone name nothing */
#include "world/backlog.h"

#include "base/test.h"
#include "world/handles.h"
#include "world/random.h"

/* Against a plain counter: byte n of the stream is n. */
static void keeps_order(void)
{
	struct random r = random_stream(1, STR("test"), STR("backlog"));
	struct backlog b = {};
	unsigned char in = 0, out = 0;

	for (int i = 0; i < 5000; i++) {
		char piece[300];
		size_t len = random_below(&r, sizeof(piece));
		for (size_t k = 0; k < len; k++)
			piece[k] = (char)in++;
		backlog_add(&b, (struct str){ piece, len });
		size_t taken = random_below(&r, backlog_bytes(&b) + 1);
		for (size_t k = 0; k < taken; k++)
			if ((unsigned char)backlog_str(&b).ptr[k] != out++)
				CHECK(false);
		backlog_drop(&b, taken);
	}
	CHECK_INT((unsigned char)(in - out), (unsigned char)backlog_bytes(&b));
	backlog_drop(&b, backlog_bytes(&b));
	CHECK_INT(backlog_bytes(&b), 0);
	CHECK(backlog_str(&b).ptr);
	backlog_release(&b);
}

static void stale_handles(void)
{
	struct handles h = {};
	int a, b;
	uint64_t first = handles_add(&h, &a), second = handles_add(&h, &b);

	CHECK(first && second && first != second);
	CHECK(handles_get(&h, first) == &a);
	CHECK(handles_get(&h, second) == &b);
	handles_remove(&h, first);
	CHECK(!handles_get(&h, first));
	handles_remove(&h, first);
	uint64_t third = handles_add(&h, &b);
	CHECK(third != first);
	CHECK(!handles_get(&h, first));
	CHECK(handles_get(&h, third) == &b);
	CHECK(!handles_get(&h, 0));
	CHECK(!handles_get(&h, UINT64_MAX));
	handles_release(&h);
}

TESTS({ "bytes come out in the order in which they went in", keeps_order },
      { "the id of a removed entry finds nothing, even after its slot is reused", stale_handles })
