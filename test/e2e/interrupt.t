#!/bin/sh
# interrupt - a signal in the middle of work ends forge and all that it started; streams that cannot be used are said
. "$FORGE_TOP/test/lib.sh"

mkdir app
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n' >app/a.yaml

# --- signals: forge waits for a git that does not end, and that has started a program itself --------------------------
mkdir repository bin
cd repository || exit 1
cp ../app/a.yaml .
first_commit
cd ..
mkfifo alive
# Whoever lives holds the pipe open; the test reads to its end.
cat >bin/git <<-END
	#!/bin/sh
	exec 3>"$PWD/alive"
	echo started >&3
	sleep 1000 &
	wait
END
chmod +x bin/git
listed() { find . ! -name '*.log' ! -name before ! -name after | LC_ALL=C sort; }
listed >before

# interrupted SIGNAL STATUS: forge is sent it while git runs
interrupted() {
	env "--default-signal=$1" TMPDIR="$PWD" PATH="$PWD/bin:$PATH" "$FORGE" rehearse repository >/dev/null 2>signal.err &
	forge=$!
	exec 4<alive
	read -r said <&4
	is "$said" started
	kill -s "$1" $forge
	wait $forge 2>/dev/null
	is $? "$2"
	ok "no program is left after SIG$1" timeout 20 cat <&4
	exec 4<&-
	is_empty "$(cat signal.err)"
	rm signal.err
}
interrupted INT 130
interrupted TERM 143
interrupted HUP 129
listed >after
ok "no file is left" diff before after

# --- streams ----------------------------------------------------------------------------------------------------------
# lost STATUS REDIRECTION COMMAND...
lost() {
	want=$1 redirection=$2
	shift 2
	eval '"$FORGE" "$@" 2>err.txt' "$redirection"
	status=$? err=$(cat err.txt)
	ok "forge $* $redirection ends with $want" equal "$status" "$want"
}
for verb in "version" "help check" "completion bash" "check app" "check app -o json" "sandbox run app/a.yaml --nodes 0"; do
	lost 3 '>/dev/full' $verb
	has "$err" "error: the output could not be written: No space left on device"
	has "$err" "hint: what was written is not all; make room"
	lost 3 '>&-' $verb
	has "$err" "error: the output could not be written: Bad file descriptor"
	has "$err" "hint: it is closed"
done
lost 0 '<&-' check app
lost 3 '<&-' check /dev/stdin
has "$err" "error: '/dev/stdin': Bad file descriptor"
has "$err" "hint: it is closed"
lost 2 '</dev/null' check /dev/full
lost 0 '<app/a.yaml' check /dev/stdin

# A warning that nobody could read is none; an error is told by the status, too.
mkdir old
printf 'resources: [../app/a.yaml]\ncommonLabels: {a: b}\n' >old/kustomization.yaml
lost 0 '>/dev/null' build old --load-restrictor LoadRestrictionsNone
has "$err" "warning: "
for closed in '2>&-' '2>/dev/full'; do
	lost 3 "$closed >/dev/null" build old --load-restrictor LoadRestrictionsNone
	lost 2 "$closed" check missing
	lost 0 "$closed >/dev/null" check app
done
# Nothing that forge opens takes the place of a closed stream.
lost 3 '>&- <&- 2>&-' check app
lost 0 '<&- 2>&- >out.txt' check app -o json
has "$(cat out.txt)" '"findings"'

# A pipe that nobody reads: quietly by SIGPIPE, unless that is ignored.
mkfifo pipe
exec 5<>pipe 6>pipe 5<&-
lost 141 '>&6' check app
is_empty "$err"
trap '' PIPE
lost 3 '>&6' check app
has "$err" "error: the output could not be written: Broken pipe"
trap - PIPE
exec 6>&-

# --- programs and folders that are missing ----------------------------------------------------------------------------
PATH=/nonexistent "$FORGE" rehearse repository >out.txt 2>err.txt
is $? 3
has "$(cat err.txt)" "error: cannot run 'git'"
has "$(cat err.txt)" "hint: install 'git'"

# Root reads everything: the user nobody does not.
as_nobody() {
	[ "$(id -u)" != 0 ] || set -- setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	"$@" >out.txt 2>err.txt
	status=$? err=$(cat err.txt)
}
chmod 755 . 2>/dev/null
cp "$FORGE" forge
mkdir closed
cp app/a.yaml closed/a.yaml
chmod 0 closed
if as_nobody ./forge version; [ "$status" = 0 ]; then
	as_nobody ./forge check closed
	is "$status" 3
	has "$err" "closed': Permission denied"
else
	skip "folders that cannot be read" "nobody cannot run forge here"
fi
chmod 700 closed
done_testing
