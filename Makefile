# Forge: `make demo` and `make test` do everything on a fresh Debian 12 machine; `make` builds build/forge.
#
# Every src/<module>/*.c is part of the program, every *_test.c is a test program. Variants have a folder of their own:
#   make VARIANT=debug|asan|tsan|cov      make CC=clang-14 CXX=clang++-14 BUILD=build/clang
# MODULES limits a build to some folders while one works on them: make units MODULES="base doc"

CC ?= gcc
CXX ?= g++
VARIANT ?= release
BUILD ?= build$(if $(filter-out release,$(VARIANT)),/$(VARIANT))
PREFIX ?= /usr/local
WERROR ?= -Werror

warnings = -Wall -Wextra -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes -Wconversion \
	-Wno-sign-conversion $(WERROR)
opt.release = -O2
opt.debug = -O0
opt.asan = -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
opt.tsan = -O1 -fsanitize=thread
opt.cov = -O0 --coverage
flags = $(opt.$(VARIANT)) -g -ffp-contract=off -D_GNU_SOURCE -Isrc -I$(BUILD)/gen -MMD -MP
CFLAGS_ALL = -std=gnu17 $(flags) $(warnings) $(CFLAGS)
CXXFLAGS_ALL = -std=c++17 $(flags) -Wall -Wextra $(WERROR) $(CXXFLAGS)

# Linked statically, so that a start costs a millisecond and not two (docs/decisions/001-static-libraries.md).
LIBS = -static-libstdc++ -static-libgcc -Wl,-Bstatic -lre2 -lcrypto -lz -Wl,-Bdynamic -ldl -lpthread -lm

MODULES ?= $(notdir $(patsubst %/,%,$(wildcard src/*/)))
sources = $(foreach m,$(filter-out cmd,$(MODULES)),$(wildcard src/$(m)/*.c src/$(m)/*.cc))
library_sources = $(filter-out %_test.c,$(sources))
cmd_sources = $(wildcard src/cmd/*.c)
test_sources = $(filter %_test.c,$(sources))
objects = $(patsubst src/%,$(BUILD)/obj/%.o,$(library_sources))
cmd_objects = $(patsubst src/%,$(BUILD)/obj/%.o,$(filter-out %_test.c,$(cmd_sources)))
unit_tests = $(patsubst src/%.c,$(BUILD)/test/%,$(test_sources))
library = $(BUILD)/libforge.a

.PHONY: all units clean
all: $(BUILD)/forge

$(BUILD)/obj/%.c.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -c $< -o $@

$(BUILD)/obj/%.cc.o: src/%.cc
	@mkdir -p $(@D)
	$(CXX) $(CXXFLAGS_ALL) -c $< -o $@

$(library): $(objects)
	@rm -f $@
	ar rcs $@ $^

$(BUILD)/forge: $(cmd_objects) $(library)
	$(CXX) $(opt.$(VARIANT)) $(cmd_objects) $(library) $(LDFLAGS) $(LIBS) -o $@

$(BUILD)/test/%: $(BUILD)/obj/%.c.o $(library)
	@mkdir -p $(@D)
	$(CXX) $(opt.$(VARIANT)) $< $(library) $(LDFLAGS) $(LIBS) -o $@

units: $(unit_tests)
	prove -q -j2 -e '' $(unit_tests)

clean:
	rm -rf build

.SECONDARY:
-include $(patsubst src/%,$(BUILD)/obj/%.d,$(library_sources) $(test_sources) $(cmd_sources))
