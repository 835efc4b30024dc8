#!/bin/sh
# progress - a long rehearsal tells on a terminal what it does, and nowhere else
. "$FORGE_TOP/test/lib.sh"

mkdir repository
cp -r "$FORGE_TOP/examples/interview-companion/." repository
cd repository || exit 1
first_commit
cluster=clusters/production
sed -i "/interview-companion\/api/{n;s/newTag: .*/newTag: 3.5.0/;}" $cluster/apps/interview-companion/kustomization.yaml
git commit -qam "api: 3.5.0"
# A fault that ends after many hours makes it long.
cat >../long.yaml <<-END
	apiVersion: forge.dev/v1alpha1
	kind: Scenario
	metadata: {name: long}
	spec: {faults: [{kind: metricsGap, after: 11h, lasts: 10m}]}
END
set -- rehearse . --cluster $cluster --from HEAD~1 --to HEAD --scenario ../long.yaml

"$FORGE" "$@" >../plain.txt 2>../plain.err
is "$(cat ../plain.err)" ""

if command -v script >/dev/null; then
	# Only the error output is the terminal.
	TERM=xterm script -qec "$FORGE $* >../out.txt" ../terminal.txt >/dev/null
	ok "the report is the same" cmp ../plain.txt ../out.txt
	tr '\r' '\n' <../terminal.txt >../lines.txt
	ok "it names time and revision" grep -q '^.\[K[0-9][0-9]:[0-9][0-9]:[0-9][0-9]  HEAD (' ../lines.txt
	ok "it names canaries and their phases" grep -q 'api Succeeded' ../lines.txt
	ok "the line is gone at the end" grep -q '^.\[K$' ../lines.txt
	# Python waits for the first line and interrupts; what is left of it is cleared.
	ok "Ctrl-C leaves a clean line" env TERM=xterm python3 -c '
import os, pty, signal, subprocess, sys
ours, theirs = pty.openpty()
signal.signal(signal.SIGINT, signal.SIG_DFL)
forge = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=theirs)
os.close(theirs)
text = b""
while b"\033[K" not in text:
    text += os.read(ours, 4096)
forge.send_signal(signal.SIGINT)
try:
    while True:
        text += os.read(ours, 4096)
except OSError:
    pass
assert forge.wait() == -signal.SIGINT, forge.wait()
assert text.endswith(b"\r\033[K"), text
' "$FORGE" "$@"
	TERM=dumb script -qec "$FORGE $* >../out.txt" ../terminal.txt >/dev/null
	ok "a dumb terminal gets none" sh -c "! grep -q 'HEAD (' ../terminal.txt"
else
	skip "what a terminal shows" "script (bsdutils) is not installed"
fi
done_testing
