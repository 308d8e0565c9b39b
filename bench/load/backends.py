"""The servers that plugins ask: Redis, and an LDAP directory that knows one user."""
import socket
import subprocess
import time

import proxies
from measure import LOAD_CORE


class Backend:
    """A server on loopback, on the core of the load: its work is not the gateway's."""

    def __init__(self, command, port):
        self.port = port
        self.process = subprocess.Popen(["taskset", "-c", LOAD_CORE, *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        deadline = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.stop()
                    raise RuntimeError("%s does not start" % command[0]) from None
                time.sleep(0.05)

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()


class Redis(Backend):
    def __init__(self, folder):
        port = proxies.free_port()
        super().__init__(["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)], port)


class Directory(Backend):
    BASE = "ou=people,dc=example,dc=com"

    def __init__(self, folder):
        place = folder / "slapd"
        (place / "data").mkdir(parents=True)
        (place / "slapd.conf").write_text("""
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile %(place)s/pid
argsfile %(place)s/args
database mdb
suffix "dc=example,dc=com"
directory %(place)s/data
""" % {"place": place})
        (place / "people.ldif").write_text("""dn: dc=example,dc=com
objectClass: domain
dc: example

dn: ou=people,dc=example,dc=com
objectClass: organizationalUnit
ou: people

dn: cn=load,ou=people,dc=example,dc=com
objectClass: person
cn: load
sn: load
userPassword: load-password
""")
        conf = str(place / "slapd.conf")
        subprocess.run(["slapadd", "-q", "-f", conf, "-l", str(place / "people.ldif")], check=True)
        port = proxies.free_port()
        super().__init__(["slapd", "-f", conf, "-h", "ldap://127.0.0.1:%d" % port, "-d", "0"], port)
