# Sourced by bench/run and bench/top, which set "root": finds Java, builds what is out of date.

readonly PROXY_JAR=proxy/target/cloudstate-proxy.jar
readonly BENCH_JAR=bench/target/cloudstate-bench.jar

fail() {
  printf 'bench: %s\n' "$*" >&2
  return 1
}

find_java() {
  local version major
  if [ -n "${JAVA_HOME:-}" ]; then
    java=$JAVA_HOME/bin/java
    [ -x "$java" ] || fail "JAVA_HOME is $JAVA_HOME, but there is no bin/java (needed: a JDK, 17 or newer)"
  else
    java=$(command -v java) ||
      fail "no java found: JAVA_HOME is not set and java is not on the PATH (needed: a JDK, 17 or newer)"
  fi
  version=$("$java" -version 2>&1 | sed -n 's/.*version "\([^"]*\)".*/\1/p')
  major=${version#1.} # 1.8.0_402 is Java 8
  major=${major%%[!0-9]*}
  [ -n "$major" ] || fail "$java does not run or does not tell its version (needed: a JDK, 17 or newer)"
  [ "$major" -ge 17 ] || fail "$java is Java $version (needed: a JDK, 17 or newer)"
  # What the libraries do is fine with newer JDKs too, which otherwise warn about it.
  java_options=-Xshare:auto
  if [ "$major" -ge 24 ]; then
    java_options="$java_options --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
  fi
}

# Whether the jar $1 is missing or older than a file of the modules it is built from ($2...).
out_of_date() {
  local jar=$root/$1 module newer
  shift
  [ -f "$jar" ] || return 0
  for module in . "$@"; do
    newer=$(find "$root/$module/pom.xml" -newer "$jar")
    if [ -z "$newer" ] && [ -d "$root/$module/src" ]; then
      newer=$(find "$root/$module/src" -type f -newer "$jar")
    fi
    [ -z "$newer" ] || return 0
  done
  return 1
}

build() {
  if ! out_of_date "$PROXY_JAR" protocol proxy && ! out_of_date "$BENCH_JAR" protocol bench; then
    return 0
  fi
  echo "building the proxy and the measurements (minutes the first time) ..." >&2
  (cd "$root" && ./mvnw -B -q -DskipTests package -pl proxy,bench -am >&2) || fail "the build failed"
  # Maven leaves a jar alone whose contents did not change; for us it is up to date from now on.
  touch "$root/$PROXY_JAR" "$root/$BENCH_JAR"
}
