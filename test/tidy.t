#!/bin/sh
# tidy - the house rules hold for this tree and the objects that were built
. "$FORGE_TOP/test/lib.sh"

build=$(dirname "$FORGE")
tidy() { cd "$FORGE_TOP" && tools/tidy "${build#"$FORGE_TOP"/}" >"$HOME/tidy.txt"; status=$?; grep -v '^note:' "$HOME/tidy.txt"; return $status; }
ok "tools/tidy finds nothing" tidy
done_testing
