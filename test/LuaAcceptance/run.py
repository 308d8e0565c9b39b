"""Runs plugins of others and checks that they do what their README says. One gateway for each plugin; see lua-acceptance.sh."""
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback

import cases
from servers import Echo

ROOT = pathlib.Path(__file__).resolve().parents[2]
GATEWAY = os.environ.get("GIBBON", str(ROOT / "gibbon")).split()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Gateway:
    """A gateway with one plugin before an upstream that tells back what it got."""

    def __init__(self, folder, case, scene):
        self.prefix = pathlib.Path(tempfile.mkdtemp(prefix="gibbon-acceptance-"))
        self.proxy, self.admin = free_port(), free_port()
        (self.prefix / "kong.yml").write_text(case.configuration(scene))
        paths = [folder / each / "?.lua" for each in case.roots] + [folder / each / "?/init.lua" for each in case.roots]
        settings = {
            "prefix": self.prefix,
            "database": "off",
            "declarative_config": self.prefix / "kong.yml",
            "proxy_listen": "127.0.0.1:%d" % self.proxy,
            "admin_listen": "127.0.0.1:%d" % self.admin,
            "admin_gui_listen": "off",
            "plugins": "bundled," + case.plugin,
            "lua_package_path": ";".join(map(str, paths)) + ";" + str(folder / "?.lua"),
            "nginx_worker_processes": 1,
            "log_level": "debug",
            **case.settings,
        }
        conf = self.prefix / "acceptance.conf"
        conf.write_text("".join("%s = %s\n" % item for item in settings.items()))
        env = {k: v for k, v in os.environ.items() if not k.startswith("KONG_")}
        output = self.prefix / "start.txt"
        with open(output, "wb") as out:
            done = subprocess.run([*GATEWAY, "start", "-c", str(conf), "-p", str(self.prefix)], env=env, cwd=self.prefix,
                                  stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, timeout=300)
        if done.returncode != 0:
            raise AssertionError("the gateway did not start: " + output.read_text(errors="replace").strip()[-1500:])

    def log(self):
        try:
            return (self.prefix / "logs" / "error.log").read_text(errors="replace")
        except OSError:
            return ""

    def stop(self):
        pid = None
        try:
            pid = int((self.prefix / "pids" / "nginx.pid").read_text())
        except (OSError, ValueError):
            pass
        subprocess.run([*GATEWAY, "stop", "-p", str(self.prefix)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)
        end = time.time() + 10
        while pid and time.time() < end and os.path.exists("/proc/%d" % pid):
            time.sleep(0.05)
        if pid and os.path.exists("/proc/%d" % pid):
            os.kill(pid, signal.SIGKILL)
        shutil.rmtree(self.prefix, ignore_errors=True)


def run(folder, case):
    """None when all was well, else what was not."""
    missing = [each for each in case.roots if not (folder / each).is_dir()]
    if missing:
        return "skipped: not brought: " + ", ".join(missing)
    with Echo() as echo:
        scene = cases.Scene(echo)
        gateway = None
        try:
            case.prepare(scene)
            gateway = Gateway(folder, case, scene)
            scene.proxy, scene.admin, scene.log = gateway.proxy, gateway.admin, gateway.log
            case.check(scene)
            return None
        except Exception as failure:
            errors = [line for line in (gateway.log() if gateway else "").splitlines() if "[error]" in line or "[crit]" in line]
            place = traceback.extract_tb(failure.__traceback__)[-1]
            return "%s (%s:%d)%s" % (failure or type(failure).__name__, pathlib.Path(place.filename).name, place.lineno, "".join("\n      " + e[:1200] for e in errors[:3]))
        finally:
            if gateway:
                if os.environ.get("KEEP_LOG"):
                    pathlib.Path(os.environ["KEEP_LOG"]).write_text(gateway.log())
                gateway.stop()
            scene.close()


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    wanted = sys.argv[2:]
    passed, failed, skipped = 0, 0, 0
    for case in cases.ALL:
        if wanted and case.roots[0] not in wanted and case.plugin not in wanted:
            continue
        problem = run(folder, case)
        if problem is None:
            passed += 1
            print("pass  %s" % case.roots[0], flush=True)
        elif problem.startswith("skipped"):
            skipped += 1
            print("skip  %s: %s" % (case.roots[0], problem[9:]), flush=True)
        else:
            failed += 1
            print("FAIL  %s: %s" % (case.roots[0], problem), flush=True)
    print("%d passed, %d failed, %d skipped" % (passed, failed, skipped))
    return 1 if failed else 0


sys.exit(main())
