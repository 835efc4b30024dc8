/*
 * driver - runs a fuzzer without libFuzzer: its corpus, then seeded mutations of it
 *
 *	yaml_fuzz CORPUS_DIRECTORY RUNS [SEED]
 *
 * The input that is being tried is kept in a file named crash-input, so that it is there after a
 * crash.
 */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/num.h"
#include "base/vec.h"
#include "fuzz/fuzz.h"
#include "world/real.h"
#include "world/world.h"

enum { INPUT_BYTES_MAX = 1 << 16, MUTATIONS_MAX = 8 };

struct corpus {
	VEC(struct str) inputs;
};

static void read_corpus(struct world *w, struct arena *arena, struct str path,
			struct corpus *corpus)
{
	struct file_list list;
	struct str text;
	struct error err;

	VEC_PUSH(arena, &corpus->inputs, STR(""));
	if (file_list(w, arena, path, &list, &err) < 0)
		return;
	for (uint32_t i = 0; i < list.count; i++) {
		struct str file =
			str_printf(arena, "%.*s/%.*s", STR_FMT(path), STR_FMT(list.items[i].name));
		if (file_read(w, arena, file, &text, &err) == 0)
			VEC_PUSH(arena, &corpus->inputs, text);
	}
}

/* Overwrites, removes, repeats or splices in a piece of another input. */
static size_t mutate(struct random *r, char *bytes, size_t len, struct str other)
{
	size_t at = random_below(r, len + 1);
	size_t count = random_below(r, 16);
	count = MIN(count, len - at);

	switch (random_below(r, 4)) {
	case 0:
		for (size_t i = 0; i < count; i++)
			bytes[at + i] = (char)random_bits(r);
		return len;
	case 1:
		memmove(bytes + at, bytes + at + count, len - at - count);
		return len - count;
	case 2:
		count = MIN(count, INPUT_BYTES_MAX - len);
		memmove(bytes + at + count, bytes + at, len - at);
		return len + count;
	default: {
		size_t from = random_below(r, other.len + 1);
		size_t piece = random_below(r, 64);
		piece = MIN(piece, MIN(other.len - from, INPUT_BYTES_MAX - len));
		memmove(bytes + at + piece, bytes + at, len - at);
		memcpy(bytes + at, other.ptr + from, piece);
		return len + piece;
	}
	}
}

/* Not through the world: it flushes each file to the disk. */
static void try_input(struct str input)
{
	FILE *file = fopen("crash-input", "wb");

	if (!file || fwrite(input.ptr, 1, input.len, file) != input.len || fclose(file) != 0)
		BUG("crash-input cannot be written");
	LLVMFuzzerTestOneInput((const uint8_t *)input.ptr, input.len);
}

int main(int argc, char **argv)
{
	static char bytes[INPUT_BYTES_MAX];
	struct arena *arena = arena_new("fuzz");
	struct world *w = real_new(0);
	struct corpus corpus = {};
	uint64_t runs = 1000, seed = 1;

	if (argc > 2)
		num_uint64(str_from_cstr(argv[2]), 10, &runs);
	if (argc > 3)
		num_uint64(str_from_cstr(argv[3]), 10, &seed);
	read_corpus(w, arena, str_from_cstr(argc > 1 ? argv[1] : "."), &corpus);
	for (uint32_t i = 0; i < corpus.inputs.count; i++)
		try_input(corpus.inputs.items[i]);
	struct random r = random_stream(seed, STR("fuzz"), STR("mutations"));
	for (uint64_t i = 0; i < runs; i++) {
		struct str input = corpus.inputs.items[random_below(&r, corpus.inputs.count)];
		size_t len = MIN(input.len, INPUT_BYTES_MAX);
		memcpy(bytes, input.ptr, len);
		for (uint64_t k = 1 + random_below(&r, MUTATIONS_MAX); k > 0; k--)
			len = mutate(&r, bytes, len,
				     corpus.inputs.items[random_below(&r, corpus.inputs.count)]);
		try_input((struct str){ bytes, len });
	}
	remove("crash-input");
	world_free(w);
	arena_free(arena);
	return 0;
}
