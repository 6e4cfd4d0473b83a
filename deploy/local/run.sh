#!/usr/bin/env bash
# Runs a job on executor processes of this machine; Spark's jars come from Maven.
#
#   deploy/local/run.sh JOB RECIPE key=value ...
#   deploy/local/run.sh train conf/quickstart.yaml train.steps=200
#   deploy/local/run.sh help
#
# Paths are relative to the directory where the command is given. Exit codes are the job's: 0 done,
# 1 failed, 2 wrong command line or recipe; 130 and 143 after Ctrl-C and TERM.
#
# Environment:
#   CRESSET_EXECUTORS=2            executor processes
#   CRESSET_EXECUTOR_CORES=1       cores of each, and threads of its native kernels
#   CRESSET_EXECUTOR_GPUS=0        GPUs of each; executors count them from the same one
#   CRESSET_EXECUTOR_MEMORY=1024   Java heap of each, in MiB; tensors lie outside it
#   CRESSET_DRIVER_MEMORY=1024     Java heap of the driver, in MiB
#   CRESSET_JARS                   jars with losses and optimizers of your own (absolute paths, ':' between them)
#   CRESSET_CLASS_PATH             use these jars (absolute paths) and build nothing
#   CRESSET_CLASS_ARCHIVE=no       yes: JVMs start from an archive of classes (AppCDS, 150 MB below target/local), which
#                                  is made first where there is none of these jars
#   CRESSET_SCRATCH=target/local   what executors write while they run, and the logs of failed jobs
#   MAVEN=mvn                      the Maven to build with
set -euo pipefail

home=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
executors=${CRESSET_EXECUTORS:-2}
cores=${CRESSET_EXECUTOR_CORES:-1}
gpus=${CRESSET_EXECUTOR_GPUS:-0}
memory=${CRESSET_EXECUTOR_MEMORY:-1024}
driver_memory=${CRESSET_DRIVER_MEMORY:-1024}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
archive=${CRESSET_CLASS_ARCHIVE:-no}
jars=$home/jobs/target/class-path # written by the build's last step, so also its time stamp
scratch=${CRESSET_SCRATCH:-$home/target/local}

