/*
 * base - attributes and small macros that every file may use
 *
 * Layer: base. BUG() is for faults of the program itself: it prints file and line and aborts.
 * Faults of the input or of the environment are errors (base/error.h).
 */
#ifndef FORGE_BASE_BASE_H
#define FORGE_BASE_BASE_H

#include <assert.h>

#define MUST_USE		 __attribute__((warn_unused_result))
#define FALLTHROUGH		 __attribute__((fallthrough))
#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))
#define UNUSED			 __attribute__((unused))
#define NORETURN		 __attribute__((noreturn))

#define ARRAY_COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define MIN(a, b)      ((a) < (b) ? (a) : (b))
#define MAX(a, b)      ((a) > (b) ? (a) : (b))

/* The struct that holds *ptr as its member. */
#define CONTAINER_OF(ptr, type, member) ((type *)(void *)((char *)(ptr)-offsetof(type, member)))

NORETURN PRINTF_LIKE(3, 4) void bug(const char *file, int line, const char *format, ...);
#define BUG(...) bug(__FILE__, __LINE__, __VA_ARGS__)

#endif
