# Sourced by the scripts of this folder. Sets `home`, `java` and `jars`; build_tests builds what is older
# than its sources and sets `class_path` (tests and all they need) and `modules` (options of the JVM).

home=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
jars=$home/tests/target/class-path # written by the build's last step, so also its time stamp

# The comment at the head of the calling script.
usage() {
  sed -n '2,/^set/p' "$0" | sed '$d; s/^# \{0,1\}//' >&2
  exit 2
}

fail() {
  echo "error: $*" >&2
  exit 1
}

# The same for a command line that cannot be.
wrong() {
  echo "error: $*" >&2
  exit 2
}

build_tests() {
  if [[ ! -s $jars || -n $(find "$home"/pom.xml \
    "$home"/{tensor-core,parallel,spark-connector,jobs,tests}/{pom.xml,src} \
    -newer "$jars" -print -quit 2>/dev/null) ]]; then
    echo "building Cresset (the first time takes some minutes) ..." >&2
    (cd "$home" && "${MAVEN:-mvn}" -q -B -ntp -Dstyle.color=never -DskipTests -Dspotless.check.skip=true \
      package </dev/null) >&2 || fail "the build failed; its messages are above"
  fi
  local module
  class_path=$(<"$jars")
  for module in tensor-core parallel spark-connector jobs tests; do
    class_path=$class_path:$home/$module/target/test-classes
  done
  export SPARK_LOCAL_IP=127.0.0.1 SPARK_SCALA_VERSION=2.13 SPARK_HOME=$home/target
  read -r -a modules < <("$java" -XX:TieredStopAtLevel=1 -cp "$class_path" ai.cresset.jobs.DriverOptions)
}

# Sets `djl_class_path`.
build_djl() {
  local peer=$home/tests/peers/djl
  if [[ ! -s $peer/target/class-path || -n $(find "$home/pom.xml" "$peer"/{pom.xml,src} \
    -newer "$peer/target/class-path" -print -quit) ]]; then
    "${MAVEN:-mvn}" -q -B -ntp -Dstyle.color=never -DskipTests -Dspotless.check.skip=true \
      -f "$peer/pom.xml" package </dev/null >&2 || fail "DJL as a peer could not be built; see above"
  fi
  djl_class_path=$(<"$peer/target/class-path"):$peer/target/classes
}

# Whether a word after --peer is a Python and not the next argument.
names_python() {
  [[ ${1:-} == */* || ${1:-} == python* ]]
}

# Ends the script unless this is a Python with PyTorch.
check_peer() {
  command -v "$1" >/dev/null || wrong "there is no Python '$1'; name one: --peer PYTHON"
  "$1" -c 'import torch' 2>/dev/null \
    || wrong "'$1' cannot import torch; install PyTorch ($1 -m pip install torch), or name another Python:" \
      "--peer PYTHON"
}
