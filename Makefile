# Forge: `make demo` and `make test` do everything on a fresh Debian 12 machine; `make` builds build/forge.
#
# Every .c below src/<module>/ is part of the program, every *_test.c is a test program. Variants have a folder of their own:
#   make VARIANT=debug|asan|tsan|cov|mutant      make CC=clang-14 CXX=clang++-14 BUILD=build/clang
# MODULES limits a build to some folders while one works on them: make units MODULES="base doc"

ifeq ($(origin CC),default)
CC = gcc
endif
VARIANT ?= release
BUILD ?= build$(if $(filter-out release,$(VARIANT)),/$(VARIANT))
PREFIX ?= /usr/local
WERROR ?= -Werror
SHARED ?= ../shared

warnings = -Wall -Wextra -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes -Wconversion \
	-Wno-sign-conversion -Wno-missing-field-initializers $(WERROR)
opt.release = -O2
# FORGE_CHECKED: what the program says of its own writes is checked again.
opt.debug = -O0 -DFORGE_CHECKED
opt.asan = -O1 -DFORGE_CHECKED -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
opt.tsan = -O1 -fsanitize=thread
opt.cov = -O0 --coverage
opt.mutant = -O1 -fPIC
flags = $(opt.$(VARIANT)) -g -ffp-contract=off -D_GNU_SOURCE -Isrc -I$(BUILD)/gen -MMD -MP
CFLAGS_ALL = -std=gnu17 $(flags) $(warnings) $(CFLAGS)
CXXFLAGS_ALL = -std=c++17 $(flags) -Wall -Wextra $(WERROR) $(CXXFLAGS)

# Linked statically, so that a start costs a millisecond and not two (docs/decisions/001-static-libraries.md).
LIBS = -static-libstdc++ -static-libgcc -Wl,-Bstatic -lre2 -lcrypto -lz -Wl,-Bdynamic -ldl -lpthread -lm

