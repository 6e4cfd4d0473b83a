#!/usr/bin/env bash
# Makes one file that checks Cresset on a host with an NVIDIA driver and nothing else: a Java runtime, the
# jars and native libraries it needs, the kernels and the tests.
#
#   deploy/gpu/bundle.sh [--nvrtc DIR] [FILE]
#
# FILE is target/cresset-gpu.tar.xz unless told otherwise. --nvrtc takes libnvrtc.so.12 and
# libnvrtc-builtins.so.12.* from DIR into the bundle, for hosts without the CUDA 12 runtime libraries.
# deploy/gpu/check.sh FILE runs it. Needs a JDK 17 with jmods, Maven, tar and xz here.
# Exit codes: 0 done, 1 failed, 2 wrong command line.
set -euo pipefail

home=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
limit=$((60 * 1000 * 1000))
modules=java.base,java.logging,java.management,java.naming,java.sql,java.xml,java.compiler
modules+=,java.instrument,java.security.jgss,jdk.unsupported,jdk.incubator.vector,jdk.management
modules+=,jdk.zipfs,java.desktop # for the scan for tests, and java.beans for Log4j

usage() {
  sed -n '2,/^set/p' "$0" | sed '$d; s/^# \{0,1\}//' >&2
  exit 2
}

fail() {
  echo "error: $*" >&2
  exit 1
}

nvrtc=
file=$home/target/cresset-gpu.tar.xz
while [[ $# -gt 0 ]]; do
  case $1 in
    --nvrtc)
      nvrtc=${2:-}
      [[ -d $nvrtc ]] || fail "--nvrtc: there is no folder '$nvrtc'"
      compgen -G "$nvrtc/libnvrtc.so.12*" >/dev/null || fail "--nvrtc: no libnvrtc.so.12 in '$nvrtc'"
      shift
      ;;
    -*) usage ;;
    *) file=$1 ;;
  esac
  shift
done

java_home=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v javac || true)")")")}
[[ -x $java_home/bin/jlink ]] || fail "no jlink in '$java_home/bin'; set JAVA_HOME to a JDK 17"
[[ -f $java_home/jmods/java.base.jmod ]] \
  || fail "no jmods in '$java_home'; install the JDK's jmods package, or set JAVA_HOME to a full JDK 17"
for tool in tar xz unzip; do
  command -v "$tool" >/dev/null || fail "$tool is not installed"
done

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
root=$scratch/cresset-gpu
mkdir -p "$root/jars" "$root/natives" "$root/tests"

echo "building Cresset ..." >&2
(cd "$home" && "${MAVEN:-mvn}" -q -B -ntp -Dstyle.color=never -DskipTests -Dspotless.check.skip=true \
  -pl tensor-core package dependency:build-classpath -Dmdep.includeScope=test \
  "-Dmdep.outputFile=$scratch/class-path" </dev/null) >&2 || fail "the build failed; its messages are above"

"$java_home/bin/jlink" --add-modules "$modules" --no-header-files --no-man-pages \
  --strip-java-debug-attributes --output "$root/runtime" \
  '--exclude-files=glob:/java.desktop/lib/**'
find "$root/runtime" -name '*.so' -exec strip --strip-unneeded {} + 2>/dev/null || true

# JCuda's natives go without their jar, of which the largest part is a compiler that is not used.
tr ':' '\n' <"$scratch/class-path" | while IFS= read -r jar || [[ -n $jar ]]; do
  case ${jar##*/} in
    jcuda-natives-* | jcublas-natives-*)
      unzip -q -o -j "$jar" 'lib/libJCudaDriver-*' 'lib/libJNvrtc-*' 'lib/libJCublas2-*' \
        -d "$root/natives" 2>/dev/null || [[ $? == 11 ]]
      ;;
    *) cp "$jar" "$root/jars/" ;;
  esac
done
# Golden cases are read from files.
for jar in "$home"/tensor-core/target/cresset-tensor-core-*.jar; do
  case $jar in
    *-sources.jar) ;;
    *-tests.jar) unzip -q -o "$jar" -d "$root/tests" ;;
    *) cp "$jar" "$root/jars/" ;;
  esac
done
# xz does better on what is not compressed yet.
for jar in "$root"/jars/*.jar; do
  mkdir "$scratch/jar"
  unzip -q -o "$jar" -d "$scratch/jar"
  "$java_home/bin/jar" --create --no-manifest --no-compress --file "$jar" -C "$scratch/jar" .
  rm -r "$scratch/jar"
done
if [[ -n $nvrtc ]]; then
  mkdir -p "$root/cuda"
  cp -L "$nvrtc"/libnvrtc.so.12* "$nvrtc"/libnvrtc-builtins.so.12* "$root/cuda/"
fi
cp "$home/deploy/gpu/check.sh" "$home/deploy/gpu/README.md" "$root/"

mkdir -p "$(dirname "$file")"
tar -C "$scratch" -c cresset-gpu | xz -9 -T0 >"$file"
size=$(stat -c %s "$file")
echo "$file $size bytes"
((size < limit)) || fail "the bundle has $size bytes, more than $limit; leave out --nvrtc"
