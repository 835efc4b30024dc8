#!/bin/sh
# golden - test/golden/<area>/<case>: the output of forge on a given input, byte for byte
#
#	<case>.args	the words behind forge, as the shell reads them; comments begin with #
#	<case>.in	a directory in which it runs, or a file that is its stdin; may be absent
#	<case>.out	its stdout
#	<case>.err	its stderr, where that matters
#	<case>.status	its exit status, where that is not 0
#
# make golden-update writes what forge prints now; look at the diff before you commit it.
. "$FORGE_TOP/test/lib.sh"

run_case() {
	case=$1 dir=$(mktemp -d) input=/dev/null
	if [ -d "$case.in" ]; then cp -r "$case.in/." "$dir"; elif [ -e "$case.in" ]; then input=$case.in; fi
	(cd "$dir" && eval "\"\$FORGE\" $(grep -v '^#' "$case.args" | tr '\n' ' ')" <"$input" >"$HOME/out" 2>"$HOME/err")
	echo $? >"$HOME/status"
	rm -rf "$dir"
}

check_case() {
	run_case "$1"
	wanted=$(cat "$1.status" 2>/dev/null || echo 0)
	equal "$(cat "$HOME/status")" "$wanted" || { cat "$HOME/err"; return 1; }
	[ ! -e "$1.err" ] || diff -u "$1.err" "$HOME/err" || return 1
	diff -u "$1.out" "$HOME/out"
}

update_case() {
	run_case "$1"
	cp "$HOME/out" "$1.out"
	[ ! -e "$1.err" ] || cp "$HOME/err" "$1.err"
	rm -f "$1.status"
	[ "$(cat "$HOME/status")" = 0 ] || cp "$HOME/status" "$1.status"
}

for args in "$FORGE_TOP"/test/golden/*/*.args; do
	[ -e "$args" ] || continue
	case=${args%.args}
	[ -z "${GOLDEN_UPDATE:-}" ] || update_case "$case"
	ok "${case#"$FORGE_TOP"/test/golden/}" check_case "$case"
done
[ $tests != 0 ] || skip "golden cases" "there are none yet"
done_testing
