#!/usr/bin/env bash
# Builds the last commit twice, in folders, time zones, languages and with access rights that differ, and compares what
# comes out byte for byte. Arguments are passed on to Maven: .github/reproducible.sh -o
set -euo pipefail

cd "$(git rev-parse --show-toplevel)"
commit=$(git rev-parse HEAD)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

build() {
  local folder="$work/$1" zone=$2 language=$3 mask=$4
  shift 4
  mkdir "$folder"
  (
    umask "$mask"
    git archive "$commit" | tar --extract --directory "$folder" --no-same-permissions
    cd "$folder"
    TZ=$zone LC_ALL=$language mvn -q -Prelease -DskipTests -Dinvoker.skip=true "$@" package >&2
    find . -path '*/target/*' \( -name '*.jar' -o -name 'bom.json' -o -name 'bom.xml' \) -not -path '*/target/lib/*' \
      -print0 | sort --zero-terminated | xargs --null sha256sum
  ) > "$work/$(basename "$folder").sha256"
}

build first UTC C 022 "$@"
build second-of-two Asia/Shanghai C.UTF-8 002 "$@"

if diff "$work/first.sha256" "$work/second-of-two.sha256"; then
  echo "Both builds are the same:"
  cat "$work/first.sha256"
else
  echo "The builds differ in the files above, and these in:" >&2
  diff "$work/first.sha256" "$work/second-of-two.sha256" | awk '/^[<>].*[.]jar$/ { print $3 }' | sort --unique |
    while read -r jar; do
      diff <(unzip -v "$work/first/$jar") <(unzip -v "$work/second-of-two/$jar") | head -20 >&2 || true
    done
  exit 1
fi
