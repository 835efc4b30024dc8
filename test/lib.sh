# lib - TAP for tests of the built program, to be sourced: . "$FORGE_TOP/test/lib.sh"
#
# tools/run-tests gives each test a directory of its own, and pins HOME, TZ, locale, git configuration and git dates.
#
#	runs 2 versoin			# forge versoin ends with status 2; $out and $err have what it printed
#	has "$err" "did you mean"	# and $err contains this
#	done_testing
[ -n "${FORGE:-}" ] || { echo "1..0 # SKIP run it with tools/run-tests BUILD TEST, which sets FORGE"; exit 0; }

tests=0
failed=0
nl='
'

# ok NAME COMMAND...: one test, which holds when the command succeeds
ok() {
	tests=$((tests + 1)) name=$1
	shift
	if ("$@") >ok.log 2>&1; then
		echo "ok $tests - $name"
	else
		failed=$((failed + 1))
		echo "not ok $tests - $name"
		sed 's/^/# /' ok.log
	fi
}

skip() {
	tests=$((tests + 1))
	echo "ok $tests - $1 # SKIP $2"
}

# runs STATUS ARGUMENT...: runs forge, and tests its exit status
runs() {
	want=$1
	shift
	"$FORGE" "$@" >out.txt 2>err.txt </dev/null
	status=$?
	out=$(cat out.txt) err=$(cat err.txt)
	ok "forge $* ends with $want" equal "$status" "$want"
	[ "$status" = "$want" ] || sed 's/^/# /' err.txt
}

equal() { [ "$1" = "$2" ] || { printf 'got:  %s\nwant: %s\n' "$1" "$2"; return 1; }; }
contains() { case $1 in *"$2"*) ;; *) printf '%s\nis not in: %s\n' "$2" "$1"; return 1 ;; esac; }
lacks() { ! contains "$1" "$2" >/dev/null || { printf '%s\nis in: %s\n' "$2" "$1"; return 1; }; }

has() { ok "it says '$2'" contains "$1" "$2"; }
has_not() { ok "it does not say '$2'" lacks "$1" "$2"; }
is() { ok "it is '$(echo "$2" | head -n 1)'" equal "$1" "$2"; }
is_empty() { ok "it is empty" equal "$1" ""; }

# field EXPRESSION: what Python finds in the JSON report of the last run, r; k: Kustomizations of its last revision by name
field() {
	python3 -c "
import json
r = json.load(open('out.txt'))
k = {i['name']: i for i in r.get('revisions', [{}])[-1].get('kustomizations', [])}
print($1)"
}

# new_repository: a git repository in the working directory, which does not see what runs() leaves there
new_repository() {
	git init -q -b main .
	printf 'out.txt\nerr.txt\nok.log\n' >.git/info/exclude
}

# first_commit: the same, with all files committed
first_commit() {
	new_repository
	git add -A
	git commit -qm first
}

# shown_in FILE: runs the commands of a page, lines "    $ forge …", in the working directory; each prints what stands below it
shown_in() {
	sed -n 's/^    //p' "$FORGE_TOP/$1" | awk '/^[$] /{n++} n{print >("shown." n)}'
	ok "$1 has examples" test -e shown.1
	for example in shown.*; do
		sed 1d "$example" >wanted
		command=$(sed -n '1s/^[$] forge //p' "$example")
		eval "\"\$FORGE\" $command" >printed 2>&1 </dev/null
		ok "it prints what $1 shows: forge $command" diff wanted printed
	done
	rm -f shown.* wanted printed
}

done_testing() {
	echo "1..$tests"
	[ $failed = 0 ]
	exit $?
}
