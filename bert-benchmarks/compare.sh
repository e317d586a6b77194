#!/usr/bin/env bash
# Runs bert4j and its peers in turns, on this machine, and adds a line of JSON per run to a file. A run whose line is there
# already is not repeated: called again it goes on where it stopped, and configurations may be run one by one. A comparison
# of something else needs another file.
#
# usage: compare.sh [--configurations "NAME …"] [--rounds 5] [--infer-steps 8] [--train-steps 5] [--lengths FILE.tsv]
#                   [--layers 12] [--hidden 768] [--threads 2] [--out FILE.jsonl]
#
# Configurations: infer-full-fp32 infer-one-fp32 infer-mixed-fp32, the same with bf16 and int8, train-full-fp32
# train-mixed-fp32, the same with bf16, tokenizers, memory. full is 8 sequences of 128 tokens, one is 1 of 16, mixed 32
# texts of --lengths (label, TAB, text). tokenizers runs bert4j's and Hugging Face's by JMH; memory looks whether bert4j's
# grows.
#
# Peers: pytorch and onnxruntime, which does not train, and each with the texts sorted by length where they are mixed;
# pytorch-compiled at full, where a C++ compiler is there. int8 is compared with onnxruntime alone, and its bf16 is left out.
#
# Environment: PYTHON names a python3 that has torch, onnx and onnxruntime. PEER is the command of another peer, instead
# of these, which takes the arguments of src/peer/torch_bert.py and prints its line. JAVA names a java; JAVA_OPTIONS
# replaces -Xmx2g.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

usage() {
  sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"
}

refuse() {
  echo "compare.sh: $1, see --help" >&2
  exit 2
}

configurations="infer-full-fp32 infer-mixed-fp32 infer-full-int8 infer-one-int8 infer-mixed-int8
  infer-full-bf16 infer-mixed-bf16 train-full-fp32 train-mixed-fp32 train-full-bf16 train-mixed-bf16 tokenizers memory"
