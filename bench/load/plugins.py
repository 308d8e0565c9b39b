#!/usr/bin/env python3
"""What plugins cost: the processor time that one plugin adds to a request, for those that authenticate and those that limit.

    python3 bench/load/plugins.py                                   all, about six minutes
    python3 bench/load/plugins.py --plugin key-auth --plugin acl    some
    python3 bench/load/plugins.py --dry                             nothing written

One Gibbon has a route for each plugin and one without any. A sample of a plugin lies between two samples of the plain route that was asked with the
same headers; their difference is what the plugin costs. Needs wrk, taskset, openssl, cc; redis-server and slapd for the plugins that ask them.
"""
import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import mean, median

import measure
import proxies
import report
from backends import Directory, Redis
from load import Upstream
from measure import Load
from plugin_routes import CASES, Client, kong_yml


def start(folder, routes, command):
    prefix = folder / "gibbon"
    prefix.mkdir()
    (prefix / "kong.yml").write_text(json.dumps(routes))
    port, tls_port = proxies.free_port(), proxies.free_port()
    settings = {
        "prefix": prefix, "database": "off", "declarative_config": prefix / "kong.yml", "admin_listen": "off", "status_listen": "off",
        "proxy_listen": "127.0.0.1:%d, 127.0.0.1:%d ssl" % (port, tls_port), "admin_gui_listen": "off", "proxy_access_log": "off",
        "nginx_worker_processes": "1", "nginx_daemon": "off", "anonymous_reports": "off",
        "nginx_http_keepalive_requests": "1000000000", "upstream_keepalive_max_requests": "0",
    }
    (prefix / "kong.conf").write_text("".join("%s = %s\n" % kv for kv in settings.items()))
    return proxies.Proxy(
        "gibbon", [command, "start", "-c", str(prefix / "kong.conf"), "-p", str(prefix)], "http://127.0.0.1:%d/" % port, path="/plain")


def compare(gateway, loads, a):
    """{plugin: [(plain, with the plugin)]}, round by round, so that what the machine does meanwhile meets all alike."""
    for _, plugin in loads.values():
        plugin.run(a.warm)
    taken = {name: [] for name in loads}
    for _ in range(a.rounds):
        for name, pair in loads.items():
            before, costs, after = (cost(gateway, name, load, a.seconds) for load in (pair[0], pair[1], pair[0]))
            taken[name].append((mean([before, after]), costs))
    return taken


def cost(gateway, name, load, seconds):
    result = measure.sample(gateway.pid, load, seconds)
    if result["errors"]:
        raise RuntimeError("%s: %d of the requests to %s failed" % (name, result["errors"], load.url))
    return result["cpu"]


def table(taken):
    lines = ["| plugin | us/request without | with | the plugin's share, us | in percent |", "|---|---|---|---|---|"]
    for name, pairs in taken.items():
        added = [costs - plain for plain, costs in pairs]
        lines.append("| %s | %.1f | %.1f | %s | %+.0f |" % (
            name, median(p for p, _ in pairs), median(c for _, c in pairs), report.spread(added, 1), 100 * median(c / p - 1 for p, c in pairs)))
    return lines


def text(a, lines, left_out):
    m = report.machine()
    return "\n".join([
        "# What plugins cost, %s" % report.today(), "",
        "%s, %d cores, Linux %s, load average %.1f at the end; .NET SDK %s. Gibbon on core 0, wrk and upstream on core 1; %d rounds of %g s: median, and range of "
        "the plugin's share. How to read it: `bench/README.md`." % (m["cpu"], m["cores"], m["kernel"], m["load"], m["dotnet"], a.rounds, a.seconds),
        "", *lines, *(["", "Not measured: %s." % ", ".join(left_out)] if left_out else [])]) + "\n"


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--plugin", action="append", choices=[c.name for c in CASES], help="default: all")
    ap.add_argument("--gibbon", default=str(proxies.ROOT / "gibbon"))
    ap.add_argument("--rounds", type=int, default=7)
    ap.add_argument("--seconds", type=float, default=1.0, help="length of a sample")
    ap.add_argument("--warm", type=float, default=3.0, help="seconds of load on each route before the first sample")
    ap.add_argument("--connections", type=int, default=64)
    ap.add_argument("--dry", action="store_true", help="write no result")
    a = ap.parse_args()
    missing = [t for t in ["wrk", "taskset", "openssl", "cc"] if not shutil.which(t)]
    if missing:
        return "needed: " + ", ".join(missing)

    cases = [c for c in CASES if not a.plugin or c.name in a.plugin]
    left_out = ["%s (no %s)" % (c.name, c.program) for c in cases if c.program and not shutil.which(c.program)]
    cases = [c for c in cases if not c.program or shutil.which(c.program)]
    folder = Path(tempfile.mkdtemp(prefix="gibbon-plugins-"))
    running = []
    try:
        running.append(upstream := Upstream(folder, 100, "X-Kong-Limit: load=1"))
        programs = {c.program for c in cases}
        backends = {name: kind(folder) for name, kind in (("redis-server", Redis), ("slapd", Directory)) if name in programs}
        running += backends.values()
        client = Client(folder)
        running.append(gateway := start(folder, kong_yml(upstream.port, cases, client, backends), a.gibbon))
        loads = {}
        for c in cases:
            headers = client.headers(c, gateway.url)
            loads[c.name] = tuple(Load(gateway.url + path, a.connections, headers) for path in ("plain", c.name))
        lines = table(compare(gateway, loads, a))
    finally:
        for what in reversed(running):
            what.stop()
        shutil.rmtree(folder, ignore_errors=True)

    result = text(a, lines, left_out)
    print(result)
    if not a.dry:
        place = report.RESULTS / ("%s-plugins.md" % report.today())
        place.write_text(result)
        print("written:", place)
    return 0


if __name__ == "__main__":
    sys.exit(main())
