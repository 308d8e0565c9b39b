#!/usr/bin/env python3
"""How long a change takes from the Admin API of a control plane to its data planes, and how much memory both sides need.

    python3 bench/hybrid/hybrid.py                                  100,000 routes, 100 data planes, 1,000 data planes
    python3 bench/hybrid/hybrid.py --routes 1000 --writes 20        small, to see that it runs

1. A control plane gets so many routes at once. A data plane of ours joins; then one route is written again and again, and the time counted from before the
   write until the data plane serves it.
2. --planes simulated data planes join: each gets everything. The time until all have it.
3. The configuration shrinks to a hundred routes. --crowd simulated data planes join, a few at a time, and one route is written again and again: the time until the last one has
   the change.

All with the settings as they are by default. The simulated data planes are a process of their own (bench/Gibbon.Benchmarks/Crowd) that looks at the ends of messages only.

What the simulated ones take of the processors is told beside what the control plane does: they share the machine.

Ends with 1 when the control plane needs more than --most-per-plane MiB for each of the crowd, or when that cannot be told: memory is looked at when what was there before
has been given back and no longer changes, so what the crowd needs must be more than nothing.
"""
import argparse
import http.client
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CROWD = ROOT / "bench" / "Gibbon.Benchmarks"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


class Node:
    def __init__(self, command, settings):
        self.command, self.prefix = command, Path(tempfile.mkdtemp(prefix="gibbon-bench-"))
        conf = self.prefix / "node.conf"
        conf.write_text("".join("%s = %s\n" % kv for kv in {**settings, "prefix": self.prefix, "admin_gui_listen": "off", "proxy_access_log": "off",
                                                            "admin_access_log": "off"}.items()))
        env = {k: v for k, v in os.environ.items() if not k.startswith("KONG_")}
        subprocess.run([*command, "start", "-c", str(conf)], env=env, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=300)
        self.pid = int((self.prefix / "pids" / "nginx.pid").read_text())

    def stop(self):
        subprocess.run([*self.command, "stop", "-p", str(self.prefix)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)
        shutil.rmtree(self.prefix, ignore_errors=True)


class Api:
    """One connection that stays open, so that its making is not measured."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)

    def ask(self, method, path, body=None, kind="application/json"):
        self.connection.request(method, path, body, {"Content-Type": kind} if body is not None else {})
        answer = self.connection.getresponse()
        text = answer.read()
        if method != "GET" and answer.status >= 300:
            raise RuntimeError("%s %s gave %d: %s" % (method, path, answer.status, text[:500]))
        return answer.status, text


def figures(times):
    ordered = sorted(times)
    at = lambda share: ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000
    return {"p50_ms": round(at(0.5), 1), "p99_ms": round(at(0.99), 1), "most_ms": round(ordered[-1] * 1000, 1), "writes": len(ordered)}


def fill(api, count):
    routes = ",".join('{"name":"r%d","paths":["/r%d"]}' % (i, i) for i in range(count))
    body = '{"_format_version":"3.0","services":[{"name":"s","host":"127.0.0.1","port":9,"routes":[%s,{"name":"moving","paths":["/moving"]}]}]}' % routes
    began = time.perf_counter()
    api.ask("POST", "/apply?size=0", body)
    return time.perf_counter() - began


def live(api, proxy, writes):
    """From before the write until the data plane knows the path: a path without a route is 404, one with it finds the service away."""
    times = []
    for i in range(writes):
        began = time.perf_counter()
        api.ask("PATCH", "/routes/moving", '{"paths":["/live-%d"]}' % i)
        while proxy.ask("GET", "/live-%d" % i)[0] == 404:
            if time.perf_counter() - began > 60:
                raise RuntimeError("the change never became live")
        times.append(time.perf_counter() - began)
    return times


class Crowd:
    """Simulated data planes; they have everything when this is made."""

    def __init__(self, port, files, count):
        program = CROWD / "bin" / "Release" / "net10.0" / "Gibbon.Benchmarks.dll"
        self.process = subprocess.Popen(["dotnet", str(program), "crowd", str(port), *files, str(count)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        spent, size = self.hear("joined")
        self.joined_s, self.received = float(spent), int(size)

    def hear(self, word):
        line = self.process.stdout.readline().split()
        if not line or line[0] != word:
            raise RuntimeError("the crowd did not say '%s' but %r" % (word, line))
        return line[1:]

    def time(self, change):
        """Seconds from before the change until half of them have it, and until the last has it."""
        self.process.stdin.write("next\n")
        self.process.stdin.flush()
        self.hear("ready")
        began = time.perf_counter_ns()
        change()
        _, median, last = self.hear("taken")
        return (int(median) - began) / 1e9, (int(last) - began) / 1e9

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=60)


def everything(planes, port, files):
    crowd = Crowd(port, files, planes)
    crowd.close()
    return crowd.joined_s, crowd.received


def many(api, count, port, files, writes, pid):
    # What everybody needs is made before: code, pools, the first connections.
    Crowd(port, files, 10).close()
    before = settled(pid)
    planes = Crowd(port, files, count)
    spent, ours, theirs = [], processor(pid), processor(planes.process.pid)
    for i in range(writes):
        spent.append(planes.time(lambda: api.ask("PATCH", "/routes/moving", '{"paths":["/crowd-%d"]}' % i)))
    ours, theirs = (processor(pid) - ours) / writes, (processor(planes.process.pid) - theirs) / writes
    after = settled(pid)
    planes.close()
    return spent, ours, theirs, before, after


def settled(pid, quiet=5, longest=60):
    """The memory of a process in MiB when it has not changed for a few seconds: what is of no use is given back a moment later."""
    last, since, began = resident(pid)[0], time.monotonic(), time.monotonic()
    while time.monotonic() - since < quiet and time.monotonic() - began < longest:
        time.sleep(0.5)
        now = resident(pid)[0]
        if abs(now - last) > 1:
            last, since = now, time.monotonic()
    return resident(pid)[0]


def forget_most(pid):
    """The most memory of a process is counted from now on."""
    Path("/proc/%d/clear_refs" % pid).write_text("5")


def resident(pid):
    """The memory of a process in MiB: at present, and at its most."""
    found = {}
    with open("/proc/%d/status" % pid) as status:
        for line in status:
            if line.startswith(("VmRSS", "VmHWM")):
                found[line[:5]] = int(line.split()[1]) // 1024
    return found["VmRSS"], found["VmHWM"]


def processor(pid):
    """The processor time of a process, in seconds."""
    words = Path("/proc/%d/stat" % pid).read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def raise_descriptors():
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--routes", type=int, default=100_000)
    ap.add_argument("--planes", type=int, default=100)
    ap.add_argument("--crowd", type=int, default=1000)
    ap.add_argument("--writes", type=int, default=200)
    ap.add_argument("--most-per-plane", type=float, default=0.5, help="MiB")
    ap.add_argument("--gateway", default=str(ROOT / "gibbon"))
    ap.add_argument("--output", help="a file for the figures, as JSON")
    a = ap.parse_args()

    raise_descriptors()
    subprocess.run(["dotnet", "build", "-c", "Release", "-v", "q", "-nologo", str(CROWD)], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=600)
    folder = Path(tempfile.mkdtemp(prefix="gibbon-bench-"))
    files = [str(folder / "cluster.crt"), str(folder / "cluster.key")]
    nodes, result = [], {"routes": a.routes}
    try:
        subprocess.run([a.gateway, "hybrid", "gen_cert", *files], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=300)
        admin, door, front = free_port(), free_port(), free_port()
        shared = {"cluster_cert": files[0], "cluster_cert_key": files[1], "status_listen": "off"}
        nodes.append(Node([a.gateway], {**shared, "role": "control_plane", "database": "sqlite", "admin_listen": "127.0.0.1:%d" % admin,
                                        "cluster_listen": "127.0.0.1:%d" % door, "proxy_listen": "off"}))
        api = Api(admin)
        result["fill_s"] = round(fill(api, a.routes), 1)
        settled(nodes[0].pid)
        forget_most(nodes[0].pid)
        nodes.append(Node([a.gateway], {**shared, "role": "data_plane", "database": "off", "admin_listen": "off",
                                        "cluster_control_plane": "127.0.0.1:%d" % door, "proxy_listen": "127.0.0.1:%d" % front}))
        proxy = Api(front)
        began = time.perf_counter()
        while proxy.ask("GET", "/moving")[0] == 404:
            if time.perf_counter() - began > 120:
                raise RuntimeError("the data plane never got its configuration")
            time.sleep(0.01)
        result["joined_s"] = round(time.perf_counter() - began, 1)
        live(api, proxy, min(a.writes, 10))
        result["live"] = figures(live(api, proxy, a.writes))
        result["data_plane_mib"], result["data_plane_most_mib"] = resident(nodes[1].pid)
        spent, size = everything(a.planes, door, files)
        result["everything"] = {"planes": a.planes, "all_have_it_s": round(spent, 2), "message_mib": round(size / 1048576, 1)}
        result["everything"]["control_plane_mib"], result["everything"]["control_plane_most_mib"] = resident(nodes[0].pid)

        # Everything for everybody has been measured; now it is the number of them that counts.
        fill(api, 100)
        times, ours, theirs, before, after = many(api, a.crowd, door, files, min(a.writes, 50), nodes[0].pid)
        result["crowd"] = {"planes": a.crowd, "half": figures([half for half, _ in times]), "all": figures([last for _, last in times]),
                           "control_plane_cpu_per_write_ms": round(ours * 1000, 1), "crowd_cpu_per_write_ms": round(theirs * 1000, 1), "control_plane_before_mib": before, "control_plane_after_mib": after}
    finally:
        # What was measured is told, whatever became of the rest.
        text = json.dumps(result, indent=2)
        print(text, flush=True)
        if a.output:
            Path(a.output).write_text(text + "\n")
        for node in reversed(nodes):
            node.stop()
        shutil.rmtree(folder, ignore_errors=True)

    per_plane = (result["crowd"]["control_plane_after_mib"] - result["crowd"]["control_plane_before_mib"]) / a.crowd
    print("%.3f MiB for each of %d data planes; the limit is %.2f" % (per_plane, a.crowd, a.most_per_plane))
    if per_plane <= 0:
        print("nobody needs less than nothing: something else has shrunk meanwhile")
    return 0 if 0 < per_plane <= a.most_per_plane else 1


if __name__ == "__main__":
    # An end from outside still stops the nodes.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
