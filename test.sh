#!/usr/bin/env bash
# Builds everything with the analyzers and runs every test. Needs the .NET 10 SDK; installs what else is missing through apt.
# The last line is the sum: "N passed, N failed, N skipped". Exits with 1 when anything failed.
#   ./test.sh              everything
#   ./test.sh --no-golden  without the recorded conversations (which need the ports that the recordings name)
set -uo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" || exit 1
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1 TERM=dumb

# What is temporary goes when the run ends: what tests leave when they are killed, and what the SDK never removes (two empty directories a build).
# As open as /tmp: PostgreSQL and apt work as users of their own.
scratch=$(mktemp -d) && chmod 1777 "$scratch" && export TMPDIR=$scratch || exit 1
trap 'rm -rf "$scratch"' EXIT

passed=0 failed=0 skipped=0

finish() {
  echo
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ]
  exit
}

add() { passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3)); }

install() {
  local sudo=""
  [ "$(id -u)" -eq 0 ] || sudo="sudo"
  echo "installing $*"
  $sudo apt-get update -qq && $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# need HOW-TO-TELL PACKAGE WHAT-FOR
need() {
  eval "$1" >/dev/null 2>&1 || install "$2" || { echo "$2 is needed: $3"; add 0 1 0; finish; }
}

# 1. What the tests need
command -v dotnet >/dev/null || { echo "The .NET 10 SDK is needed: https://dot.net/download"; add 0 1 0; finish; }
export PATH="$PATH:/usr/sbin:/sbin"
need "command -v python3" python3 "it replays the recorded conversations"
need "command -v dnsmasq" dnsmasq-base "the resolver is tested against it"
need "ls /usr/lib/postgresql/*/bin/postgres" postgresql "storage is tested on it"
need "command -v deck" deck "the Admin API is tested with it"
need "command -v redis-server" redis-server "plugins count in it"
need "ldconfig -p | grep -q libsqlite3.so.0" libsqlite3-0 "the database of a node without a server"
need "ldconfig -p | grep -q libluajit-5.1.so.2" libluajit2-5.1-2 "Lua plugins run on it"
need "ldconfig -p | grep -q libpcre2-8.so.0" libpcre2-8-0 "Lua plugins match with it"
need "command -v slapd" slapd "ldap-auth asks it"
need "command -v openssl" openssl "it answers which certificates of data planes were revoked"

need "command -v npm" npm "the manager is built with it"
need "command -v node" nodejs "Kong's plugin server for JavaScript runs on it"
need "command -v chromium" chromium "the manager is tested in it"

dpkg -s libluajit2-5.1-2 libpcre2-8-0 >/dev/null 2>&1 || install libluajit2-5.1-2 libpcre2-8-0 || { echo "LuaJIT and PCRE2 are needed for Lua plugins"; add 0 1 0; finish; }

# 2. Build: the manager first, since the gateway carries it
echo "== manager"
if ! (cd manager && npm ci && npm run check && npm run build); then
  echo "manager: failed"
  add 0 1 0
  finish
fi

echo "== build"
if ! dotnet build Gibbon.slnx -c Release -p:Analyze=true -v q; then
  echo "build: failed"
  add 0 1 0
  finish
fi

echo "== Kong's plugin server for JavaScript"
if ! (cd test/Gibbon.Tests/PluginServers/javascript && npm ci); then
  echo "kong-pdk: failed"
  add 0 1 0
  finish
fi

# 3. Test projects: xunit.v3 makes executables
for project in test/Gibbon.*/; do
  name=$(basename "$project")
  echo "== $name"
  log=$(mktemp)
  timeout 900 "$project/bin/Release/net10.0/$name" -noColor -noLogo >"$log" 2>&1
  code=$?
  grep -vE '^ *(Discover|Start|Finish)(ing|ed): ' "$log"
  summary=$(grep -E "Total: [0-9]+, Errors:" "$log" | tail -n 1)
  rm -f "$log"
  if [ -z "$summary" ]; then
    echo "$name: no test ran (exit status $code)"
    add 0 1 0
    continue
  fi
  number() { sed -E "s/.*$1: ([0-9]+).*/\1/" <<<"$summary"; }
  bad=$(($(number Failed) + $(number Errors)))
  [ "$code" -ne 0 ] && [ "$bad" -eq 0 ] && bad=1
  good=$(($(number Total) - $(number Failed) - $(number Skipped)))
  echo "$name: $good passed, $bad failed, $(number Skipped) skipped"
  add "$good" "$bad" "$(number Skipped)"
done

# 4. Recorded conversations
if [ "${1:-}" != "--no-golden" ]; then
  echo "== golden"
  for way in "" --hybrid; do
    log=$(mktemp)
    timeout 900 python3 test/Conformance/run_golden.py $way 2>&1 | tee "$log"
    if [[ $(tail -n 1 "$log") =~ ^golden:\ ([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then
      add "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" "${BASH_REMATCH[3]}"
    else
      add 0 1 0
    fi
    rm -f "$log"
  done
fi

finish