rounds=5
infer_steps=8
train_steps=5
lengths=$here/../src-test-data/src/main/resources/io/github/bert4j/testdata/sentiment/train.tsv
layers=12
hidden=768
threads=2
out=$here/target/performance.jsonl
while [ $# -gt 0 ]; do
  case $1 in
    --help) usage; exit 0 ;;
    --configurations | --rounds | --infer-steps | --train-steps | --lengths | --layers | --hidden | --threads | --out)
      [ $# -ge 2 ] || refuse "$1 needs a value"
      name=${1#--}
      printf -v "${name//-/_}" %s "$2"
      shift 2 ;;
    *) refuse "unknown option $1" ;;
  esac
done

python=${PYTHON:-python3}
torch=("$python" "$here/src/peer/torch_bert.py")
read -ra options <<<"${JAVA_OPTIONS:--Xmx2g}"
java=("${JAVA:-java}" "${options[@]}")
jar=$here/target/benchmarks.jar
own=("${java[@]}" -jar "$jar")
commit=$(git -C "$here" describe --always --dirty 2>/dev/null || echo unknown)
mkdir -p "$(dirname "$out")"
touch "$out"

# measure CONFIGURATION ROUND SIDE COMMAND…: adds the last line that the command prints, unless the run is there already.
measure() {
  local key="\"configuration\":\"$1\",\"round\":$2,\"side\":\"$3\"" line
  shift 3
  if grep -qF "{$key," "$out"; then return; fi
  echo "$key: $*" >&2
  line=$("$@" | tail -n 1)
  [[ $line == [{[]* ]] || { echo "compare.sh: expected a line of JSON, received: $line" >&2; exit 1; }
  printf '{%s,"time":"%s","commit":"%s","texts":"%s","result":%s}\n' \
    "$key" "$(date -u +%FT%TZ)" "$commit" "$(basename "$lengths")" "$line" >>"$out"
}

# JMH's results in one line.
tokenizers() {
  "${java[@]}" -cp "$jar" org.openjdk.jmh.Main TokenizerBenchmark -rf json -rff "$out.jmh" >&2
  tr -d '\n' <"$out.jmh"
  rm "$out.jmh"
}

# The model in ONNX, for onnxruntime; prints the file.
onnx() {
  local file=$here/target/bert-$layers-$hidden.onnx
  [ -e "$file" ] || "${own[@]}" export 8 128 infer "$layers" --hidden "$hidden" --onnx "$file" >&2
  if [ "$1" = int8 ]; then
    [ -e "${file%.onnx}-int8.onnx" ] ||
      "$python" "$here/src/peer/quantize_onnx.py" "$file" "${file%.onnx}-int8.onnx" >&2
    file=${file%.onnx}-int8.onnx
  fi
  echo "$file"
}

# peers CONFIGURATION ROUND MODE WORK PRECISION ARGUMENT…: measures all that there are for it
peers() {
  local configuration=$1 round=$2 mode=$3 work=$4 precision=$5 file
  shift 5
  if [ -n "${PEER:-}" ]; then
    local other
    read -ra other <<<"$PEER"
    measure "$configuration" "$round" peer "${other[@]}" "$@"
    return
  fi
  local orders=("")
  [ "$work" != mixed ] || orders+=(-sorted)
  for order in "${orders[@]}"; do
    local sorted=()
    [ -z "$order" ] || sorted=(--sorted)
    if [ "$precision" != int8 ]; then
      measure "$configuration" "$round" "pytorch$order" "${torch[@]}" "$@" "${sorted[@]}"
      if [ "$work" = full ] && command -v g++ >/dev/null; then
        measure "$configuration" "$round" "pytorch-compiled$order" "${torch[@]}" "$@" "${sorted[@]}" --compile
      fi
    fi
    if [ "$mode" = infer ] && [ "$precision" != bf16 ]; then
      file=$(onnx "$precision")
      measure "$configuration" "$round" "onnxruntime$order" "${own[@]}" onnxruntime "$@" "${sorted[@]}" --onnx "$file"
    fi
  done
}

for configuration in $configurations; do
  case $configuration in
    tokenizers)
      measure tokenizers 1 bert4j tokenizers
      continue ;;
    memory)
      # A heap that is there from the start: what grows is outside of it.
      measure memory 1 bert4j "${java[@]}" -Xms256m -Xmx256m -Dorg.bytedeco.javacpp.maxbytes=16g \
        -Dorg.bytedeco.javacpp.maxphysicalbytes=16g -jar "$jar" \
        memory 8 0 train "$layers" --hidden "$hidden" --threads "$threads" --lengths "$lengths"
      continue ;;
  esac
  [[ $configuration =~ ^(infer|train)-(full|one|mixed)-(fp32|bf16|int8)$ ]] || refuse "unknown configuration $configuration"
  mode=${BASH_REMATCH[1]}
  work=${BASH_REMATCH[2]}
  case $work in
    full) arguments=(8 128 "$mode" "$layers") ;;
    one) arguments=(1 16 "$mode" "$layers") ;;
    mixed) arguments=(32 0 "$mode" "$layers" --lengths "$lengths") ;;
  esac
  precision=${BASH_REMATCH[3]}
  [ "$mode-$precision" != train-int8 ] || refuse "unknown configuration $configuration"
  numbers=(--threads "$threads")
  [ "$precision" = fp32 ] || numbers+=("--$precision")
  steps=$infer_steps
  [ "$mode" = infer ] || steps=$train_steps
  arguments+=(--hidden "$hidden" --steps "$steps" "${numbers[@]}")
  measure "$configuration" 0 machine "${own[@]}" machine "${numbers[@]}"
  for round in $(seq "$rounds"); do
    measure "$configuration" "$round" bert4j "${own[@]}" model "${arguments[@]}"
    peers "$configuration" "$round" "$mode" "$work" "$precision" "${arguments[@]}"
  done
done
echo "Now: java -jar bert-benchmarks/target/benchmarks.jar report $out" >&2
