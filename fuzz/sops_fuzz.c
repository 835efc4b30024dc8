/* sops_fuzz - any bytes as a file of age, as keys of age, and as files that SOPS has encrypted */
#include "base/arena.h"
#include "build/sops.h"
#include "doc/set.h"
#include "fuzz/fuzz.h"

/* Of test/e2e/sops.t: the corpus is encrypted for it. */
#define TEST_KEY "AGE-SECRET-KEY-1NTR2Z6QXKTC80KYNX4MRSQVAP4A5MF243E4K0Y5PPRHN83G9CJVS7WDQK8"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
	SCRATCH(arena);
	struct str text = { (const char *)bytes, size_bytes }, plain;
	struct age_keys keys = {}, others = {};
	struct error err;
	struct sops sops;

	bool holds = age_keys_read(arena, STR(TEST_KEY), &keys, &err) == 0;
	assert(holds);
	if (age_keys_read(arena, text, &others, &err) == 0)
		assert(others.count > 0);
	(void)!age_decrypt(arena, &keys, text, &plain, &err);
	for (enum sops_format format = SOPS_BINARY; format <= SOPS_YAML; format++) {
		struct docset *set = docset_new(arena);
		struct sops_text in = { STR("x"), text, 0, format, format };
		sops_init(&sops, set, &keys);
		if (docset_add(set, in.path, text, &in.position, &err) == 0 &&
		    sops_decrypt_text(&sops, &in, &plain, &err) == 0)
			assert(plain.ptr || !plain.len);
	}
	return 0;
}
