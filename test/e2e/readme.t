#!/bin/sh
# readme - the tour of README.md: its commands run, and print what it shows, up to figures that chance makes
. "$FORGE_TOP/test/lib.sh"

# The lines of README.md that are indented by four: commands and what they print.
shown() { sed -n '/^## Five minutes/,/^## To read on/s/^    //p' "$FORGE_TOP/README.md"; }

# Figures, plots and hashes are made the same; the place of a change and the registry of an image are left out.
masked() {
	tr -d '\033' | sed -E 's/\[[0-9]+m//g; s/ghcr.io\/interview-companion/…/g; s/("…[^ ]*")  clusters.*/\1/' |
		sed -E 's/(\(|sha1:|hash )[0-9a-f]{8,}/\1HASH/; s/[▁▂▃▄▅▆▇█]+/PLOT/g; s/[0-9]+(\.[0-9]+)?/N/g'
}

"$FORGE_TOP/tools/demo" "$FORGE" >demo.txt 2>&1
ok "make demo succeeds" test $? = 0
masked <demo.txt >demo.masked
shown | sed '/build clusters/,$d' | grep -v -e '^ *…$' -e '^$' | masked >wanted
ok "README.md shows something" test "$(wc -l <wanted)" -gt 20
grep -F -x -v -f demo.masked wanted >missing
is_empty "$(cat missing)"

# The other steps, as they are written.
cp -r "$FORGE_TOP/examples/interview-companion/." .
ln -s "$FORGE" forge
PATH=$PWD:$PATH
shown | sed -n '/build clusters/,$s/^[$] //p' >steps
is "$(wc -l <steps)" 5
ok "the commands of the other steps run" sh -e steps
sh -e steps >printed 2>&1
has "$(tail -n 1 printed)" "$(shown | tail -n 1)"
done_testing
