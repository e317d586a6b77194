#!/bin/sh
# How fast `bert4j serve` answers clients at a time, with batches and without, and ONNX Runtime a sentiment model behind the same
# server: load.sh BUNDLE TEXTS
# TEXTS holds a text per line. Needs `mvn -q -DskipTests package`. More options of serve: SERVE_OPTIONS="--threads 1".
set -eu
bundle=$1
texts=$2
here=$(dirname "$0")
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$work"' EXIT
program="java -Xmx2g -jar $here/../bert-cli/target/bert4j.jar"
benchmarks="java -Xmx2g -jar $here/target/benchmarks.jar"

# shellcheck disable=SC2086 # options are several words
$program predict ${SERVE_OPTIONS:-} "$bundle" "$texts" >"$work/expected.jsonl"

# run NAME COMMAND… : starts a server, asks it, and stops it
run() {
    name=$1
    shift
    "$@" 2>"$work/serve.log" &
    server=$!
    while ! grep -q 'listening at http.* ' "$work/serve.log"; do
        kill -0 "$server" || { cat "$work/serve.log" >&2; exit 1; }
        sleep 0.2
    done
    url=$(sed -n 's/.*listening at \([^ ]*\) .*/\1/p' "$work/serve.log")
    printf '%s ' "$name"
    # shellcheck disable=SC2086
    $benchmarks load --url "$url" --expected "$work/expected.jsonl" ${LOAD_OPTIONS:-}
    kill "$server"
    wait "$server" || true
    server=
}

# shellcheck disable=SC2086
{
    run "--batch 32" $program serve ${SERVE_OPTIONS:-} --batch 32 --port 0 "$bundle"
    run "--batch 1" $program serve ${SERVE_OPTIONS:-} --batch 1 --port 0 "$bundle"
    if grep -q '"task" : "sentiment"' "$bundle/bundle.json"; then
        $program convert "$bundle" "$work/model.onnx" >"$work/convert.log" 2>&1
        run "ONNX Runtime" $benchmarks onnx-server "$work/model.onnx"
    fi
}
