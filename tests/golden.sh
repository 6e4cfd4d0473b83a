#!/usr/bin/env bash
# Runs the golden cases of a folder: what PyTorch computed, beside what Cresset computes.
#
#   tests/golden.sh DIR
#
# DIR holds ops.json, modules.json or trajectories.json, each with its .safetensors file beside it, or a
# folder pth with PyTorch files of ResNets and their expected.safetensors. Prints
# the cases that failed, with the reason, and last "N passed, N failed". A case of an operation that Cresset
# does not have has failed. Exit codes: 0 all passed, 1 not, 2 wrong command line.
set -euo pipefail
# shellcheck source=class-path.sh
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/class-path.sh"

[[ $# == 1 ]] || usage
[[ -d $1 ]] || wrong "there is no folder '$1'"
build_tests
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-1}
exec "$java" -Xmx2g "${modules[@]}" -cp "$class_path" ai.cresset.golden.GoldenFolder "$1" \
  2> >(grep --line-buffered -v 'Using incubator modules' >&2)
