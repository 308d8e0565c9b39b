#!/usr/bin/env python3
"""How fast the Admin API writes, and how soon a written route is served, over SQLite and PostgreSQL.

    python3 bench/load/writes.py --gibbon src/Gibbon.Cli/bin/Release/net10.0/Gibbon.Cli [--routes 1000 100000] [--stores sqlite postgres] [--apart]

For each store and number of routes: a whole configuration is applied, then for some seconds one client changes one route after another, then eight clients
do so at once, then routes are added one by one, each asked for at the proxy until it is there: the time is from sending the write to having its first answer.
Where the setting says that a write is live before it is answered, that is one request after the answer. At last eight connections ask for one route at a steady
pace (h2load, of the package nghttp2-client), in turns of two seconds, while nothing changes and while 50 routes a second do: the 99th percentile of all turns of a kind, and
the ratios of neighbours, which tell how sure that is. The pace is well below what the gateway can do, as in production: at full load whoever changes something takes processor time
from requests, whatever the gateway. With --apart the gateway has two processors, the database and whoever writes share one, and whoever asks, and what is asked for, share the last, as on machines of their own;
otherwise they take from each other, and the request that waited may have waited in the program that measures it. Before the first turn routes are changed for half a minute, by when the code of changes has been compiled for good.
"""
import argparse
import glob
import http.client
import itertools
import json
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median

import load
from load import Upstream
from measure import LOAD_CORE

# Every change is to what no route has ever been: one that changes nothing makes no version, and is less work.
NUMBERS = itertools.count()

