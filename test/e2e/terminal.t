#!/bin/sh
# terminal - text from outside does not steer the terminal: control characters on standard error are shown escaped
. "$FORGE_TOP/test/lib.sh"

esc=$(printf '\033')
red=$(printf 'a\033[31mb')
bare() { has "$err" 'a\x1b[31mb' && has_not "$err" "$esc"; }

mkdir -p "$red/base"
printf 'resources: [a.yaml]\ncommonLabels: {a: b}\n' >"$red/kustomization.yaml"
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n' >"$red/a.yaml"
runs 0 build "$red"
has "$err" "warning: "
bare

printf 'resources: [a.yaml]\nnonsense: {a: b}\n' >"$red/kustomization.yaml"
runs 2 build "$red"
has "$err" "error: "
has "$err" "  --> "
bare

runs 2 build "missing-$red"
bare
runs 2 check "missing-$red"
bare
runs 2 "verb-$red"
bare
runs 2 build --"$red"
bare
runs 2 build --load-restrictor "$red" .
bare
runs 2 rehearse "$red" --cluster "$red"
bare

# Of the line that is shown, and bytes that are no UTF-8: a single byte begins a sequence on some terminals.
mkdir plain
printf 'resources: [a.yaml]\n' >plain/kustomization.yaml
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: "a\033[31mb\n' >plain/a.yaml
runs 2 build plain
has_not "$err" "$esc"
runs 2 build "$(printf 'x\233 31m\302\233y')"
ok "neither form of CSI is written" test "$(LC_ALL=C tr -dc '\233' <err.txt | wc -c)" = 0
has "$err" 'x\x9b 31m\x9by'
# A warning is one line.
two=$(printf 'two\nlines')
cp -r "$red" "$two"
printf 'resources: [a.yaml]\ncommonLabels: {a: b}\n' >"$two/kustomization.yaml"
runs 0 build "$two"
is "$(grep -c . err.txt)" 1
has "$err" 'two\nlines/kustomization.yaml:2:15: '

# Colours of our own stay.
FORCE_COLOR=1 "$FORGE" build "missing-$red" 2>err.txt
ok "the label is coloured, the path is not" grep -q "$esc.*error.*missing-a.x1b" err.txt
done_testing
