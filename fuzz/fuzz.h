/*
 * fuzz - the entry point that every fuzz/<parser>_fuzz.c has
 *
 * Each is about 20 lines: hand the bytes to one parser, check what must hold of its answer, return
 * 0. The corpus is fuzz/corpus/<parser>/. make fuzz builds it with libFuzzer where clang is, with
 * fuzz/driver.c otherwise.
 */
#ifndef FORGE_FUZZ_FUZZ_H
#define FORGE_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes);

#endif
