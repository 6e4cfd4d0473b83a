#!/usr/bin/env bash
# Checks Cresset on this host's NVIDIA GPU: training against the CPU, speed of launches, copies and
# products, and every test of the CUDA backend. Prints a dated report.
#
#   deploy/gpu/check.sh BUNDLE [--quick] [--tiny]    unpacks what deploy/gpu/bundle.sh made, and runs it
#   ./check.sh [--quick] [--tiny]                    within an unpacked bundle
#
# --quick leaves out the tests. --tiny is for an emulator in LD_LIBRARY_PATH: models and matrices of a few
# elements, as many steps, and the tests of every build alone. The report goes to standard output; keep that
# of a GPU under tests/.
# Exit codes: 0 all is well, 1 not, 2 no device, or a wrong command line.
set -euo pipefail

here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)

usage() {
  sed -n '2,/^set/p' "$0" | sed '$d; s/^# \{0,1\}//' >&2
  exit 2
}

bundle=
options=()
while [[ $# -gt 0 ]]; do
  case $1 in
    --quick | --tiny) options+=("$1") ;;
    -*) usage ;;
    *) bundle=$1 ;;
  esac
  shift
done

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
if [[ -n $bundle ]]; then
  [[ -f $bundle ]] || { echo "error: there is no file '$bundle'" >&2; exit 2; }
  tar -C "$scratch" -xJf "$bundle"
  here=$scratch/cresset-gpu
fi
[[ -x $here/runtime/bin/java ]] || usage

libraries=${LD_LIBRARY_PATH:-}
[[ -d $here/cuda ]] && libraries=$here/cuda${libraries:+:$libraries}
for folder in /usr/local/cuda-12*/lib64; do
  [[ -d $folder ]] && libraries=${libraries:+$libraries:}$folder
done

options_of_java=()
# Memory of its own for each tensor: the emulator then sees who leaves a tensor's bounds.
[[ " ${options[*]-} " != *' --tiny '* ]] || options_of_java+=(-Dcresset.cuda.caching=false)
opens=()
for package in java.lang java.lang.invoke java.nio java.util sun.nio.ch jdk.internal.ref; do
  opens+=("--add-opens=java.base/$package=ALL-UNNAMED")
done
LD_LIBRARY_PATH=$libraries OMP_NUM_THREADS=${OMP_NUM_THREADS:-4} "$here/runtime/bin/java" \
  --add-modules=jdk.incubator.vector "${opens[@]}" \
  -Xmx4g -Dlog4j2.level=WARN -Dcresset.leaks=on -Darrow.memory.debug.allocator=false \
  -Djava.library.path="$here/natives" -Djava.io.tmpdir="$scratch" -Dcresset.cuda.cache="$scratch/kernels" \
  ${options_of_java[@]+"${options_of_java[@]}"} -cp "$here/tests:$here/jars/*" ai.cresset.cuda.CudaCheck ${options[@]+"${options[@]}"} \
  2> >(grep --line-buffered -v 'Using incubator modules' >&2)
