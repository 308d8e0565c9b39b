"""Writes what was measured: a table for people, JSON for programs."""
import datetime
import json
import os
import platform
import re
import subprocess
from pathlib import Path
from statistics import median

RESULTS = Path(__file__).resolve().parents[1] / "results"


def spread(values, digits=2):
    f = "%%.%df" % digits
    return (f + " [" + f + "-" + f + "]") % (median(values), min(values), max(values))


def version(command):
    try:
        out = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout
        return re.search(r"\d+(\.\d+)+", out).group(0)
    except (OSError, AttributeError):
        return "absent"


def machine():
    return {"cpu": platform.machine(), "cores": os.cpu_count(), "kernel": ".".join(platform.release().split(".")[:2]),
            "load": os.getloadavg()[0], "nginx": version(["nginx", "-v"]), "haproxy": version(["haproxy", "-v"]),
            "dotnet": version(["dotnet", "--version"])}


def table(scenario):
    lines = ["| proxy | CPU/request, ratio to %s | us/request (user / system) | requests/s | RSS MB | switches/request | calls/request | errors |"
             % scenario["base"], "|---|---|---|---|---|---|---|---|"]
    for s in scenario["subjects"]:
        cpu, user, system = (median(x[k] for x in s["samples"]) for k in ("cpu", "user", "system"))
        lines.append("| %s | %s | %.1f (%.1f / %.1f) | %.0f | %.0f | %.2f | %s | %d |" % (
            s["name"], spread(s["ratios"]) if s["ratios"] else "1", cpu, user, system, median(x["rate"] for x in s["samples"]),
            s["rss_mb"], median(x["switches"] for x in s["samples"]),
            "%.2f" % s["syscalls"] if s.get("syscalls") is not None else "-", sum(x["errors"] for x in s["samples"])))
    return lines


def kept(scenario):
    """What the gateway keeps of its own throughput with one route and no plugin: round by round, as a share; by requests per second, and by processor time."""
    subjects = {s["name"]: s["samples"] for s in scenario["subjects"]}
    if "gibbon" not in subjects or "gibbon-plain" not in subjects:
        return None
    rounds = list(zip(subjects["gibbon"], subjects["gibbon-plain"]))
    return {"rate": median(s["rate"] / plain["rate"] for s, plain in rounds), "cpu": median(plain["cpu"] / s["cpu"] for s, plain in rounds)}


def text(result):
    m = result["machine"]
    lines = ["# Load, %s" % result["date"], "",
             "%s, %d cores, Linux %s, load average %.1f at the start; nginx %s, HAProxy %s, .NET SDK %s. Proxy on core 0, wrk and upstream on core 1; "
             "%d samples of %g s, each between two samples of nginx. How to read it: `bench/README.md`."
             % (m["cpu"], m["cores"], m["kernel"], m["load"], m["nginx"], m["haproxy"], m["dotnet"], result["rounds"], result["seconds"])]
    for scenario in result["scenarios"]:
        lines += ["", "## %s" % scenario["title"], "", *table(scenario)]
        for s in scenario["subjects"]:
            if s["name"] == "gibbon":
                lines += ["", "Gibbon's start to its first 200: %.2f s." % s["startup"]]
        share = kept(scenario)
        if share:
            lines += ["", "Of its requests per second with one route and no plugin, Gibbon keeps %.1f %%; by processor time %.1f %%." % (share["rate"] * 100, share["cpu"] * 100)]
        for s in scenario.get("failed", []):
            lines += ["", "Not measured: %s." % s]
    return "\n".join(lines) + "\n"


def write(result, folder=RESULTS):
    folder.mkdir(parents=True, exist_ok=True)
    name = folder / ("%s-load" % result["date"])
    name.with_suffix(".md").write_text(text(result))
    name.with_suffix(".json").write_text(json.dumps(result, indent=1) + "\n")
    return name.with_suffix(".md")


def today():
    return datetime.date.today().isoformat()
