#!/usr/bin/env bash
# Spark's resource discovery: prints the GPUs that this process may use, as JSON.
#   spark.worker.resource.gpu.discoveryScript=/path/to/discover.sh     (standalone)
#   spark.executor.resource.gpu.discoveryScript=/path/to/discover.sh   (YARN, Kubernetes)
# CRESSET_GPUS="0 1" names them without asking the driver.
set -euo pipefail

if [[ -n ${CRESSET_GPUS:-} ]]; then
  read -r -a found <<<"$CRESSET_GPUS"
elif [[ -n ${CUDA_VISIBLE_DEVICES:-} ]]; then
  IFS=', ' read -r -a found <<<"$CUDA_VISIBLE_DEVICES"
else
  if ! listed=$(nvidia-smi --query-gpu=index --format=csv,noheader); then
    echo "error: nvidia-smi found no GPUs; is the NVIDIA driver installed?" >&2
    exit 1
  fi
  mapfile -t found <<<"$listed"
fi
quoted=$(printf '"%s",' "${found[@]}")
printf '{"name": "gpu", "addresses": [%s]}\n' "${quoted%,}"
