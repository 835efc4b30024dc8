#!/bin/sh
# validation.t - faulty objects: the message of a real API server against that of the embedded one
#
# Needs etcd and kube-apiserver on PATH. `validation.py FORGE WORD` shows the cases whose name has the word.
set -u
for program in etcd kube-apiserver openssl python3; do
	if ! command -v $program >/dev/null 2>&1; then
		echo "1..0 # SKIP $program is not installed"
		exit 0
	fi
done
exec python3 "$FORGE_TOP/test/differential/validation.py" "$FORGE"
