#!/bin/sh
# yaml.t - seeded YAML texts: the events of our reader against those of libyaml
#
# SEED (default 1) and COUNT (default 20000) choose the texts; a difference prints the command that repeats it.
set -u
source=$FORGE_TOP/test/differential/yaml_events.c
build=$(dirname "$FORGE")
if ! echo '#include <yaml.h>' | gcc -fsyntax-only -x c - 2>/dev/null; then
	echo "1..0 # SKIP libyaml is not installed"
	exit 0
fi
echo "1..1"
if ! gcc -std=gnu17 -O1 -D_GNU_SOURCE -I"$FORGE_TOP/src" "$source" "$build/libforge.a" -lyaml -lcrypto -lm -o yaml_events; then
	echo "not ok 1 - the comparison does not build"
	exit 1
fi
./yaml_events "${SEED:-1}" "${COUNT:-20000}"
