"""A PostgreSQL server of its own for a run of the recordings: on a free port of loopback, in a directory that goes away with it."""
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path


def programs():
    """The newest installation that the system has."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    return found[-1] if found else Path(shutil.which("postgres") or "/usr/bin/postgres").parent


class Postgres:
    """Started when made; `settings` are what kong.conf must say to use it."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="gibbon-postgres-"))
        with socket.create_server(("127.0.0.1", 0)) as s:
            self.port = s.getsockname()[1]
        # The server refuses to run as root.
        self.owner = pwd.getpwnam("postgres") if os.getuid() == 0 else None
        if self.owner:
            os.chown(self.folder, self.owner.pw_uid, self.owner.pw_gid)
        data = self.folder / "data"
        self.run("initdb", "-D", data, "-U", "kong", "-A", "trust", "-E", "UTF8", "--no-sync").wait()
        self.server = self.run("postgres", "-D", data, "-p", self.port, "-k", self.folder, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off")
        deadline = time.time() + 60
        while self.run("createdb", "-h", "127.0.0.1", "-p", self.port, "-U", "kong", "kong").wait() != 0:
            if time.time() > deadline or self.server.poll() is not None:
                self.stop()
                raise RuntimeError("PostgreSQL did not start")
            time.sleep(0.2)
        self.settings = {"database": "postgres", "pg_host": "127.0.0.1", "pg_port": str(self.port), "pg_user": "kong", "pg_database": "kong"}

    def run(self, program, *arguments):
        who = {"user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": []} if self.owner else {}
        return subprocess.Popen([str(programs() / program), *map(str, arguments)], cwd=self.folder, stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **who)

    def stop(self):
        self.server.terminate()
        try:
            self.server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.server.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
