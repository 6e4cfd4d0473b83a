#!/usr/bin/env bash
# Measures, and prints "name value unit" lines, one figure each.
#
#   tests/bench.sh train [--threads N] [--seconds S] [--peer [PYTHON]] [--djl] [--profile] [WORKLOAD ...]
#   tests/bench.sh memory [--threads N] [--peer [PYTHON]] [WORKLOAD ...]
#   tests/bench.sh memory --parallel [--ranks N] [--budget BYTES]
#   tests/bench.sh overhead [--seconds S] [--peer [PYTHON]]
#   tests/bench.sh int8 [--threads N] [--seconds S]
#   tests/bench.sh startup [--threads N] [--seconds S] [--peer [PYTHON]]
#   tests/bench.sh collectives [--ranks N] [--rounds N] [--peer [PYTHON]]
#   tests/bench.sh loader [--seconds S] [--peer [PYTHON]]
#   tests/bench.sh replicas [--ranks N] [--zero 0|1|2|3] [--threads N] [--seconds S] [WORKLOAD ...]
#   tests/bench.sh recommender [--threads N] [--seconds S] [--peer [PYTHON]]
#   tests/bench.sh feed [--rows N] [--turns N] [--directory DIR]
#   tests/bench.sh all [--peer [PYTHON]]
#
# --threads are those of the native kernels, 1 unless told otherwise; --seconds are for each workload (6),
# operation (4), kind of numbers (1) or process (20). --peer runs PyTorch (for collectives Gloo, through
# PyTorch) in turns with ours, with as many threads, and prints ratios: above 1, ours is faster. PYTHON is a
# path or a name that begins with "python"; python3 unless told otherwise.
# loader decodes and augments JPEG files; its peer is torchvision (with Pillow), on one core. Figures per core are
# images for each second of processor time, which other load on the machine changes little.
# --djl is DJL's PyTorch engine, a second peer; Maven fetches it (130 MB) the first time.
# collectives measures all-reduce through shared memory and, with the prefix tcp_, through loopback TCP;
# link_latency and link_bandwidth are what CommOptions.withLink takes.
# memory --parallel counts what a rank holds for each way to divide a language model over N ranks (4), beside
# the formula, and says which way fits a budget of so many bytes for each parameter (10).
# int8 runs a linear layer in float32, quantized to int8 and in bfloat16, and a convolution in bfloat16.
# replicas trains in N processes (2), alone and as replicas by turns; an efficiency of 1 says that
# communication costs nothing. --zero 1 to 3: they share the state of one copy, as parallel.zero says.
# all runs train with one and two threads, memory, overhead, startup, replicas and int8, about 25 minutes with a
# peer, on a machine that does nothing else, and writes tests/results/DATE-PROCESSOR.md.
# --profile prints where the time of a step goes instead: each operation's own time, and that of oneDNN's
# implementations within it.
# Absolute figures depend on the machine; compare ratios.
set -euo pipefail
# shellcheck source=class-path.sh
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/class-path.sh"

# What the figures belong to, one line each.
hardware() {
  local flags isa=
  flags=" $(sed -n 's/^flags[^:]*://p;q' <(grep -m 1 '^flags' /proc/cpuinfo)) "
  for feature in avx2 avx512f avx512_vnni avx_vnni avx512_bf16 amx_bf16; do
    [[ $flags != *" $feature "* ]] || isa+=" $feature"
  done
  echo "- $(nproc) cores: $processor,${isa:- no vectors}"
  echo "- $(awk '/^MemTotal/ { printf "%.0f GB of memory", $2 / 1e6 }' /proc/meminfo), Linux $(uname -r)"
  echo "- $("$java" -version 2>&1 | sed -n 2p)"
  [[ -z $1 ]] || echo "- PyTorch $("$1" -c 'import torch; print(torch.__version__)')"
}

