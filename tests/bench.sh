#!/usr/bin/env bash
# Measures, and prints "name value unit" lines, one figure each.
#
#   tests/bench.sh train [--threads N] [--seconds S] [gpt] [mlp]
#   tests/bench.sh collectives [--ranks N] [--peer PYTHON]
#   tests/bench.sh feed
#
# --threads are those of the native kernels. --peer names a Python with PyTorch: Gloo runs beside, in the
# same command, and ratios are printed.
# Absolute figures depend on the machine; compare ratios.
set -euo pipefail

home=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
jars=$home/tests/target/class-path
suite=${1:-}
[[ $# -gt 0 ]] && shift

usage() {
  sed -n '2,/^set/p' "${BASH_SOURCE[0]}" | sed '$d; s/^# \{0,1\}//' >&2
  exit 2
}

case $suite in
  train) main=ai.cresset.model.TrainStepBenchmark ;;
  collectives) main=ai.cresset.parallel.launch.CollectivesBenchmark ;;
  feed) main=ai.cresset.spark.data.FeedBenchmark ;;
  *) usage ;;
esac

if [[ ! -s $jars || -n $(find "$home"/pom.xml "$home"/{tensor-core,parallel,spark-connector,jobs,tests}/{pom.xml,src} \
  -newer "$jars" -print -quit 2>/dev/null) ]]; then
  echo "building Cresset (the first time takes some minutes) ..." >&2
  (cd "$home" && "${MAVEN:-mvn}" -q -B -ntp -DskipTests -Dspotless.check.skip=true package </dev/null) >&2
fi
class_path=$(<"$jars")
for module in tensor-core parallel spark-connector tests; do
  class_path=$class_path:$home/$module/target/test-classes
done

threads=1
arguments=()
while [[ $# -gt 0 ]]; do
  if [[ $suite == train && $1 == --threads ]]; then
    threads=${2:?--threads needs a number}
    shift 2
  else
    arguments+=("$1")
    shift
  fi
done
export OMP_NUM_THREADS=$threads SPARK_LOCAL_IP=127.0.0.1 SPARK_SCALA_VERSION=2.13
export SPARK_HOME=$home/target
read -r -a modules < <("$java" -XX:TieredStopAtLevel=1 -cp "$class_path" ai.cresset.jobs.DriverOptions)
exec "$java" -Xmx4g "${modules[@]}" "-Dcresset.home=$home" -cp "$class_path" "$main" "${arguments[@]}"
