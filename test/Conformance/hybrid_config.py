#!/usr/bin/env python3
"""Brings the kong.yml on its standard input to a data plane by way of its control plane: what replay.py takes as --config-cmd.

    hybrid_config.py ADMIN-URL-OF-THE-CONTROL-PLANE STATUS-URL-OF-THE-DATA-PLANE

Ends when the data plane has it in force. A configuration that changes nothing is there already.
"""
import json
import sys
import time
import urllib.error
import urllib.request

PATIENCE = 60


def configuration_hash(status):
    with urllib.request.urlopen(status + "/status", timeout=10) as answer:
        return json.load(answer)["configuration_hash"]


def main(admin, status):
    before = configuration_hash(status)
    request = urllib.request.Request(admin + "/apply", sys.stdin.buffer.read(), {"Content-Type": "text/yaml"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            summary = json.load(answer)["summary"]
    except urllib.error.HTTPError as refused:
        print("POST /apply gave %d: %s" % (refused.code, refused.read().decode("utf-8", "replace")))
        return 1
    if not any(summary[what] for what in ("created", "updated", "deleted")):
        return 0
    deadline = time.time() + PATIENCE
    while configuration_hash(status) == before:
        if time.time() > deadline:
            print("the data plane still has %s" % before)
            return 1
        time.sleep(0.01)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
