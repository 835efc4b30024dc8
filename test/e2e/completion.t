#!/bin/sh
# completion - candidates of forge __complete, and the scripts in the shells that are installed
. "$FORGE_TOP/test/lib.sh"

runs 0 __complete -- ver
is "$out" "version	show the version of forge"
runs 0 __complete -- version --a
is "$out" "--all	also list the libraries that are linked in"
runs 0 __complete -- version --no
has "$out" "--no-color"
runs 0 __complete -- help ver
has "$out" "version"
runs 0 __complete -- no-such-verb ""
is_empty "$err"

PATH=$(dirname "$FORGE"):$PATH
export PATH
for shell in bash zsh fish; do
	runs 0 completion $shell
	has "$out" "forge __complete"
	cp out.txt script.$shell
	if command -v $shell >/dev/null; then
		ok "$shell reads its script" $shell -n script.$shell
	else
		skip "$shell reads its script" "$shell is not installed"
	fi
done
runs 2 completion tcsh
has "$err" "bash, zsh and fish"
ok "bash completes a verb" bash -c 'source ./script.bash; COMP_WORDS=(forge vers); COMP_CWORD=1; _forge; [ "${COMPREPLY[*]}" = version ]'
ok "bash completes an option" bash -c 'source ./script.bash; COMP_WORDS=(forge version --js); COMP_CWORD=2; _forge; [ "${COMPREPLY[*]}" = --json ]'

# Manual pages of all verbs are well-formed roff.
for verb in "" $("$FORGE" __complete -- "" | cut -f1); do
	runs 0 man $verb
	has "$out" ".SH NAME"
	if command -v groff >/dev/null; then
		ok "groff accepts the page of forge $verb" sh -c '[ -z "$(groff -ww -man -Tutf8 out.txt 2>&1 >/dev/null)" ]'
	else
		skip "groff accepts the page of forge $verb" "groff is not installed"
	fi
done
done_testing