# What comes before a command; see --apart.
ON_GATEWAY, ON_DATABASE = [], []


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Postgres:
    """A server with the settings it comes with: what is committed is on the disk."""

    def __init__(self, folder):
        self.port = free_port()
        self.data = folder / "postgres"
        binaries = Path(sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda p: int(p.split("/")[4]))[-1])
        user = []
        if os.geteuid() == 0:
            # The server refuses to be run by root.
            shutil.chown(folder, pwd.getpwnam("postgres").pw_uid)
            user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
        subprocess.run([*user, binaries / "initdb", "-D", self.data, "-U", "postgres", "-A", "trust"], check=True, stdout=subprocess.DEVNULL, cwd="/")
        self.process = subprocess.Popen(
            [*ON_DATABASE, *user, binaries / "postgres", "-D", self.data, "-p", str(self.port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
        self.settings = {"database": "postgres", "pg_host": "127.0.0.1", "pg_port": str(self.port), "pg_user": "postgres", "pg_database": "postgres", "pg_timeout": "60000"}

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


class Gibbon:
    def __init__(self, command, folder, store):
        self.proxy, self.admin = free_port(), free_port()
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("KONG_")}
        settings = {
            "prefix": str(folder / "gibbon"), "proxy_listen": "127.0.0.1:%d" % self.proxy, "admin_listen": "127.0.0.1:%d" % self.admin, "status_listen": "off",
            "admin_gui_listen": "off", "nginx_admin_client_max_body_size": "0", "admin_access_log": "off", "proxy_access_log": "off", "log_level": "warn", **store,
        }
        for name, value in settings.items():
            self.environment["KONG_" + name.upper()] = value
        self.command = command
        if store["database"] == "postgres":
            deadline = time.monotonic() + 60
            while subprocess.run([command, "migrations", "bootstrap"], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode != 0:
                if time.monotonic() > deadline:
                    raise RuntimeError("the database could not be made ready")
                time.sleep(0.2)
        subprocess.run([*ON_GATEWAY, command, "start"], env=self.environment, check=True, stdout=subprocess.DEVNULL)

    def stop(self):
        subprocess.run([self.command, "stop"], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Client:
    def __init__(self, port, timeout=300):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)

    def ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body)
        self.connection.request(method, path, data, {"Content-Type": "application/json"} if data else {})
        answer = self.connection.getresponse()
        return answer.status, answer.read()


def expect(result, status):
    if result[0] != status:
        raise RuntimeError("%d expected: %s" % (status, result))


def writes(admin_port, clients, seconds, routes):
    counts = [0] * clients
    end = time.monotonic() + seconds

    def run(number):
        client = Client(admin_port)
        while time.monotonic() < end:
            expect(client.ask("PATCH", "/routes/r%d" % ((number * 7919 + counts[number]) % routes), {"paths": ["/changed-%d" % next(NUMBERS)]}), 200)
            counts[number] += 1

    threads = [threading.Thread(target=run, args=(i,)) for i in range(clients)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.monotonic() - started)


def visible(gateway, seconds):
    admin, proxy = Client(gateway.admin), Client(gateway.proxy)
    times = []
    end = time.monotonic() + seconds
    while time.monotonic() < end and len(times) < 500:
        path = "/new-%d" % len(times)
        started = time.monotonic()
        expect(admin.ask("POST", "/services/s/routes", {"paths": [path]}), 201)
        while proxy.ask("GET", path)[0] == 404:
            pass
        times.append((time.monotonic() - started) * 1000)
    times.sort()
    return {"p50_ms": round(times[len(times) // 2], 2), "p99_ms": round(times[int(len(times) * 0.99)], 2), "samples": len(times)}


class Changes:
    """Changes routes at a pace until it is left."""

    def __init__(self, gateway, routes, a_second):
        self.gateway, self.routes, self.pause = gateway, routes, 1 / a_second
        self.ended = threading.Event()
        self.count = 0

    def __enter__(self):
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
        self.started = time.monotonic()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()
        self.rate = self.count / (time.monotonic() - self.started)

    def run(self):
        admin = Client(self.gateway.admin)
        due = time.monotonic()
        while not self.ended.is_set():
            change = next(NUMBERS)
            expect(admin.ask("PATCH", "/routes/r%d" % ((change * 7919) % (self.routes - 1) + 1), {"paths": ["/changed-%d" % change]}), 200)
            self.count += 1
            due = max(due + self.pause, time.monotonic() - 1)
            time.sleep(max(0, due - time.monotonic()))


def times(gateway, folder, path, pace, seconds):
    """What each request took, in microseconds."""
    connections, log = 8, folder / "latency.log"
    log.unlink(missing_ok=True)
    url = "http://127.0.0.1:%d%s" % (gateway.proxy, path)
    subprocess.run(
        ["taskset", "-c", LOAD_CORE, "h2load", "--h1", "-c", str(connections), "-n", str(int(pace * seconds)), "--rps", str(pace / connections), "--log-file", log, url],
        stdout=subprocess.DEVNULL, check=True)
    rows = [line.split() for line in log.read_text().splitlines()]
    if any(status != "200" for _, status, _ in rows):
        raise RuntimeError("not every request was answered 200")
    # Connections are opened in the first moments.
    begin = min(int(started) for started, _, _ in rows) + 300_000
    return [int(took) for started, _, took in rows if int(started) > begin]


def slowest_of_hundred(taken):
    """The 99th percentile, in milliseconds."""
    return sorted(taken)[int(len(taken) * 0.99)] / 1000


# Seconds of which the first 0.3 do not count: two for each turn.
def latency(gateway, folder, routes, upstream, pace, seconds=2.3, turns=30):
    admin, proxy = Client(gateway.admin), Client(gateway.proxy)
    expect(admin.ask("PATCH", "/services/s", {"url": "http://127.0.0.1:%d" % upstream.port}), 200)
    expect(admin.ask("PATCH", "/routes/r0", {"paths": ["/asked-for"]}), 200)
    while proxy.ask("GET", "/asked-for")[0] != 200:
        time.sleep(0.1)
    with Changes(gateway, routes, 50):
        times(gateway, folder, "/asked-for", pace, 30)
    quiet, busy, rates = [], [], []
    for _ in range(turns):
        quiet.append(times(gateway, folder, "/asked-for", pace, seconds))
        with Changes(gateway, routes, 50) as changes:
            busy.append(times(gateway, folder, "/asked-for", pace, seconds))
        rates.append(changes.rate)
    ratios = sorted(slowest_of_hundred(b) / slowest_of_hundred(q) for b, q in zip(busy, quiet))
    p99_quiet, p99_changing = (slowest_of_hundred([taken for turn in all_turns for taken in turn]) for all_turns in (quiet, busy))
    return {
        "requests_per_s": pace, "changes_per_s": round(median(rates)), "p99_quiet_ms": round(p99_quiet, 3), "p99_changing_ms": round(p99_changing, 3),
        "ratio": round(p99_changing / p99_quiet, 2), "turns": {"median": round(median(ratios), 2), "quartiles": [round(ratios[turns // 4], 2), round(ratios[turns * 3 // 4], 2)]},
    }


def measure(command, store, routes, seconds, pace):
    folder = Path(tempfile.mkdtemp(prefix="gibbon-writes-"))
    server = gateway = upstream = None
    try:
        upstream = Upstream(folder, 100)
        server = Postgres(folder) if store == "postgres" else None
        gateway = Gibbon(command, folder, server.settings if server else {"database": "sqlite"})
        admin = Client(gateway.admin)
        # Nobody listens there: what is measured is when the route is found, which the 502 shows as well.
        service = {"name": "s", "url": "http://127.0.0.1:9", "retries": 0}
        whole = {"_format_version": "3.0", "services": [service], "routes": [{"name": "r%d" % i, "paths": ["/r%d" % i], "service": "s"} for i in range(routes)]}
        started = time.monotonic()
        expect(admin.ask("POST", "/apply?size=0", whole), 200)
        applied = time.monotonic() - started
        started = time.monotonic()
        expect(admin.ask("POST", "/apply?size=0", whole), 200)
        again = time.monotonic() - started
        started = time.monotonic()
        expect(admin.ask("GET", "/routes?size=1000"), 200)
        page = time.monotonic() - started
        return {
            "store": store, "routes": routes, "apply_s": round(applied, 2), "apply_unchanged_s": round(again, 2), "page_of_1000_ms": round(page * 1000, 1),
            "writes_per_s_1_client": round(writes(gateway.admin, 1, seconds, routes)), "writes_per_s_8_clients": round(writes(gateway.admin, 8, seconds, routes)),
            "write_to_served": visible(gateway, seconds), "latency": latency(gateway, folder, routes, upstream, pace),
        }
    finally:
        if gateway:
            gateway.stop()
        if server:
            server.stop()
        if upstream:
            upstream.stop()
        shutil.rmtree(folder, ignore_errors=True)


def main():
    global LOAD_CORE
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--gibbon", required=True, help="the executable")
    ap.add_argument("--routes", type=int, nargs="+", default=[1000, 100000])
    ap.add_argument("--stores", nargs="+", default=["sqlite", "postgres"])
    ap.add_argument("--apart", action="store_true", help="gateway, database and load on processors of their own: needs four")
    ap.add_argument("--seconds", type=float, default=4)
    ap.add_argument("--pace", type=int, default=4000, help="requests a second whose latency is measured beside changes")
    a = ap.parse_args()
    if a.apart:
        ON_GATEWAY.extend(["taskset", "-c", "0,1"])
        ON_DATABASE.extend(["taskset", "-c", "2"])
        load.LOAD_CORE = LOAD_CORE = "3"
        os.sched_setaffinity(0, {2})
    for store in a.stores:
        for routes in a.routes:
            print(json.dumps(measure(os.path.abspath(a.gibbon), store, routes, a.seconds, a.pace)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
