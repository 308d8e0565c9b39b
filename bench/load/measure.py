"""What a proxy costs: processor time, context switches, system calls and memory of a process tree, read from /proc."""
import os
import re
import subprocess
import tempfile
import time
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
PROXY_CORE, LOAD_CORE = "0", "1"


def tree(pid):
    """The process and all that descend from it."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
    found = [pid]
    for p in found:
        found += [child for child, parent in parents.items() if parent == p]
    return found


def cpu_seconds(pids):
    """(user, system) seconds; at the kernel's ticks, so take them over a second at least."""
    user = system = 0
    for pid in pids:
        fields = Path("/proc/%d/stat" % pid).read_text().rsplit(")", 1)[1].split()
        user, system = user + int(fields[11]), system + int(fields[12])
    return user / TICK, system / TICK


def context_switches(pids):
    total = 0
    for pid in pids:
        for task in Path("/proc/%d/task" % pid).iterdir():
            try:
                total += sum(int(n) for n in re.findall(r"ctxt_switches:\s+(\d+)", (task / "status").read_text()))
            except OSError:
                continue
    return total


def rss_mb(pids):
    return sum(int(re.search(r"VmRSS:\s+(\d+)", Path("/proc/%d/status" % p).read_text()).group(1)) for p in pids) / 1024


class Load:
    """One way of asking: wrk with its connections, headers and, for many routes, the script of random paths."""

    def __init__(self, url, connections=64, headers=(), routes=None):
        self.url, self.connections, self.headers, self.routes = url, connections, list(headers), routes

    def command(self, seconds):
        command = ["taskset", "-c", LOAD_CORE, "wrk", "-t", "1", "-c", str(self.connections), "-d", "%gs" % seconds]
        if self.routes:
            script = str(Path(__file__).with_name("random_paths.lua"))
            return [*command, "-s", script, self.url, "--", str(self.routes), *(h.replace(": ", ":") for h in self.headers)]
        for h in self.headers:
            command += ["-H", h]
        return [*command, self.url]

    def run(self, seconds):
        """{requests, errors, rate}"""
        return parse(subprocess.run(self.command(seconds), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout)


def parse(text):
    found = re.search(r"(\d+) requests in ([\d.]+)(ms|s|m)", text)
    if not found:
        raise RuntimeError("wrk did not finish: " + text)
    errors = sum(int(n) for n in re.findall(r"Non-2xx or 3xx responses: (\d+)", text))
    for line in re.findall(r"Socket errors: (.*)", text):
        errors += sum(int(n) for n in re.findall(r"\d+", line))
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1))
    return {"requests": int(found.group(1)), "errors": errors, "rate": rate}


def sample(pid, load, seconds):
    """One sample: microseconds and context switches per request, requests per second."""
    pids = tree(pid)
    u0, s0 = cpu_seconds(pids)
    c0 = context_switches(pids)
    result = load.run(seconds)
    u1, s1 = cpu_seconds(pids)
    n = max(result["requests"], 1)
    return {"user": (u1 - u0) / n * 1e6, "system": (s1 - s0) / n * 1e6, "cpu": (u1 - u0 + s1 - s0) / n * 1e6,
            "switches": (context_switches(pids) - c0) / n, "rate": result["rate"], "errors": result["errors"]}


def syscalls_per_request(pid, load, seconds=2):
    """Counted by strace, which slows everything: a number to hold, not a time."""
    with tempfile.NamedTemporaryFile("r", suffix=".strace") as out:
        attached = [x for p in tree(pid) for x in ("-p", str(p))]
        tracer = subprocess.Popen(["strace", "-c", "-f", "-o", out.name, *attached], stderr=subprocess.DEVNULL)
        time.sleep(0.5)
        result = load.run(seconds)
        tracer.send_signal(2)
        tracer.wait()
        total = re.search(r"^100\.00\s+\S+\s+\S+\s+(\d+).*total$", out.read(), re.M)
    return int(total.group(1)) / max(result["requests"], 1) if total else None
