#!/bin/sh
# determinism - a build without optimisation tells the same history: same report, same hash chain
. "$FORGE_TOP/test/lib.sh"

case $FORGE in */build/forge) ;; *) echo "1..0 # SKIP only the release build is compared"; exit 0 ;; esac
plain=$FORGE_TOP/build/debug/forge
make -s -C "$FORGE_TOP" -j2 VARIANT=debug all >make.log 2>&1 || { cat make.log; exit 1; }

mkdir repository
cp -r "$FORGE_TOP/examples/interview-companion/." repository
cd repository || exit 1
git init -q -b main .
git add -A
git commit -qm first
sed -i '/interview-companion\/api/{n;s/newTag: .*/newTag: 9.9.9/;}' clusters/production/apps/interview-companion/kustomization.yaml
git commit -qam second

for scenario in good-release bad-release; do
	for seed in 1 7; do
		set -- rehearse . --cluster clusters/production --from HEAD~1 --to HEAD --scenario rehearsals/$scenario.yaml --seed $seed -o json
		"$FORGE" "$@" >../fast.json
		"$plain" "$@" >../plain.json
		ok "$scenario with seed $seed is the same" cmp ../fast.json ../plain.json
		ok "it has a hash" grep -q '"hash": "[0-9a-f]' ../fast.json
	done
done
done_testing