# The library is everything but main.c, so that verbs have unit tests, too.
MODULES ?= $(notdir $(patsubst %/,%,$(wildcard src/*/)))
main = src/cmd/main.c
sources = $(filter-out $(main),$(sort $(shell find $(MODULES:%=src/%) -name '*.c' -o -name '*.cc')))
test_sources = $(filter %_test.c,$(sources))
objects = $(patsubst src/%,$(BUILD)/obj/%.o,$(filter-out %_test.c,$(sources)))
unit_tests = $(patsubst src/%.c,$(BUILD)/test/%,$(test_sources))
library = $(BUILD)/libforge.a
archive = ar rcs $(library) $(objects)

# What tools/mutate changes is compiled and linked once: all programs load the library, from wherever the tree is copied.
# It calls back into main.c; base/kept.c would else take a literal of the library for one made up while the program runs.
ifeq ($(VARIANT),mutant)
library = $(BUILD)/libforge.so
archive = $(CXX) -shared -Wl,-soname,libforge.so $(objects) $(LDFLAGS) -lre2 -lcrypto -lz -ldl -lpthread -lm -o $(library)
LIBS = -Wl,--unresolved-symbols=ignore-in-shared-libs -Wl,--defsym,__executable_start=1,--defsym,end=0x7fffffffffff \
	-Wl,--export-dynamic-symbol=__executable_start -Wl,--export-dynamic-symbol=end \
	-Wl,-rpath,'$$ORIGIN:$$ORIGIN/../..:$$ORIGIN/../../..'
endif
fuzzers = $(patsubst fuzz/%.c,$(BUILD)/obj/fuzz/%.o,$(wildcard fuzz/*_fuzz.c))

# V=1 shows the commands. A fresh machine builds with all its cores.
Q = $(if $(V),,@)
jobs = $(if $(findstring j,$(filter-out --%,$(MAKEFLAGS))),,-j$(shell nproc))

.PHONY: all library link programs units demo test golden golden-update e2e tidy deps install bench fuzz conformance coverage \
	differential fmt clean
all: $(BUILD)/forge

$(BUILD)/obj/%.c.o: src/%.c
	@mkdir -p $(@D)
	@echo "  cc $<"
	$(Q)$(CC) $(CFLAGS_ALL) -c $< -o $@

$(BUILD)/obj/%.cc.o: src/%.cc
	@mkdir -p $(@D)
	@echo "  c++ $<"
	$(Q)$(CXX) $(CXXFLAGS_ALL) -c $< -o $@

# A removed file, or other MODULES, must change the library, too.
$(shell mkdir -p $(BUILD); echo '$(objects)' | cmp -s - $(BUILD)/objects || echo '$(objects)' >$(BUILD)/objects)
$(library): $(objects) $(BUILD)/objects
	@rm -f $@
	$(Q)$(archive)

$(BUILD)/forge: $(BUILD)/obj/cmd/main.c.o $(library)
	@echo "  link $@"
	$(Q)$(CXX) $(opt.$(VARIANT)) $^ $(LDFLAGS) $(LIBS) -o $@

$(BUILD)/test/%: $(BUILD)/obj/%.c.o $(library)
	@mkdir -p $(@D)
	$(Q)$(CXX) $(opt.$(VARIANT)) $^ $(LDFLAGS) $(LIBS) -o $@

$(BUILD)/bench/%: bench/%.c bench/yardstick.c bench/yardstick.h $(library)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) -I. -c $< -o $@.o
	$(Q)$(CC) $(CFLAGS_ALL) -I. -c bench/yardstick.c -o $@.yardstick.o
	$(Q)$(CXX) $(opt.$(VARIANT)) $@.o $@.yardstick.o $(library) $(LDFLAGS) $(LIBS) -o $@

# Compiled with the tests, so that they follow the headers; tools/fuzz links and runs them.
$(BUILD)/obj/fuzz/%.o: fuzz/%.c
	@mkdir -p $(@D)
	@echo "  cc $<"
	$(Q)$(CC) $(CFLAGS_ALL) -I. -Wno-missing-prototypes -c $< -o $@

library: $(library)
link:
	$(CXX) $(OBJECTS) $(library) $(LDFLAGS) $(LIBS) -o $(OUT)

# --- using it ---------------------------------------------------------------------------------------

deps:
	tools/deps

# Dependencies first, then the build: a fresh machine has no compiler yet.
demo: deps
	$(MAKE) $(jobs) all
	tools/demo $(BUILD)/forge

install: all
	install -D -m 755 $(BUILD)/forge $(DESTDIR)$(PREFIX)/bin/forge
	tools/install-docs $(BUILD)/forge $(DESTDIR)$(PREFIX)/share

# --- tests ------------------------------------------------------------------------------------------

test: deps
	$(MAKE) $(jobs) all
	$(MAKE) $(jobs) tests
.PHONY: tests
tests: $(unit_tests) $(fuzzers) all
	tools/run-tests $(BUILD) $(unit_tests) $(wildcard test/*.t test/e2e/*.t tools/*_test)

programs: $(unit_tests) all

units: $(unit_tests)
	tools/run-tests $(BUILD) $(unit_tests)

golden e2e: all
	tools/run-tests $(BUILD) $(wildcard test/$@.t test/$@/*.t)

golden-update: all
	-GOLDEN_UPDATE=1 tools/run-tests $(BUILD) test/golden.t
	git --no-pager diff --stat test/golden

# Which lines the tests run, by module; COVERAGE="kube doc" lists the files of these.
coverage:
	TEST_TIMEOUT_S=600 $(MAKE) VARIANT=cov $(jobs) units golden e2e
	tools/coverage build/cov $(COVERAGE)

tidy: all
	tools/tidy $(BUILD)

bench conformance differential: all
	SHARED=$(SHARED) tools/$@ $(BUILD)/forge

fuzz:
	tools/fuzz

# The schema tables, from the files of Kubernetes and the CRDs that lie beside the project.
SCHEMAS ?= ../shared/schemas
tables: $(BUILD)/tools/schemas
	$< $(SCHEMAS)/kubernetes/1.35 $(SCHEMAS)/crds tools/schema_enums.yaml src

$(BUILD)/tools/%: tools/%.c $(library)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -c $< -o $@.o
	$(CXX) $@.o $(library) $(LDFLAGS) $(LIBS) -o $@

fmt:
	clang-format-14 -i $(shell find src fuzz bench -name '*.[ch]')

clean:
	rm -rf build

.SECONDARY:
-include $(patsubst %.o,%.d,$(objects) $(fuzzers) $(patsubst src/%,$(BUILD)/obj/%.o,$(test_sources) $(main)))
