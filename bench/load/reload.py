#!/usr/bin/env python3
"""Reloads Gibbon again and again while requests flow, and counts the requests that failed. None may.

    python3 bench/load/reload.py [--reloads 50] [--routes 1000]
"""
import argparse
import http.client
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import measure
import proxies
import routes
from load import Upstream
from measure import Load


def status(url, path):
    host, _, port = url.split("://")[1].rstrip("/").partition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--gibbon", default=str(proxies.ROOT / "gibbon"))
    ap.add_argument("--reloads", type=int, default=50)
    ap.add_argument("--routes", type=int, default=1000)
    a = ap.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="gibbon-reload-"))
    upstream = Upstream(folder, 100)
    gateway = wrk = None
    live = []
    try:
        gateway = proxies.gibbon(folder, upstream.port, route_count=a.routes, command=a.gibbon)
        prefix = folder / "gibbon"
        load = Load(gateway.url, routes=a.routes)
        load.run(2)
        wrk = subprocess.Popen(load.command(3600), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        before = measure.rss_mb(measure.tree(gateway.pid))
        config = routes.kong_yml(upstream.port, a.routes)
        for i in range(a.reloads):
            new = prefix / "kong.yml.new"
            new.write_text(config + '  - name: reload-%d\n    paths: ["/reload-%d"]\n' % (i, i))
            new.rename(prefix / "kong.yml")
            started = time.monotonic()
            subprocess.run([a.gibbon, "reload", "-c", str(prefix / "kong.conf"), "-p", str(prefix)], check=True, stdout=subprocess.DEVNULL)
            while status(gateway.url, "/reload-%d" % i) != 200:
                if time.monotonic() - started > 60:
                    raise RuntimeError("reload %d never went live" % i)
                time.sleep(0.005)
            live.append(time.monotonic() - started)
        wrk.send_signal(2)  # wrk sums up and ends
        result = measure.parse(wrk.communicate(timeout=30)[0])
        after = measure.rss_mb(measure.tree(gateway.pid))
        print("%d reloads of %d routes under %.0f requests/s: %d requests, %d failed; command to live %.0f ms (slowest %.0f); RSS %.0f -> %.0f MB"
              % (a.reloads, a.routes, result["rate"], result["requests"], result["errors"], median(live) * 1000, max(live) * 1000, before, after))
        return 1 if result["errors"] else 0
    finally:
        if wrk is not None and wrk.poll() is None:
            wrk.kill()
        if gateway is not None:
            gateway.stop()
        upstream.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
