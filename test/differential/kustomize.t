#!/bin/sh
# kustomize.t - random kustomizations: the output of kubectl kustomize against that of forge build
#
# Needs kubectl or kustomize 5.7.1 on PATH. KUSTOMIZE_SEED and KUSTOMIZE_COUNT choose the trees; a difference prints the
# command that makes its tree again.
set -u
if ! command -v python3 >/dev/null 2>&1; then
	echo "1..0 # SKIP python3 is not installed"
	exit 0
fi
for version in "kustomize version" "kubectl version --client"; do
	if $version 2>/dev/null | grep -q "v5\.7\.1"; then
		exec python3 "$FORGE_TOP/test/differential/kustomize.py" "$FORGE" "${KUSTOMIZE_SEED:-1}" \
			"${KUSTOMIZE_COUNT:-150}" "${version%% *}"
	fi
done
echo "1..0 # SKIP neither kustomize 5.7.1 nor a kubectl with it is installed"