# Everything that the page of results has, in turns with the peer where there is one.
measure_all() {
  local peer= processor file arguments line
  while [[ $# -gt 0 ]]; do
    [[ $1 == --peer ]] || wrong "all takes --peer [PYTHON] and nothing else, got '$1'"
    peer=python3
    if names_python "${2:-}"; then
      peer=$2
      shift
    fi
    shift
  done
  [[ -z $peer ]] || check_peer "$peer"
  processor=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1)
  processor=${processor:-$(uname -m)}
  file=$home/tests/results/$(date +%F)-$(tr -cs '[:alnum:]\n' - <<<"${processor,,}")-$(nproc)-cores.md
  mkdir -p "$home/tests/results"
  build_tests
  {
    printf '# Speed and memory, %s, %s, %s cores\n\n' "$(date +%F)" "$processor" "$(nproc)"
    hardware "$peer"
    printf '\nRatios above 1 are in favour of Cresset. Written by `tests/bench.sh all`.\n'
  } >"$file"
  for line in "train --threads 1 --seconds 21" "train --threads 2 --seconds 21" memory overhead startup "replicas --seconds 40" \
    "replicas --zero 1 --seconds 40" int8; do
    read -r -a arguments <<<"$line"
    case ${arguments[0]} in
      replicas | int8) ;;
      *) [[ -z $peer ]] || arguments+=(--peer "$peer") ;;
    esac
    printf '\n## `tests/bench.sh %s`\n\n```\n' "${arguments[*]}" | tee -a "$file"
    "${BASH_SOURCE[0]}" "${arguments[@]}" | tee -a "$file"
    echo '```' | tee -a "$file"
  done
  echo "written: $file" >&2
}

suite=${1:-}
[[ $# -gt 0 ]] && shift
if [[ $suite == all ]]; then
  measure_all "$@"
  exit
fi
case $suite in
  memory) main=ai.cresset.model.MemoryBenchmark ;;
  train) main=ai.cresset.model.TrainStepBenchmark ;;
  overhead) main=ai.cresset.model.OverheadBenchmark ;;
  int8) main=ai.cresset.backend.cpu.LowPrecisionBenchmark ;;
  startup) main=ai.cresset.model.StartupBenchmark ;;
  collectives) main=ai.cresset.parallel.launch.CollectivesBenchmark ;;
  loader) main=ai.cresset.data.image.ImageLoaderBenchmark ;;
  replicas) main=ai.cresset.parallel.strategy.DataParallelBenchmark ;;
  recommender) main=ai.cresset.parallel.strategy.RecommenderBenchmark ;;
  feed) main=ai.cresset.spark.data.FeedBenchmark ;;
  *) usage ;;
esac

threads=1
peer=
profile=
djl=
arguments=()
while [[ $# -gt 0 ]]; do
  case $suite:$1 in
    train:--threads | memory:--threads | int8:--threads | startup:--threads | replicas:--threads | recommender:--threads)
      threads=${2:-}
      [[ $threads =~ ^[1-9][0-9]*$ ]] || wrong "--threads needs a number above 0, got '$threads'"
      shift
      ;;
    memory:--parallel) main=ai.cresset.parallel.strategy.ParallelMemoryBenchmark ;;
    train:--profile)
      profile=yes
      arguments+=(--profile)
      ;;
    train:--peer | memory:--peer | overhead:--peer | startup:--peer | collectives:--peer | loader:--peer \
      | recommender:--peer)
      peer=python3
      if names_python "${2:-}"; then
        peer=$2
        shift
      fi
      ;;
    train:--djl) djl=1 ;;
    *) arguments+=("$1") ;;
  esac
  shift
done
if [[ -n $peer ]]; then
  check_peer "$peer"
  arguments+=(--peer "$peer")
fi
build_tests
if [[ -n $djl ]]; then
  build_djl
  arguments+=(--djl "$djl_class_path")
fi
export OMP_NUM_THREADS=$threads
command=("$java" -Xmx4g "${modules[@]}" "-Dcresset.home=$home" -cp "$class_path" "$main" "${arguments[@]}")
if [[ -n $profile ]]; then
  # After each workload's own lines, those of oneDNN: primitive, implementation, direction; share of its time.
  ONEDNN_VERBOSE=profile_exec "${command[@]}" 2> >(grep --line-buffered -v 'Using incubator modules' >&2) \
    | awk -F, '
      /^onednn_verbose/ {
        if ($4 == "exec") { key = $6 " " $7 " " $8; calls[key]++; time[key] += $NF; all += $NF }
        next
      }
      { print }
      /^\(outside of operations\)/ {
        sort = "sort -k1,1nr"
        for (key in calls) printf "%5.1f%% of oneDNN, %7d calls, %s\n", 100 * time[key] / all, calls[key], key | sort
        close(sort)
        delete calls; delete time; all = 0
      }'
  exit
fi
exec "${command[@]}" 2> >(grep --line-buffered -v 'Using incubator modules' >&2)
