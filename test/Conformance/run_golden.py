#!/usr/bin/env python3
"""Holds the gateway against the recorded conversations of data/golden.

Starts the built gateway in a directory of its own, once for each way of running that the recordings ask for, and lets replay.py
(which nobody edits) speak to it. exempt.json lists the scenarios that are known not to hold, each with its reason; a scenario that
is listed and holds, or that does not exist, fails the run: the list can only be true.

    python3 test/Conformance/run_golden.py            all areas
    python3 test/Conformance/run_golden.py router     areas whose file name contains "router"
    python3 test/Conformance/run_golden.py -v         every failure, the exempted ones too
    python3 test/Conformance/run_golden.py --hybrid   through a data plane whose configuration comes from a control plane
"""
import argparse
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from hybrid_config import configuration_hash
from postgres import Postgres

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
GOLDEN = HERE / "data" / "golden"
EXEMPT = HERE / "exempt.json"

ADMIN = ["admin-info", "admin-services-routes", "admin-upstreams-certs", "admin-consumers-plugins"]

# One entry per way of running the gateway: the areas to replay, the replayer's mode and settings, and where the entities are.
RUNS = [
    {"areas": ["router", "proxy-headers", "plugin-precedence", "plugins-auth", "plugins-traffic", "plugins-transform", "dbless-config", "status-api", "balancer", "pdk"], "mode": "dbless", "settings": {}},
    {"areas": ["router-expressions"], "mode": "dbless", "settings": {"router_flavor": "expressions"}},
    {"areas": ["proxy-headers"], "mode": "dbless", "settings": {"trusted_ips": "0.0.0.0/0"}},
    {"areas": ADMIN, "mode": "db", "settings": {}, "database": "sqlite"},
    {"areas": ADMIN, "mode": "db", "settings": {}, "database": "postgres"},
]

# The same through two nodes.
DELTAS = {"cluster_rpc": "on", "cluster_incremental_sync": "on"}
HYBRID_RUNS = [
    {"areas": ["router", "plugins-auth", "plugins-traffic"], "mode": "dbless", "settings": {}, "hybrid": DELTAS},
    {"areas": ["plugins-auth"], "mode": "dbless", "settings": {}, "hybrid": {}},
]
COMMON = {"nginx_worker_processes": "1", "anonymous_reports": "off", "proxy_access_log": "off", "admin_access_log": "off"}
PORTS = {"admin": 8001, "proxy": 8000, "ssl": 8443, "status": 8007}
UPSTREAM_PORTS = [15555, 15556]
REFUSING_PORT = 15599

RESULT = re.compile(r"^(ok  |FAIL) (\S+\.json): (.*)$")


def is_free(port):
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind(("0.0.0.0", port))
            return True
        except OSError:
            return False


def choose_ports():
    """The ports of the recordings, or free ones where something else sits there."""
    if all(is_free(p) for p in PORTS.values()):
        return dict(PORTS)
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in PORTS]
    ports = {name: s.getsockname()[1] for name, s in zip(PORTS, sockets)}
    for s in sockets:
        s.close()
    print("golden: the default ports are taken, using", ", ".join("%s %d" % p for p in ports.items()))
    return ports


def wait_for(port, process, seconds=30):
    deadline = time.time() + seconds
    while time.time() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return True
        except OSError:
            if process is not None and process.poll() is not None:
                return False
            time.sleep(0.05)
    return False


