#!/bin/sh
# budget - input that asks for more than a command may take ends with status 2 and the file that asks for it
. "$FORGE_TOP/test/lib.sh"

# Each label is one more line in each of 500 objects.
i=0
while [ $i -lt 500 ]; do
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c%d}\n---\n' $i
	i=$((i + 1))
done >all.yaml
{
	printf 'resources: [all.yaml]\nlabels:\n- pairs:\n'
	i=0
	while [ $i -lt 500 ]; do
		printf '    k%d: v\n' $i
		i=$((i + 1))
	done
} >kustomization.yaml

runs 2 build --limit-memory 8Mi .
has "$err" "takes more memory than the limit of 8 MiB"
has "$err" "kustomization.yaml"
has "$err" "hint: raise it with --limit-memory"
runs 2 check --limit-memory 8Mi .
has "$err" "takes more memory than the limit of 8 MiB"
runs 0 build .

# The reader of a file has no safe point: it is stopped in the arena.
runs 2 sandbox run --limit-memory 1Mi all.yaml
has "$err" "while working on 'all.yaml': this takes more memory than the limit of 1 MiB"

runs 2 build --limit-memory much .
has "$err" "write a size like 512Mi or 2Gi"
done_testing
