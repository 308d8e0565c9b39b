#!/usr/bin/env bash
# The conventions of Kong's image: KONG_X_FILE holds the path of a file with KONG_X, "kong docker-start"
# runs the gateway in the foreground, any other command is run as it is.
set -Eeo pipefail

# Secrets are mounted as files; a variable and its _FILE together are a mistake.
read_file_variables() {
  local variable target
  for variable in $(compgen -e | grep -E '^KONG_[A-Z0-9_]+_FILE$' || true); do
    target=${variable%_FILE}
    [[ -n ${!variable} ]] || continue
    if [[ -n ${!target:-} ]]; then
      echo "error: both $target and $variable are set" >&2
      exit 1
    fi
    if [[ ! -r ${!variable} ]]; then
      echo "error: $variable names ${!variable}, which cannot be read" >&2
      exit 1
    fi
    export "$target"="$(< "${!variable}")"
    unset "$variable"
  done
}

if [[ ${1:-} == kong || ${1:-} == gibbon ]]; then
  read_file_variables
  if [[ ${2:-} == docker-start ]]; then
    shift 2
    export KONG_NGINX_DAEMON=off
    export KONG_PROXY_ACCESS_LOG=${KONG_PROXY_ACCESS_LOG:-/dev/stdout}
    export KONG_PROXY_ERROR_LOG=${KONG_PROXY_ERROR_LOG:-/dev/stderr}
    export KONG_ADMIN_ACCESS_LOG=${KONG_ADMIN_ACCESS_LOG:-/dev/stdout}
    export KONG_ADMIN_ERROR_LOG=${KONG_ADMIN_ERROR_LOG:-/dev/stderr}
    exec kong start "$@"
  fi
fi

exec "$@"