class Gateway:
    """The gateway under test, started and stopped as its users do it."""

    config_command = None

    def __init__(self, command, ports, settings, door="admin"):
        self.command = command
        self.door = door
        self.prefix = Path(tempfile.mkdtemp(prefix="gibbon-golden-"))
        listen = {
            "admin_listen": "127.0.0.1:%d" % ports["admin"],
            "proxy_listen": "0.0.0.0:%d, 0.0.0.0:%d http2 ssl" % (ports["proxy"], ports["ssl"]),
            "status_listen": "127.0.0.1:%d" % ports["status"],
            "admin_gui_listen": "off",
            "prefix": str(self.prefix),
        }
        conf = self.prefix / "golden.conf"
        conf.write_text("".join("%s = %s\n" % kv for kv in {**COMMON, **listen, **settings}.items()))
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("KONG_")}
        try:
            self.start(conf, ports)
        except BaseException:
            self.stop()
            raise

    def start(self, conf, ports):
        if "pg_port" in conf.read_text():
            subprocess.run([*self.command, "migrations", "bootstrap", "-c", str(conf), "-p", str(self.prefix)], env=self.env, cwd=self.prefix,
                           stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300)

        # Into a file, not a pipe: what runs on in the background may keep its end of a pipe open.
        output = self.prefix / "start.txt"
        with open(output, "wb") as out:
            done = subprocess.run([*self.command, "start", "-c", str(conf), "-p", str(self.prefix)], env=self.env, cwd=self.prefix,
                                  stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, timeout=300)
        if done.returncode != 0 or not wait_for(ports[self.door], None):
            raise RuntimeError("the gateway did not start (exit status %d):\n%s" % (done.returncode, output.read_text(errors="replace")))

    def pid(self):
        try:
            return int((self.prefix / "pids" / "nginx.pid").read_text())
        except (OSError, ValueError):
            return None

    def stop(self):
        pid = self.pid()
        try:
            subprocess.run([*self.command, "stop", "-p", str(self.prefix)], env=self.env, timeout=30,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            pass
        if pid is not None:
            deadline = time.time() + 5
            while time.time() < deadline and os.path.exists("/proc/%d" % pid):
                time.sleep(0.05)
            if os.path.exists("/proc/%d" % pid):
                os.kill(pid, signal.SIGKILL)
        shutil.rmtree(self.prefix, ignore_errors=True)


class Cluster:
    """A control plane, and a data plane that serves the requests: two nodes in the place of one."""

    def __init__(self, command, ports, settings, protocol):
        self.nodes = []
        self.folder = Path(tempfile.mkdtemp(prefix="gibbon-golden-"))
        certificate = {"cluster_cert": str(self.folder / "cluster.crt"), "cluster_cert_key": str(self.folder / "cluster.key")}
        with socket.create_server(("127.0.0.1", 0)) as s:
            door = "127.0.0.1:%d" % s.getsockname()[1]
        self.config_command = "%s %s http://127.0.0.1:%d http://127.0.0.1:%d" % (
            sys.executable, HERE / "hybrid_config.py", ports["admin"], ports["status"])
        try:
            made = subprocess.run([*command, "hybrid", "gen_cert", *certificate.values()], cwd=self.folder,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
            if made.returncode != 0:
                raise RuntimeError("no certificate was made:\n" + made.stdout.decode("utf-8", "replace"))
            shared = {**certificate, **protocol, **settings}
            self.nodes.append(Gateway(command, ports, {**shared, "role": "control_plane", "database": "sqlite", "cluster_listen": door,
                                                       "proxy_listen": "off", "status_listen": "off"}))
            self.nodes.append(Gateway(command, ports, {**shared, "role": "data_plane", "database": "off", "cluster_control_plane": door,
                                                       "admin_listen": "off"}, door="proxy"))
            self.join("http://127.0.0.1:%d" % ports["status"])
        except BaseException:
            self.stop()
            raise

    @staticmethod
    def join(status, seconds=60):
        """Waits for the first configuration, an empty one, so that the next is known by being another."""
        deadline = time.time() + seconds
        while configuration_hash(status).strip("0") == "":
            if time.time() > deadline:
                raise RuntimeError("the data plane got no configuration")
            time.sleep(0.05)

    def stop(self):
        for node in reversed(self.nodes):
            node.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def replay(run, area, ports, config_command):
    """What replay.py says of each scenario: {name: None or the reason}."""
    command = [sys.executable, str(GOLDEN / "replay.py"), "--mode", run["mode"],
               "--admin", "http://127.0.0.1:%d" % ports["admin"], "--proxy", "http://127.0.0.1:%d" % ports["proxy"],
               "--ssl", "https://127.0.0.1:%d" % ports["ssl"], "--status", "http://127.0.0.1:%d" % ports["status"]]
    if config_command:
        command += ["--config-cmd", config_command]
    if run["settings"]:
        command += ["--settings", ",".join("%s=%s" % kv for kv in run["settings"].items())]
    done = subprocess.run([*command, str(GOLDEN / (area + ".json"))], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    results, last = {}, None
    for line in done.stdout.splitlines():
        found = RESULT.match(line)
        if found:
            last = found.group(3)
            if found.group(1) == "FAIL":
                results[last] = ""
            else:
                results[last] = None
        elif last is not None and results[last] is not None and not line.startswith("# "):
            results[last] += line.strip()
    if "# total:" not in done.stdout:
        raise RuntimeError("replay.py ended with %d:\n%s" % (done.returncode, done.stdout[-2000:]))
    return results


def load_exemptions():
    entries = json.loads(EXEMPT.read_text())
    return {(e["area"], e["scenario"]): e["reason"] for e in entries}


def judge(area, results, exempt, verbose):
    """Counts [passed, failed, skipped] and prints what a reader must know."""
    counts = [0, 0, 0]
    for name, why in results.items():
        reason = exempt.get((area, name))
        if why is None and reason is None:
            counts[0] += 1
        elif why is None:
            counts[1] += 1
            print("FAIL %s: %s\n     holds now: take it off exempt.json (%s)" % (area, name, reason))
        elif reason is None:
            counts[1] += 1
            print("FAIL %s: %s\n     %s" % (area, name, why))
        else:
            counts[2] += 1
            if verbose:
                print("skip %s: %s (%s)\n     %s" % (area, name, reason, why))
    return counts


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("areas", nargs="*", help="only areas whose name contains one of these")
    ap.add_argument("--gateway", default=str(ROOT / "gibbon"), help="the command line of the gateway under test")
    ap.add_argument("--hybrid", action="store_true", help="through a data plane whose configuration comes from a control plane")
    ap.add_argument("-v", "--verbose", action="store_true")
    a = ap.parse_args()

    total = [0, 0, 0]
    seen, replayed = set(), set()
    runs = HYBRID_RUNS if a.hybrid else RUNS
    exempt = load_exemptions()
    busy = [p for p in UPSTREAM_PORTS + [REFUSING_PORT] if not is_free(p)]
    if busy:
        print("golden: the recordings need these ports free: %s" % busy)
        print("golden: 0 passed, 1 failed, 0 skipped")
        return 1
    upstream = subprocess.Popen([sys.executable, str(GOLDEN / "upstream.py"), *map(str, UPSTREAM_PORTS)], stderr=subprocess.DEVNULL)
    try:
        if not wait_for(UPSTREAM_PORTS[0], upstream):
            raise RuntimeError("upstream.py did not start")
        for run in runs:
            areas = [x for x in run["areas"] if not a.areas or any(w in x for w in a.areas)]
            if not areas:
                continue
            database = run.get("database", "off")
            label = " ".join([run["mode"], *([database] if database != "off" else []), *(["hybrid"] if "hybrid" in run else []), *("%s=%s" % kv for kv in run.get("hybrid", {}).items()), *("%s=%s" % kv for kv in run["settings"].items())])
            ports = choose_ports()
            server = None
            try:
                server = Postgres() if database == "postgres" else None
                gateway = (Cluster([a.gateway], ports, run["settings"], run["hybrid"]) if "hybrid" in run
                           else Gateway([a.gateway], ports, {**(server.settings if server else {"database": database}), **run["settings"]}))
            except (RuntimeError, OSError, subprocess.TimeoutExpired) as e:
                if server:
                    server.stop()
                print("FAIL %s: %s" % (label, e))
                total[1] += 1
                continue
            try:
                for area in areas:
                    results = replay(run, area, ports, gateway.config_command)
                    counts = judge(area, results, exempt, a.verbose)
                    print("%s (%s): %d passed, %d failed, %d skipped" % (area, label, *counts))
                    total = [x + y for x, y in zip(total, counts)]
                    seen |= {(area, name) for name in results}
                    replayed.add(area)
            finally:
                gateway.stop()
                if server:
                    server.stop()
    finally:
        upstream.terminate()
        upstream.wait()

    for area, name in sorted(k for k in exempt if k not in seen and (k[0] in replayed or not (a.areas or a.hybrid))):
        print("FAIL exempt.json names a scenario that was not replayed: %s: %s" % (area, name))
        total[1] += 1
    print("golden: %d passed, %d failed, %d skipped" % tuple(total))
    return 1 if total[1] else 0


if __name__ == "__main__":
    # An end from outside still stops the gateway and the upstream.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main())
    except RuntimeError as e:
        print("FAIL %s" % e)
        print("golden: 0 passed, 1 failed, 0 skipped")
        sys.exit(1)