if [[ $# == 0 ]]; then
  sed -n '2,/^set/p' "${BASH_SOURCE[0]}" | sed '$d; s/^# \{0,1\}//' >&2
  exit 2
fi
for number in "$executors" "$cores" "$memory" "$driver_memory"; do
  if ! [[ $number =~ ^[1-9][0-9]*$ ]]; then
    echo "error: CRESSET_EXECUTORS, _EXECUTOR_CORES, _EXECUTOR_MEMORY and _DRIVER_MEMORY are" \
      "plain numbers above 0, got '$number'" >&2
    exit 2
  fi
done

if ! [[ $gpus =~ ^[0-9]+$ ]]; then
  echo "error: CRESSET_EXECUTOR_GPUS is a plain number, got '$gpus'" >&2
  exit 2
fi

if [[ $archive != yes && $archive != no ]]; then
  echo "error: CRESSET_CLASS_ARCHIVE is yes or no, got '$archive'" >&2
  exit 2
fi

while IFS= read -r -d : jar; do
  if [[ -n $jar && ! -e $jar ]]; then
    echo "error: CRESSET_JARS: $jar does not exist; name jars by absolute paths, ':' between them" >&2
    exit 2
  fi
done < <(printf '%s:' "${CRESSET_JARS:-}")

is_built() {
  [[ -s $jars ]] || return 1
  local jar
  while IFS= read -r -d : jar; do
    [[ $jar != "$home"/* || -f $jar ]] || return 1
  done < <(printf '%s:' "$(<"$jars")")
  [[ -f $(own_jar) ]] || return 1
  [[ -z $(find "$home"/pom.xml "$home"/{tensor-core,parallel,spark-connector,jobs}/{pom.xml,src/main} \
    -newer "$jars" -print -quit 2>/dev/null) ]]
}

own_jar() {
  local jar
  for jar in "$home"/jobs/target/cresset-jobs-*.jar; do
    [[ $jar == *-tests.jar || $jar == *-sources.jar ]] || { printf '%s' "$jar"; return; }
  done
}

build() {
  is_built && return
  echo "building Cresset (the first time takes some minutes) ..." >&2
  if ! wait_for "${MAVEN:-mvn}" -f "$home" -q -B -ntp -Dstyle.color=never -DskipTests \
    -Dspotless.check.skip=true -pl jobs -am package >&2; then
    echo "error: the build failed; its messages are above" >&2
    exit 1
  fi
}

# What the archive depends on: the jars in their order, and when each was written.
archive_key() {
  tr ':' '\n' <<<"$class_path" | xargs -d '\n' stat -c '%Y %s %n'
  "$java" -version 2>&1
}

# Trains two steps in one JVM, which writes down the classes it has loaded when it ends.
make_archive() {
  archive_key >"$run/classes.key"
  if [[ -f $scratch/classes.jsa ]] && cmp -s "$run/classes.key" "$scratch/classes.key"; then
    return
  fi
  if [[ -d $scratch/classes.jsa || -d $scratch/classes.key ]]; then
    echo "error: the archive of classes cannot be kept: $scratch/classes.jsa or classes.key is a directory; remove" \
      "it, or name another place in CRESSET_SCRATCH; CRESSET_CLASS_ARCHIVE=no goes without" >&2
    exit 1
  fi
  echo "making an archive of classes (about a minute) ..." >&2
  if ! wait_for "$java" "-XX:ArchiveClassesAtExit=$run/classes.jsa" -Xlog:disable -Xlog:all=error:stderr \
    "-Xmx${driver_memory}m" "${modules[@]}" "${logging[@]}" "-Dcresset.home=$home" \
    -cp "$class_path" org.apache.spark.deploy.SparkSubmit --master 'local[1]' --class ai.cresset.jobs.Main \
    --conf spark.ui.enabled=false --conf "spark.local.dir=$run/local" \
    spark-internal train --dry-run "$home/conf/gpt-char-small.yaml" "data.path=$home/README.md" \
    "output.dir=$run/archived" "data.cache_dir=$run/archived" spark.workers=1 >"$run/archived.txt" 2>&1 \
    || [[ ! -f $run/classes.jsa ]]; then
    cat "$run/archived.txt" >&2
    echo "error: no archive was made; CRESSET_CLASS_ARCHIVE=no goes without" >&2
    exit 1
  fi
  mv -f "$run/classes.jsa" "$scratch/classes.jsa"
  mv -f "$run/classes.key" "$scratch/classes.key"
}

if ! mkdir -p "$scratch/logs" 2>/dev/null || ! run=$(mktemp -d "$scratch/run.XXXXXX" 2>/dev/null); then
  echo "error: $scratch cannot be written to; free space there, or name another directory in CRESSET_SCRATCH" >&2
  exit 1
fi
scratch=$(cd "$scratch" && pwd)
run=$scratch/${run##*/}
log=$scratch/logs/${run##*/run.}.log
child=
filter=

# Runs a command in a process group of its own, so that all it starts can be stopped with it.
wait_for() {
  local code=0
  set -m
  "$@" </dev/null &
  child=$!
  set +m
  wait "$child" || code=$?
  return "$code"
}

# Nothing that was started outlives this script.
clean_up() {
  local code=$?
  trap '' INT TERM HUP
  # What Java has to say while it is stopped on demand is of no use to anybody.
  if [[ $code -gt 128 && -n $filter ]]; then
    kill "$filter" 2>/dev/null || true
  fi
  if [[ -n $child ]]; then
    kill -TERM -- "-$child" 2>/dev/null || true
    for ((i = 0; i < 100; i++)); do
      kill -0 -- "-$child" 2>/dev/null || break
      sleep 0.1
    done
    kill -KILL -- "-$child" 2>/dev/null || true
    wait "$child" 2>/dev/null || true
  fi
  if [[ $code != 0 ]]; then
    grep -hv 'Using incubator modules' "$run"/work/*/*/stderr >>"$log" 2>/dev/null || true
  fi
  if [[ $code == 1 && -s $log && -d $run/work ]]; then # executors were started
    echo "       (what Spark had to say is in $log)" >&2
  else
    rm -f "$log"
  fi
  rm -rf "$run"
  exit "$code"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

if [[ -n ${CRESSET_CLASS_PATH:-} ]]; then
  class_path=$CRESSET_CLASS_PATH
else
  build
  class_path=$(own_jar):$(cat "$jars" <(printf ':') "$jars-runtime" \
    | tr ':' '\n' | awk 'NF && !seen[$0]++' | paste -sd:)
fi

[[ -z ${CRESSET_JARS:-} ]] || class_path+=:$CRESSET_JARS

logging=("-Dlog4j2.configurationFile=$home/deploy/local/log4j2.properties" "-Dcresset.log=$log")
# Java reads arguments and file names in the locale's encoding; text is UTF-8.
[[ $(locale charmap 2>/dev/null) == UTF-8 ]] || export LC_ALL=C.UTF-8
export SPARK_HOME=$run SPARK_LOCAL_IP=127.0.0.1 SPARK_SCALA_VERSION=2.13 OMP_NUM_THREADS=$cores
read -r -a modules < <("$java" -XX:TieredStopAtLevel=1 -cp "$class_path" ai.cresset.jobs.DriverOptions)

archived=()
if [[ $archive == yes ]]; then
  make_archive
  archived=("-XX:SharedArchiveFile=$scratch/classes.jsa" -Xlog:cds=off)
fi

# The JVM announces the incubating vector module on every start; all else on stderr passes.
mkfifo "$run/stderr"
grep --line-buffered -v 'Using incubator modules' <"$run/stderr" >&2 &
filter=$!

# A driver that only schedules starts in half the time with one compiler; generate computes there.
driver=(-XX:+UseSerialGC)
[[ ${1:-} == generate ]] || driver+=(-XX:TieredStopAtLevel=1)
if [[ -t 1 ]] && columns=$(tput cols 2>/dev/null); then
  driver+=("-Dcresset.columns=$columns")
fi
resources=()
if [[ $gpus != 0 ]]; then
  resources=(--conf "spark.worker.resource.gpu.amount=$gpus"
    --conf "spark.worker.resource.gpu.discoveryScript=$home/deploy/gpu/discover.sh"
    --conf "spark.executor.resource.gpu.amount=$gpus"
    --conf "spark.executorEnv.LD_LIBRARY_PATH=${LD_LIBRARY_PATH:-}")
fi
code=0
wait_for "$java" "${driver[@]}" ${archived[@]+"${archived[@]}"} "-Xmx${driver_memory}m" "${modules[@]}" "${logging[@]}" "-Dcresset.home=$home" \
  -cp "$class_path" org.apache.spark.deploy.SparkSubmit \
  --master "local-cluster[$executors,$cores,$memory]" \
  --class ai.cresset.jobs.Main \
  --conf "spark.executor.memory=${memory}m" \
  --conf "spark.executor.extraClassPath=$class_path" \
  --conf "spark.executor.extraJavaOptions=$(printf '"%s" ' "${logging[@]}" ${archived[@]+"${archived[@]}"})" \
  --conf spark.executorEnv.SPARK_SCALA_VERSION=2.13 \
  --conf spark.executorEnv.SPARK_SQL_TESTING=1 \
  --conf "spark.executorEnv.OMP_NUM_THREADS=$cores" \
  --conf spark.ui.enabled=false ${resources[@]+"${resources[@]}"} \
  --conf "spark.local.dir=$run/local" \
  --conf "spark.sql.warehouse.dir=$run/warehouse" \
  spark-internal "$@" 2>"$run/stderr" || code=$?
wait "$filter" || true
exit "$code"
