#!/bin/sh
# usage - help, version, mistyped verbs and options, exit statuses, streams and colour
. "$FORGE_TOP/test/lib.sh"

runs 0
has "$out" "Usage: forge VERB"
has "$out" "show the version of forge"
has_not "$out" "__complete"
is_empty "$err"
all_help=$out
runs 0 --help
is "$out" "$all_help"
runs 0 help
is "$out" "$all_help"

runs 0 version
has "$out" "forge "
version=$out
runs 0 --version
is "$out" "$version"
runs 0 version --json
ok "version --json is JSON" python3 -c 'import json; assert json.load(open("out.txt"))["kind"] == "Version"'
runs 0 version --all
has "$out" "openssl 3"

# Every verb has the same help by three ways; it begins with examples and ends with statuses.
for verb in $("$FORGE" __complete -- "" | cut -f1); do
	runs 0 "$verb" --help
	has "$out" "forge $verb - "
	has "$out" "Exit status"
	help=$out
	runs 0 "$verb" -h
	is "$out" "$help"
	runs 0 help "$verb"
	is "$out" "$help"
	ok "$verb: no line of its help but examples is longer than 80" sh -c '! grep -vE "^  forge " out.txt | grep -E "^.{81}"'
done

# A machine reads the same rows; the arguments are a JSON Schema.
for verb in build check query rehearse "sandbox run" version; do
	runs 0 help -o json $verb
	cp out.txt verb.json
	ok "$verb: its document has its name" python3 -c 'import json, sys; v = json.load(open("verb.json")); assert v["kind"] == "Verb" and v["name"] == sys.argv[1]' "$verb"
	if python3 -c "import jsonschema" 2>/dev/null; then
		ok "$verb: its arguments are a JSON Schema" python3 -c 'import json, jsonschema; s = json.load(open("verb.json"))["arguments"]; jsonschema.Draft202012Validator.check_schema(s); assert not jsonschema.Draft202012Validator(s).is_valid({"no-such-argument": 1})'
	else
		skip "$verb: its arguments are a JSON Schema" "python3-jsonschema is not installed"
	fi
done
runs 0 help rehearse -o json
ok "types, enums and defaults are in it" python3 -c '
import json
s = json.load(open("out.txt"))["arguments"]
seed, then = s["properties"]["seed"], s["properties"]["then"]
assert (seed["type"], seed["default"], seed["minimum"]) == ("integer", 1, 0)
assert (then["type"], then["items"]) == ("array", {"type": "string"})
assert s["additionalProperties"] is False and s["required"] == [] and "output" not in s["properties"]'
runs 0 help
for group in "A repository" "A release" "A cluster" "Small languages" "Forge itself"; do
	ok "help has the group '$group'" grep -qx "$group" out.txt
done

runs 2 versoin
is_empty "$out"
is "$err" "error: 'versoin' is not a verb of 'forge'${nl}hint: did you mean 'version'?"
runs 2 zzzzzz
has "$err" "hint: 'forge --help' lists the verbs"
runs 2 sandbox frobnicate
has "$err" "hint: 'forge sandbox --help' lists the verbs"
runs 0 sandbox --help
runs 2 help versoin
has "$err" "did you mean 'version'?"
runs 2 version --al
is "$err" "error: '--al' is not an option of 'forge version'${nl}hint: did you mean '--all'?"
runs 2 version -x
has "$err" "'-x' is not an option"
runs 2 version --all=maybe
has "$err" "write true or false"
runs 2 version --json=yes
has "$err" "takes no value"
runs 2 version extra
has "$err" "'extra' is too much"
runs 2 completion
has "$err" "'forge completion' needs SHELL"
runs 0 version --all=false
is "$out" "$version"

# Colour only when it is wanted.
esc=$(printf '\033')
runs 2 versoin
has_not "$err" "$esc"
ok "FORCE_COLOR colours errors" sh -c 'FORCE_COLOR=1 "$FORGE" versoin 2>&1 | grep -q "$(printf "\033")"'
ok "NO_COLOR wins" sh -c '! NO_COLOR=1 FORCE_COLOR=1 "$FORGE" versoin 2>&1 | grep -q "$(printf "\033")"'
ok "--no-color wins" sh -c '! FORCE_COLOR=1 "$FORGE" --no-color help version | grep -q "$(printf "\033")"'

# A closed pipe is quiet; a full disk is not success.
ok "a closed pipe is quiet" sh -c '{ "$FORGE" help; } 2>pipe.txt | true; [ ! -s pipe.txt ]'
if [ -w /dev/full ]; then
	ok "output that cannot be written is status 3" sh -c '"$FORGE" help >/dev/full 2>full.txt; [ $? = 3 ] && grep -q "could not be written" full.txt'
else
	skip "output that cannot be written is status 3" "there is no /dev/full"
fi
done_testing
