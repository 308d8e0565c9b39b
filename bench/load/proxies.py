"""The proxies that are compared. Each runs in the foreground, pinned to one core, with one worker, keep-alive on both sides and no
access log, and adds the forwarding headers that a gateway adds."""
import http.client
import os
import shutil
import signal
import socket
import ssl
import subprocess
import time
from pathlib import Path

import routes
from measure import PROXY_CORE

ROOT = Path(__file__).resolve().parents[2]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


class Proxy:
    """A running proxy: its process, its address, and how long it took to its first 200."""

    def __init__(self, name, command, url, headers=(), path="/", env=None, patience=120):
        self.name, self.url = name, url
        started = time.monotonic()
        self.process = subprocess.Popen(["taskset", "-c", PROXY_CORE, *command], env=env, start_new_session=True,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            self.wait_for_200(path, dict(h.split(": ", 1) for h in headers), started + patience)
        except BaseException:
            self.stop()
            raise
        self.startup = time.monotonic() - started

    @property
    def pid(self):
        return self.process.pid

    def wait_for_200(self, path, headers, deadline):
        scheme, _, address = self.url.partition("://")
        host, _, port = address.rstrip("/").partition(":")
        status = None
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError("%s ended: %s" % (self.name, self.process.stderr.read().decode()[-2000:]))
            try:
                c = (http.client.HTTPSConnection(host, int(port), timeout=10, context=ssl._create_unverified_context())
                     if scheme == "https" else http.client.HTTPConnection(host, int(port), timeout=10))
                c.request("GET", path, headers=headers)
                status = c.getresponse().status
                c.close()
                if status == 200:
                    return
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.02)
        raise RuntimeError("%s did not answer 200 (last status %s)" % (self.name, status))

    def stop(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self.process.stderr.close()


def certificate(folder):
    cert, key = folder / "cert.pem", folder / "key.pem"
    if not cert.exists():
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-keyout", str(key), "-out", str(cert)], check=True, stderr=subprocess.DEVNULL)
        (folder / "both.pem").write_text(cert.read_text() + key.read_text())
    return cert, key


def nginx(folder, upstream_port, tls=False, buffers=None, name="nginx"):
    port = free_port()
    cert, key = certificate(folder) if tls else ("", "")
    conf = folder / (name + ".conf")
    prefix = folder / (name + ".prefix")
    prefix.mkdir(exist_ok=True)
    conf.write_text("""
daemon off; worker_processes 1; pid %(prefix)s/pid; error_log %(prefix)s/error.log crit; %(user)s
events { worker_connections 8192; }
http {
  access_log off; keepalive_requests 1000000000; keepalive_timeout 300s;
  client_body_temp_path %(prefix)s/a; proxy_temp_path %(prefix)s/b; fastcgi_temp_path %(prefix)s/c; uwsgi_temp_path %(prefix)s/d; scgi_temp_path %(prefix)s/e;
  %(buffers)s
  upstream load { server 127.0.0.1:%(upstream)d; keepalive 256; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:%(port)d %(ssl)s;
    %(certificate)s
    location / {
      proxy_pass http://load; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header Host $host; proxy_set_header X-Real-IP $remote_addr;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Host $host; proxy_set_header X-Forwarded-Port $server_port;
    }
  }
}""" % {"prefix": prefix, "upstream": upstream_port, "port": port, "ssl": "ssl" if tls else "",
        "user": "user root;" if os.geteuid() == 0 else "",
        "buffers": "proxy_buffer_size %s; proxy_buffers 8 %s; proxy_busy_buffers_size %s;" % (buffers, buffers, buffers) if buffers else "",
        "certificate": "ssl_certificate %s; ssl_certificate_key %s; ssl_protocols TLSv1.2 TLSv1.3;" % (cert, key) if tls else ""})
    return Proxy(name, ["nginx", "-c", str(conf), "-p", str(prefix)], "%s://127.0.0.1:%d/" % ("https" if tls else "http", port))


def haproxy(folder, upstream_port, tls=False):
    port = free_port()
    if tls:
        certificate(folder)
    conf = folder / "haproxy.cfg"
    conf.write_text("""
global
  nbthread 1
  maxconn 8192
defaults
  mode http
  timeout connect 5s
  timeout client 300s
  timeout server 300s
  http-reuse always
  option forwardfor
frontend load
  bind 127.0.0.1:%d %s
  http-request set-header X-Forwarded-Proto %s
  default_backend load
backend load
  server load 127.0.0.1:%d
""" % (port, "ssl crt %s" % (folder / "both.pem") if tls else "", "https" if tls else "http", upstream_port))
    return Proxy("haproxy", ["haproxy", "-db", "-f", str(conf)], "%s://127.0.0.1:%d/" % ("https" if tls else "http", port))


def gibbon(folder, upstream_port, tls=False, route_count=1, plugins=False, command=ROOT / "gibbon", name="gibbon"):
    port, admin = free_port(), free_port()
    prefix = folder / name
    shutil.rmtree(prefix, ignore_errors=True)
    prefix.mkdir()
    (prefix / "kong.yml").write_text(routes.kong_yml(upstream_port, route_count, plugins))
    settings = {
        "database": "off", "declarative_config": prefix / "kong.yml", "prefix": prefix, "nginx_daemon": "off",
        "nginx_worker_processes": "1", "proxy_access_log": "off", "admin_access_log": "off", "status_listen": "off",
        "admin_gui_listen": "off", "admin_listen": "127.0.0.1:%d" % admin, "anonymous_reports": "off",
        "proxy_listen": "127.0.0.1:%d%s" % (port, " ssl" if tls else ""),
        # As many requests on a connection as the others are told to allow.
        "nginx_http_keepalive_requests": "1000000000", "upstream_keepalive_max_requests": "0",
    }
    if tls:
        settings["ssl_cert"], settings["ssl_cert_key"] = certificate(folder)
    conf = prefix / "kong.conf"
    conf.write_text("".join("%s = %s\n" % kv for kv in settings.items()))
    env = {k: v for k, v in os.environ.items() if not k.startswith("KONG_")}
    return Proxy(name, [str(command), "start", "-c", str(conf), "-p", str(prefix)], "%s://127.0.0.1:%d/" % ("https" if tls else "http", port),
                 headers=["apikey: load-key"] if plugins else [], path=routes.path(route_count - 1) if route_count > 1 else "/", env=env)


def other(folder, upstream_port, name, url, command):
    """Any proxy: {port} and {upstream} are replaced in its command and its address."""
    port = free_port()
    fill = {"port": port, "upstream": upstream_port}
    return Proxy(name, [c.format(**fill) for c in command], url.format(**fill))
