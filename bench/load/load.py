#!/usr/bin/env python3
"""Measures Gibbon beside nginx and HAProxy: processor time per request, as ratios to nginx. Runs only when asked.

    python3 bench/load/load.py                                      everything, about ten minutes
    python3 bench/load/load.py --scenario plain --scenario tls      some of it
    python3 bench/load/load.py --without gibbon --dry               nginx and HAProxy only, nothing written
    python3 bench/load/load.py --scenario plain --other 'NAME URL COMMAND ...'    any proxy; {port} and {upstream} are filled in

Needs nginx, haproxy, wrk, taskset, openssl, cc (and strace with --syscalls).
"""
import argparse
import resource
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import mean

import measure
import proxies
import report
from measure import LOAD_CORE, Load

HERE = Path(__file__).resolve().parent

# name → title, and what differs from the plain one: body, TLS, plugins with the headers they ask for, number of routes, connections
SCENARIOS = {
    "plain": {"title": "One route, no plugin, 100 bytes"},
    "plugins": {"title": "key-auth and rate-limiting (local); nginx and HAProxy without any of it", "plugins": True, "headers": ["apikey: load-key"]},
    "tls": {"title": "TLS, keep-alive", "tls": True},
    "routes-100": {"title": "100 routes, random existing paths", "routes": 100},
    "routes-10000": {"title": "10,000 routes, random existing paths", "routes": 10_000},
    "routes-100000": {"title": "100,000 routes, random existing paths", "routes": 100_000},
    "connections-1000": {"title": "1,000 connections: what they weigh", "connections": 1000},
    "body-100k": {"title": "Body of 100 kB; nginx with buffers of 32 kB is the base", "body": 100 * 1024},
}


class Upstream:
    def __init__(self, folder, body, header=None):
        program = folder / "upstream"
        if not program.exists():
            subprocess.run(["cc", "-O2", "-o", str(program), str(HERE / "upstream.c")], check=True)
        self.port = proxies.free_port()
        self.process = subprocess.Popen(["taskset", "-c", LOAD_CORE, str(program), str(self.port), str(body), *([header] if header else [])])

    def stop(self):
        self.process.kill()
        self.process.wait()


def start_subjects(a, folder, scenario, upstream):
    """The base first, then what is compared with it; what does not start is told, not hidden."""
    tls = scenario.get("tls", False)
    body = "body" in scenario
    started, failed = [proxies.nginx(folder, upstream, tls, buffers="32k" if body else None)], []
    wanted = [
        ("haproxy", lambda: proxies.haproxy(folder, upstream, tls)),
        ("nginx-default-buffers", (lambda: proxies.nginx(folder, upstream, tls, name="nginx-default-buffers")) if body else None),
        ("gibbon", lambda: proxies.gibbon(folder, upstream, tls, scenario.get("routes", 1), scenario.get("plugins", False), a.gibbon)),
        # What plugins and routes cost us is told beside ourselves: two processes at the same time differ by nothing else.
        ("gibbon-plain", (lambda: proxies.gibbon(folder, upstream, tls, command=a.gibbon, name="gibbon-plain"))
         if scenario.get("plugins") or "routes" in scenario else None),
    ]
    for other in a.other:
        name, url, *command = shlex.split(other)
        wanted.append((name, lambda n=name, u=url, c=command: proxies.other(folder, upstream, n, u, c)))
    for name, start in wanted:
        if start is None or name in a.without:
            continue
        try:
            started.append(start())
        except (RuntimeError, OSError) as e:
            failed.append("%s (%s)" % (name, str(e).strip().splitlines()[-1]))
            print("  %s does not run: %s" % (name, e), file=sys.stderr)
    return started, failed


def run_scenario(a, folder, name):
    scenario = SCENARIOS[name]
    print(name, flush=True)
    upstream = Upstream(folder, scenario.get("body", 100))
    running = []
    try:
        running, failed = start_subjects(a, folder, scenario, upstream.port)
        loads = [Load(p.url, scenario.get("connections", a.connections), scenario.get("headers", ()),
                      1 if p.name == "gibbon-plain" and "routes" in scenario else scenario.get("routes")) for p in running]
        for proxy, load in zip(running, loads):
            load.run(a.warm if proxy.name not in ("nginx", "haproxy", "nginx-default-buffers") else 1)

        samples = [[] for _ in running]
        ratios = [[] for _ in running]
        base = measure.sample(running[0].pid, loads[0], a.seconds)
        for _ in range(a.rounds):
            for i in range(1, len(running)):
                taken = measure.sample(running[i].pid, loads[i], a.seconds)
                after = measure.sample(running[0].pid, loads[0], a.seconds)
                samples[i].append(taken)
                samples[0].append(after)
                ratios[i].append(taken["cpu"] / mean([base["cpu"], after["cpu"]]))
                base = after
        samples[0] = samples[0] or [base]

        subjects = []
        for i, proxy in enumerate(running):
            subjects.append({"name": proxy.name, "startup": proxy.startup, "samples": samples[i], "ratios": ratios[i],
                             "rss_mb": measure.rss_mb(measure.tree(proxy.pid)),
                             "syscalls": measure.syscalls_per_request(proxy.pid, loads[i]) if a.syscalls else None})
        result = {"name": name, "title": scenario["title"], "base": running[0].name, "subjects": subjects, "failed": failed}
        print("\n".join("  " + line for line in report.table(result)), flush=True)
        if report.kept(result):
            print("  keeps of itself with one route and no plugin: %(rate).3f of the requests, %(cpu).3f by processor time" % report.kept(result), flush=True)
        return result
    finally:
        for proxy in running:
            proxy.stop()
        upstream.stop()


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--scenario", action="append", choices=SCENARIOS, help="default: all")
    ap.add_argument("--without", action="append", default=[], metavar="NAME")
    ap.add_argument("--other", action="append", default=[], metavar="'NAME URL COMMAND ...'")
    ap.add_argument("--gibbon", default=str(proxies.ROOT / "gibbon"), help="Gibbon's command line")
    ap.add_argument("--rounds", type=int, default=7)
    ap.add_argument("--seconds", type=float, default=1.0, help="length of a sample")
    ap.add_argument("--warm", type=float, default=10.0, help="seconds of load before the first sample of a managed proxy")
    ap.add_argument("--connections", type=int, default=64)
    ap.add_argument("--syscalls", action="store_true", help="also count system calls (strace)")
    ap.add_argument("--dry", action="store_true", help="write no result")
    a = ap.parse_args()
    missing = [t for t in ["nginx", "haproxy", "wrk", "taskset", "openssl", "cc", *(["strace"] if a.syscalls else [])] if not shutil.which(t)]
    if missing:
        return "needed: " + ", ".join(missing)

    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    folder = Path(tempfile.mkdtemp(prefix="gibbon-load-"))
    result = {"date": report.today(), "machine": report.machine(), "rounds": a.rounds, "seconds": a.seconds, "scenarios": []}
    try:
        for name in a.scenario or SCENARIOS:
            result["scenarios"].append(run_scenario(a, folder, name))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if not a.dry:
        print("written:", report.write(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
