"""A plugin server that speaks MsgPack:1, as those of Kong's kits for JavaScript and Python do. Its one plugin calls what its configuration says.

  msgpack_server.py dump NAME          what it has
  msgpack_server.py serve NAME SOCKET  serves
"""

import json
import os
import socket
import struct
import sys
import threading

PHASES = ["certificate", "preread", "rewrite", "access", "response", "log"]


def pack(value):
    if value is None:
        return b"\xc0"
    if value is True or value is False:
        return b"\xc3" if value else b"\xc2"
    if isinstance(value, int):
        if -32 <= value <= 127:
            return struct.pack("b", value)
        return b"\xd3" + struct.pack(">q", value)
    if isinstance(value, float):
        return b"\xcb" + struct.pack(">d", value)
    if isinstance(value, str):
        data = value.encode()
        return b"\xdb" + struct.pack(">I", len(data)) + data
    if isinstance(value, bytes):
        return b"\xc6" + struct.pack(">I", len(value)) + value
    if isinstance(value, (list, tuple)):
        return b"\xdd" + struct.pack(">I", len(value)) + b"".join(pack(item) for item in value)
    return b"\xdf" + struct.pack(">I", len(value)) + b"".join(pack(k) + pack(v) for k, v in value.items())


class Input:
    def __init__(self, connection):
        self.file = connection.makefile("rb")

    def take(self, count):
        data = self.file.read(count)
        if len(data) < count:
            raise EOFError
        return data

    def number(self, form):
        return struct.unpack(">" + form, self.take(struct.calcsize(form)))[0]

    def read(self):
        code = self.take(1)[0]
        if code <= 0x7F:
            return code
        if code >= 0xE0:
            return code - 256
        if code <= 0x8F:
            return self.map(code & 15)
        if code <= 0x9F:
            return [self.read() for _ in range(code & 15)]
        if code <= 0xBF:
            return self.take(code & 31).decode()
        if code in (0xC0, 0xC2, 0xC3):
            return {0xC0: None, 0xC2: False, 0xC3: True}[code]
        if 0xC4 <= code <= 0xC6:
            return self.take(self.number("BHI"[code - 0xC4]))
        if 0xCA <= code <= 0xD3:
            return self.number("fdBHIQbhiq"[code - 0xCA])
        if 0xD9 <= code <= 0xDB:
            return self.take(self.number("BHI"[code - 0xD9])).decode()
        if code in (0xDC, 0xDD):
            return [self.read() for _ in range(self.number("HI"[code - 0xDC]))]
        if code in (0xDE, 0xDF):
            return self.map(self.number("HI"[code - 0xDE]))
        raise ValueError("unknown code %d" % code)

    def map(self, count):
        return {self.read(): self.read() for _ in range(count)}


class RpcError(Exception):
    pass


class Server:
    def __init__(self, name):
        self.name = name
        self.lock = threading.Lock()
        self.instances, self.events = {}, {}
        self.started, self.closed, self.next_event = 0, 0, 0

    def StartInstance(self, given):
        with self.lock:
            number = self.started
            self.started += 1
            self.instances[number] = json.loads(given["Config"])
        return {"Name": given["Name"], "Id": number, "Config": self.instances[number], "StartTime": 0}

    def CloseInstance(self, number):
        self.known(number)
        with self.lock:
            self.closed += 1
            del self.instances[number]
        return {"Name": self.name, "Id": number}

    def HandleEvent(self, event):
        config = self.known(event["InstanceId"])
        with self.lock:
            number = self.next_event
            self.next_event += 1
            self.events[number] = self.plugin(config, event["EventName"])
        return self.go_on(number, lambda plugin: next(plugin))

    def StepError(self, step):
        return self.go_on(step["EventId"], lambda plugin: plugin.throw(RpcError(step["Data"])))

    def step(self, step):
        return self.go_on(step["EventId"], lambda plugin: plugin.send(step["Data"]))

    def known(self, number):
        if number not in self.instances:
            raise RpcError("no plugin instance #%s" % number)
        return self.instances[number]

    def go_on(self, number, how):
        try:
            method, arguments = how(self.events[number])
            return {"EventId": number, "Data": {"Method": method, "Args": arguments}}
        except StopIteration:
            del self.events[number]
            return {"EventId": number, "Data": "ret"}

    def plugin(self, config, phase):
        results = []
        for name, *arguments in json.loads(config.get(phase) or "[]"):
            if name == "die":
                os._exit(3)
            elif name == "print":
                print(arguments[0], flush=True)
            elif name == "forget":
                self.instances.clear()
            elif name == "count":
                results.append([self.started, self.closed])
            elif name == "config":
                results.append(config)
            elif name == "bytes":
                results.append((yield arguments[0], [bytes(arguments[1])]))
            elif name == "answer":
                yield "kong.response.exit", [200, json.dumps(results, default=lambda data: {"bytes": list(data)})]
            else:
                try:
                    results.append((yield name, arguments))
                except RpcError as error:
                    results.append({"error": str(error)})

    def serve(self, connection):
        source = Input(connection)
        try:
            while True:
                _, message, method, arguments = source.read()
                method = method.split(".")[1]
                handler = self.step if method.startswith("Step") and method != "StepError" else getattr(self, method)
                try:
                    answer = [1, message, None, handler(*arguments)]
                except RpcError as error:
                    answer = [1, message, str(error), None]
                if method == "StartInstance":
                    connection.sendall(pack([2, "serverPid", os.getpid()]))
                connection.sendall(pack(answer))
        except (EOFError, OSError):
            pass


def describe(name):
    calls = [{phase: {"type": "string"}} for phase in PHASES]
    limit = {"limit": {"type": "integer", "between": [1, 10], "default": 5}}
    wanted = {"colours": {"type": "array", "elements": {"type": "string"}, "default": []}}
    return {
        "Name": name,
        "Phases": PHASES,
        "Version": "0.2",
        "Priority": 777,
        "Schema": {"name": name, "fields": [{"config": {"type": "record", "fields": calls + [limit, wanted]}}]},
    }


if __name__ == "__main__":
    if sys.argv[1] == "dump":
        print(json.dumps([describe(sys.argv[2])]))
    else:
        server = Server(sys.argv[2])
        if os.path.exists(sys.argv[3]):
            os.remove(sys.argv[3])
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(sys.argv[3])
        listener.listen(128)
        print("listening", flush=True)
        while True:
            threading.Thread(target=server.serve, args=(listener.accept()[0],), daemon=True).start()
