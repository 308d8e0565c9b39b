#!/usr/bin/env python3
"""What Lua costs: processor time that a trivial access phase adds to a request, and a call from Lua to a getter of the PDK.

    python3 bench/load/lua.py [--runs 3] [--samples 15] [--seconds 1]

Goals: 5 microseconds a request, 150 nanoseconds a call. With and without take turns, and what counts is the difference of two neighbours: the machine's moods
are longer than that. Each run is another process, since the runtime may compile another one differently.
"""
import argparse
import http.client
import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

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

# Each in a loop of its own: in one loop for all, LuaJIT would compile the first and reach the others by detours.
GETTERS = """
local Getters = { VERSION = "1.0.0", PRIORITY = 10 }
local wanted = {
  "request.get_method()", "request.get_path()", "request.get_header('host')", "request.get_header('x-none')", "request.get_scheme()", "request.get_host()",
  "request.get_port()", "request.get_raw_query()", "client.get_ip()", "client.get_consumer()", "router.get_route()", "node.get_id()", "ctx.shared.word",
  "request.get_query_arg('q')", "request.get_headers()",
}
local again = [[
  local calls, kong = ...
  local kept
  for _ = 1, calls do kept = kong.%s end
  return kept
]]

-- What getters have kept they keep with a stamp, and ask anew when that is another: so every call is the first.
local first = [[
  local calls, kong, stamps, from = ...
  local kept
  for i = 1, calls do
    local stamp = -(from + i)
    stamps[0], stamps[1], stamps[2] = stamp, stamp, stamp
    kept = kong.%s
  end
  return kept
]]

local function upvalue(f, wanted)
  for place = 1, 60 do
    local name, value = debug.getupvalue(f, place)
    local found = name == wanted and value or type(value) == "function" and upvalue(value, wanted)
    if found or not name then
      return found
    end
  end
end

local function time(loop, call, calls, ...)
  local f = loadstring(loop:format(call))
  f(100000, kong, ..., 10)
  local before = os.clock()
  f(calls, kong, ..., 1000000)
  return (os.clock() - before) / calls * 1e9
end

function Getters:access(conf)
  kong.ctx.shared.word = "w"
  local stamps = upvalue(kong.request.get_path, "stamps")
  local lines = {}
  for _, call in ipairs(wanted) do
    lines[#lines + 1] = string.format("kong.%s %.1f", call, time(again, call, conf.calls, stamps))
    ngx.sleep(0) -- who never waits is interrupted after ten seconds
    if stamps then
      lines[#lines + 1] = string.format("kong.%s, asked anew %.1f", call, time(first, call, conf.calls, stamps))
      ngx.sleep(0)
    end
  end
  kong.response.exit(200, table.concat(lines, "\\n"))
end
return Getters
"""

SCHEMA = """
return { name = "%s", fields = { { config = { type = "record", fields = {
  { word = { type = "string", default = "w" } }, { calls = { type = "integer", default = 1000000 } },
} } } } }
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
    connection.request("GET", "/getters?p=1&q=2")
    text = connection.getresponse().read().decode()
    connection.close()
    return text


def cpu(pid):
    """Seconds of processor time that a process has used, by the scheduler's clock of it, which counts nanoseconds; see pthread_getcpuclockid."""
    return time.clock_gettime((~pid << 3) | 2)


def sample(pid, load, seconds):
    """Microseconds of processor time a request."""
    before = cpu(pid)
    result = load.run(seconds)
    if result["errors"]:
        raise RuntimeError("%d requests to %s failed" % (result["errors"], load.url))
    return (cpu(pid) - before) / result["requests"] * 1e6


def run(a, number):
    folder = Path(tempfile.mkdtemp(prefix="gibbon-lua-"))
    upstream = Upstream(folder, 100)
    gateway = None
    try:
        gateway = start(folder, upstream.port, a.gibbon)
        plain, lua = (Load(gateway.url + path) for path in ("plain", "lua"))
        # By turns too: the code of both is compiled for what both do.
        for _ in range(4):
            plain.run(a.warm / 4)
            lua.run(a.warm / 4)
        pairs = [(sample(gateway.pid, plain, a.seconds), sample(gateway.pid, lua, a.seconds)) for _ in range(a.samples)]
        added = [with_lua - without for without, with_lua in pairs]
        low, _, high = quantiles(added, n=4)
        print("run %d: microseconds of processor time a request: %.2f without, %.2f with a trivial access phase in Lua: %+.2f (half of the samples between %+.2f and %+.2f; %+.2f between the least of each)" % (
            number, median(p for p, _ in pairs), median(w for _, w in pairs), median(added), low, high, min(w for _, w in pairs) - min(p for p, _ in pairs)), flush=True)
        return median(added), getters(gateway.url)
    finally:
        if gateway is not None:
            gateway.stop()
        upstream.stop()
        shutil.rmtree(folder, ignore_errors=True)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--gibbon", default=str(proxies.ROOT / "gibbon"))
    ap.add_argument("--runs", type=int, default=3)
    ap.add_argument("--samples", type=int, default=15)
    ap.add_argument("--seconds", type=float, default=1)
    ap.add_argument("--warm", type=float, default=20)
    a = ap.parse_args()
    runs = [run(a, number) for number in range(1, a.runs + 1)]
    print("a trivial access phase adds %+.2f microseconds, %+.2f to %+.2f from run to run (goal: at most 5)" % (
        median(added for added, _ in runs), min(added for added, _ in runs), max(added for added, _ in runs)))
    print("nanoseconds a call from Lua, least to most of the runs (goal of getters: at most 150):")
    for lines in zip(*(text.splitlines() for _, text in runs)):
        name, times = lines[0].rsplit(" ", 1)[0], [float(line.rsplit(" ", 1)[1]) for line in lines]
        print("%-45s %6.0f to %.0f" % (name, min(times), max(times)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
