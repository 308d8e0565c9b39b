#!/usr/bin/env python3
"""What Lua costs: processor time that a trivial access phase adds to a request, and a call from Lua to a getter of the PDK.

    python3 bench/load/lua.py [--samples 15] [--seconds 1]

Goals: 5 microseconds a request, 150 nanoseconds a call.
"""
import argparse
import http.client
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median

import measure
import proxies
from load import Upstream
from measure import Load

TRIVIAL = """
local Trivial = { VERSION = "1.0.0", PRIORITY = 10 }
function Trivial:access(conf)
  kong.ctx.plugin.seen = conf.word
end
return Trivial
"""

GETTERS = """
local Getters = { VERSION = "1.0.0", PRIORITY = 10 }
local CALLS = 2000000
local wanted = {
  "request.get_method", "request.get_path", "request.get_header", "request.get_scheme", "client.get_ip", "router.get_route", "node.get_id",
}
function Getters:access(conf)
  local lines = {}
  for _, name in ipairs(wanted) do
    local group, member = name:match("^(%w+)%.([%w_]+)$")
    local f = kong[group][member]
    for _ = 1, 100000 do f("host") end
    local before = os.clock()
    for _ = 1, CALLS do f("host") end
    lines[#lines + 1] = string.format("kong.%s %.1f", name, (os.clock() - before) / CALLS * 1e9)
  end
  kong.response.exit(200, table.concat(lines, "\\n"))
end
return Getters
"""

SCHEMA = """
return { name = "%s", fields = { { config = { type = "record", fields = { { word = { type = "string", default = "w" } } } } } } }
"""

CONFIG = """
_format_version: "3.0"
services:
- name: upstream
  url: http://127.0.0.1:%d
  routes:
  - {name: plain, paths: [/plain]}
  - {name: lua, paths: [/lua], plugins: [{name: trivial}]}
  - {name: getters, paths: [/getters], plugins: [{name: getters}]}
"""


def start(folder, upstream_port, command):
    for name, handler in (("trivial", TRIVIAL), ("getters", GETTERS)):
        place = folder / "lua" / "kong" / "plugins" / name
        place.mkdir(parents=True)
        (place / "handler.lua").write_text(handler)
        (place / "schema.lua").write_text(SCHEMA % name)
    prefix = folder / "gibbon"
    prefix.mkdir()
    (prefix / "kong.yml").write_text(CONFIG % upstream_port)
    port = proxies.free_port()
    (prefix / "kong.conf").write_text("\n".join([
        "prefix = %s" % prefix, "database = off", "declarative_config = %s" % (prefix / "kong.yml"), "proxy_listen = 127.0.0.1:%d" % port,
        "admin_listen = off", "status_listen = off", "admin_gui_listen = off", "proxy_access_log = off", "nginx_worker_processes = 1",
        "nginx_daemon = off", "nginx_http_keepalive_requests = 1000000000", "upstream_keepalive_max_requests = 0", "anonymous_reports = off",
        "plugins = bundled,trivial,getters", "lua_package_path = %s/lua/?.lua" % folder, ""]))
    return proxies.Proxy(
        "gibbon", [command, "start", "-c", str(prefix / "kong.conf"), "-p", str(prefix)], "http://127.0.0.1:%d/" % port, path="/plain")


def getters(url):
    connection = http.client.HTTPConnection(url.split("//")[1].rstrip("/"), timeout=300)
    connection.request("GET", "/getters")
    text = connection.getresponse().read().decode()
    connection.close()
    return text


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--gibbon", default=str(proxies.ROOT / "gibbon"))
    ap.add_argument("--samples", type=int, default=15)
    ap.add_argument("--seconds", type=float, default=1)
    ap.add_argument("--warm", type=float, default=10)
    a = ap.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="gibbon-lua-"))
    upstream = Upstream(folder, 100)
    gateway = None
    try:
        gateway = start(folder, upstream.port, a.gibbon)
        loads = {path: Load(gateway.url + path) for path in ("plain", "lua")}
        for load in loads.values():
            load.run(a.warm)
        costs = {path: [] for path in loads}
        for _ in range(a.samples):
            for path, load in loads.items():
                result = measure.sample(gateway.pid, load, a.seconds)
                if result["errors"]:
                    raise RuntimeError("%d requests to /%s failed" % (result["errors"], path))
                costs[path].append(result["cpu"])
        plain, lua = median(costs["plain"]), median(costs["lua"])
        print("microseconds of processor time a request: %.2f without, %.2f with a trivial access phase in Lua: %+.2f (goal: at most 5)" % (plain, lua, lua - plain))
        print("nanoseconds a call from Lua (goal: at most 150):")
        print(getters(gateway.url))
        return 0
    finally:
        if gateway is not None:
            gateway.stop()
        upstream.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
