"""A route for each plugin that plugins.py measures, and what a client sends to be let in."""
import base64
import email.utils
import hashlib
import hmac
import http.client
import json
import subprocess
from dataclasses import dataclass, field

MANY = 1_000_000_000
KEY = ["apikey: load-key"]
BROWSER = ["User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"]
SECRET = "load-secret-of-more-than-thirty-two-bytes"


@dataclass(frozen=True)
class Case:
    """name and path of the route; its plugins and their configurations; the client's headers, or the function of Client that makes them."""
    name: str
    plugins: dict
    sent: object = field(default_factory=list)
    program: str = None  # what must be installed


CASES = [
    Case("key-auth", {"key-auth": {}}, KEY),
    Case("basic-auth", {"basic-auth": {}}, "basic"),
    Case("jwt-hs256", {"jwt": {"claims_to_verify": ["exp"]}}, "hs256"),
    Case("jwt-rs256", {"jwt": {"claims_to_verify": ["exp"]}}, "rs256"),
    Case("hmac-auth", {"hmac-auth": {"clock_skew": 86400}}, "signature"),
    Case("oauth2", {"oauth2": {"scopes": ["read"], "enable_client_credentials": True, "global_credentials": True}}, ["Authorization: Bearer load-token"]),
    Case("session", {"session": {"secret": SECRET, "cookie_secure": False}, "key-auth": {"anonymous": "anonymous"}}, "cookie"),
    Case("ldap-auth", {"ldap-auth": {"cache_ttl": 86400, "attribute": "cn", "timeout": 30000, "keepalive": 60000}}, "directory", "slapd"),
    Case("key-auth+acl", {"key-auth": {}, "acl": {"allow": ["loaders"]}}, KEY),
    Case("key-auth+rate-limiting", {"key-auth": {}, "rate-limiting": {"policy": "local", "second": MANY, "hour": MANY}}, KEY),
    Case("ip-restriction", {"ip-restriction": {"allow": ["10.0.0.0/8", "127.0.0.0/8"]}}),
    Case("bot-detection", {"bot-detection": {}}, BROWSER),
    Case("rate-limiting-local", {"rate-limiting": {"policy": "local", "second": MANY, "hour": MANY}}),
    Case("rate-limiting-redis-sync", {"rate-limiting": {"policy": "redis", "second": MANY, "hour": MANY, "sync_rate": 1}}, program="redis-server"),
    Case("rate-limiting-redis", {"rate-limiting": {"policy": "redis", "second": MANY, "hour": MANY}}, program="redis-server"),
    Case("response-ratelimiting-local", {"response-ratelimiting": {"policy": "local", "limits": {"load": {"second": MANY, "hour": MANY}}}}),
    Case("request-size-limiting", {"request-size-limiting": {"allowed_payload_size": 8}}),
    Case("cors", {"cors": {"origins": ["https://shop.example.com"], "credentials": True}}, ["Origin: https://shop.example.com"]),
]


def kong_yml(upstream_port, cases, client, backends):
    routes = [{"name": "plain", "paths": ["/plain"]}]
    for c in cases:
        plugins = [{"name": name, "config": {**config, **where(name, config, backends)}} for name, config in c.plugins.items()]
        # "~…$": /key-auth is not to catch what /key-auth+acl is asked for.
        routes.append({"name": c.name.replace("+", "-"), "paths": ["~/%s$" % c.name.replace("+", "[+]")], "plugins": plugins})
    return {
        "_format_version": "3.0",
        "services": [{"name": "load", "url": "http://127.0.0.1:%d" % upstream_port, "routes": routes}],
        "consumers": [{"username": "anonymous"}, {
            "username": "load",
            "keyauth_credentials": [{"key": "load-key"}],
            "basicauth_credentials": [{"username": "load", "password": "load-password"}],
            "hmacauth_credentials": [{"username": "load", "secret": SECRET}],
            "acls": [{"group": "loaders"}],
            "jwt_secrets": [
                {"key": "hs", "algorithm": "HS256", "secret": SECRET},
                {"key": "rs", "algorithm": "RS256", "rsa_public_key": client.public_key()}],
            "oauth2_credentials": [{
                "name": "load", "client_id": "load", "client_secret": SECRET, "redirect_uris": ["https://shop.example.com"],
                "oauth2_tokens": [{"access_token": "load-token", "expires_in": 0, "scope": "read"}]}],
        }],
    }


def where(name, config, backends):
    """Where the server is that a plugin asks."""
    if name == "ldap-auth":
        return {"ldap_host": "127.0.0.1", "ldap_port": backends["slapd"].port, "base_dn": backends["slapd"].BASE}
    return {"redis": {"host": "127.0.0.1", "port": backends["redis-server"].port}} if config.get("policy") == "redis" else {}


class Client:
    """Makes what a client has to show."""

    def __init__(self, folder):
        self.key = folder / "client.pem"
        subprocess.run(["openssl", "genpkey", "-quiet", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", str(self.key)], check=True)

    def public_key(self):
        return subprocess.run(["openssl", "pkey", "-in", str(self.key), "-pubout"], check=True, stdout=subprocess.PIPE, text=True).stdout

    def headers(self, case, url):
        return case.sent if isinstance(case.sent, list) else getattr(self, case.sent)(url)

    def basic(self, _):
        return ["Authorization: Basic " + base64.b64encode(b"load:load-password").decode()]

    def directory(self, _):
        return ["Authorization: ldap " + base64.b64encode(b"load:load-password").decode()]

    def hs256(self, _):
        return ["Authorization: Bearer " + token("HS256", "hs", lambda text: hmac.digest(SECRET.encode(), text, hashlib.sha256))]

    def rs256(self, _):
        return ["Authorization: Bearer " + token("RS256", "rs", lambda text: subprocess.run(
            ["openssl", "dgst", "-sha256", "-sign", str(self.key)], input=text, stdout=subprocess.PIPE, check=True).stdout)]

    def signature(self, _):
        date = email.utils.formatdate(usegmt=True)
        signed = base64.b64encode(hmac.digest(SECRET.encode(), ("date: " + date).encode(), hashlib.sha256)).decode()
        return ["Date: " + date, 'Authorization: hmac username="load", algorithm="hmac-sha256", headers="date", signature="%s"' % signed]

    def cookie(self, url):
        """The session that a key opens."""
        connection = http.client.HTTPConnection(url.split("//")[1].rstrip("/"), timeout=60)
        connection.request("GET", "/session", headers={"apikey": "load-key"})
        cookie = connection.getresponse().getheader("Set-Cookie").split(";")[0]
        connection.close()
        return ["Cookie: " + cookie]


def token(algorithm, issuer, sign):
    def encode(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=")
    text = b".".join(encode(json.dumps(part).encode()) for part in ({"alg": algorithm, "typ": "JWT"}, {"iss": issuer, "exp": 4_000_000_000}))
    return (text + b"." + encode(sign(text))).decode()
