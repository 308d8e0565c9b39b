#!/usr/bin/env bash
# Runs Lua plugins of others, unmodified, from a folder that the caller brings: the clones of their repositories, by their names, and of the rocks that they need.
#   test/lua-acceptance.sh DIR [NAME ...]
# Needs python3, openssl and redis-server. The command line of the gateway is ./gibbon, or what GIBBON names. docs/lua-acceptance.md has the list and the results.
set -uo pipefail
[ $# -ge 1 ] || { sed -n '2,5p' "$0"; exit 2; }
exec python3 "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/LuaAcceptance/run.py" "$@"
