#!/usr/bin/env python3
"""Installs a release as its users do, into an empty directory outside of any checkout, and uses it there.

    python3 test/Release/run.py FILE.tar.gz    tries a release that is there
    python3 test/Release/run.py                makes one first, by "./gibbon publish", which takes minutes: not part of test.sh

The last line is the sum: "release: N passed, N failed, N skipped".
"""
import json, os, pathlib, re, socket, subprocess, sys, tempfile, time, traceback, urllib.error, urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
PATIENCE = 120

HANDLER = """
local stringx = require "pl.stringx"
local http = require "resty.http"
local Probe = { PRIORITY = 5, VERSION = "1.0.0" }
function Probe:access(conf)
  return kong.response.exit(200, { said = stringx.strip("  " .. conf.greeting .. "  "), http = type(http.new) })
end
return Probe
"""
SCHEMA = """
return { name = "probe", fields = { { config = { type = "record", fields = { { greeting = { type = "string", default = "hello" } } } } } } }
"""


def make():
    subprocess.run([ROOT / "gibbon", "publish"], check=True, timeout=1800)
    return next((ROOT / "artifacts/publish").glob("*.tar.gz"))


def ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    found = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return found


class Refuse(urllib.request.HTTPErrorProcessor):
    """Every status is an answer."""
    def http_response(self, request, response):
        return response


class Installation:
    def __init__(self, folder, archive):
        self.folder = folder
        subprocess.run(["tar", "-C", folder, "-xzf", archive], check=True)
        [self.tree] = [path for path in folder.iterdir() if path.is_dir()]
        self.proxy, self.admin, self.gui = ports(3)
        plugin = folder / "lua/kong/plugins/probe"
        plugin.mkdir(parents=True)
        (plugin / "handler.lua").write_text(HANDLER)
        (plugin / "schema.lua").write_text(SCHEMA)
        self.prefix = folder / "prefix"
        self.conf = folder / "kong.conf"
        self.conf.write_text(f"prefix = {self.prefix}\nproxy_listen = 127.0.0.1:{self.proxy}\nadmin_listen = 127.0.0.1:{self.admin}\nadmin_gui_listen = 127.0.0.1:{self.gui}\n"
                             f"status_listen = off\nplugins = bundled,probe\nlua_package_path = {folder}/lua/?.lua;;\nnginx_worker_processes = 1\n")

    def run(self, name, *words):
        """A command, with nothing on the PATH: neither Node.js nor .NET nor a shell."""
        environment = {"PATH": "/nonexistent", "HOME": str(self.folder), "TMPDIR": tempfile.gettempdir()}
        return subprocess.run([self.tree / "bin" / name, *words], env=environment, cwd=self.folder, timeout=PATIENCE, capture_output=True, text=True)

    def ask(self, port, path, method="GET", body=None):
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", method=method, data=None if body is None else json.dumps(body).encode(), headers={"Content-Type": "application/json"})
        with urllib.request.build_opener(Refuse).open(request, timeout=PATIENCE) as answer:
            return answer.status, answer.headers, answer.read().decode()

    def create(self, path, body):
        status, _, text = self.ask(self.admin, path, "POST", body)
        assert status == 201, f"{path}: {status} {text}"


def the_archive_holds_what_an_installation_needs(at):
    files = {str(path.relative_to(at.tree)) for path in at.tree.rglob("*") if not path.is_dir()}
    assert files == {"bin/gibbon", "bin/kong", "etc/kong.conf.default", "lib/gibbon.service", "LICENSE", "README.md"}, files
    assert os.readlink(at.tree / "bin/kong") == "gibbon"


def both_names_tell_the_version(at):
    for name in ("gibbon", "kong"):
        told = at.run(name, "version")
        assert (told.returncode, told.stdout.strip()) == (0, "3.9.1"), told


def settings_are_checked(at):
    good = at.run("kong", "check", str(at.conf))
    assert good.returncode == 0 and "is valid" in good.stdout + good.stderr, good
    wrong = at.folder / "wrong.conf"
    wrong.write_text("admin_listen = nonsense\n")
    assert at.run("gibbon", "check", str(wrong)).returncode != 0


def it_starts_in_an_empty_prefix(at):
    started = at.run("kong", "start", "-c", str(at.conf))
    assert started.returncode == 0, started
    assert f"http://127.0.0.1:{at.gui}" in started.stdout, started.stdout
    assert at.run("gibbon", "health", "-p", str(at.prefix)).returncode == 0


def the_manager_is_in_the_binary(at):
    status, headers, page = at.ask(at.gui, "/")
    assert status == 200 and headers["Cache-Control"] == "no-cache", (status, dict(headers))
    assets = re.findall(r'"(/assets/[^"]+)"', page)
    assert len(assets) > 2, page
    for asset in assets:
        status, headers, text = at.ask(at.gui, asset)
        assert status == 200 and "immutable" in headers["Cache-Control"] and text, (asset, status, dict(headers))
    assert at.ask(at.gui, "/routes/some-id/edit")[2] == page
    assert at.ask(at.gui, "/assets/gone.js")[0] == 404
    assert f"'ADMIN_API_PORT': '{at.admin}'" in at.ask(at.gui, "/kconfig.js")[2]


def plugins_in_Lua_find_their_libraries_and_the_database_keeps(at):
    at.create("/services", {"name": "s", "url": "http://127.0.0.1:1"})
    at.create("/services/s/routes", {"name": "r", "paths": ["/"]})
    at.create("/services/s/plugins", {"name": "probe", "config": {"greeting": "good morning"}})
    until = time.monotonic() + PATIENCE
    while (answer := at.ask(at.proxy, "/"))[0] != 200 and time.monotonic() < until:
        time.sleep(0.2)
    assert json.loads(answer[2]) == {"said": "good morning", "http": "function"}, answer
    assert (at.prefix / "gibbon.db").stat().st_size > 0


def it_stops_and_nothing_stays(at):
    stopped = at.run("kong", "stop", "-p", str(at.prefix))
    assert stopped.returncode == 0, stopped
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", at.admin)) != 0, "the Admin API still answers"


CASES = [the_archive_holds_what_an_installation_needs, both_names_tell_the_version, settings_are_checked, it_starts_in_an_empty_prefix, the_manager_is_in_the_binary,
         plugins_in_Lua_find_their_libraries_and_the_database_keeps, it_stops_and_nothing_stays]


def main():
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="gibbon-release-", ignore_cleanup_errors=True) as folder:
        at = None
        try:
            at = Installation(pathlib.Path(folder), sys.argv[1] if len(sys.argv) > 1 else make())
            for case in CASES:
                try:
                    case(at)
                    passed += 1
                except Exception:
                    failed += 1
                    print(f"FAILED {case.__name__}\n{traceback.format_exc()}", flush=True)
        except Exception:
            failed += 1
            traceback.print_exc()
        finally:
            if at and (at.prefix / "pids").exists():
                at.run("gibbon", "stop", "-p", str(at.prefix))
                for log in sorted((at.prefix / "logs").glob("*error.log")) if failed else []:
                    print(f"--- {log.name}\n{log.read_text()[-4000:]}")
    print(f"release: {passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
