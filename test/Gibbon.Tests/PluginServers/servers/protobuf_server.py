"""A plugin server that speaks ProtoBuf:1, as those of Kong's kit for Go do. Its one plugin calls what its configuration says.

  protobuf_server.py dump NAME          what it has
  protobuf_server.py serve NAME SOCKET  serves
"""

import json
import os
import socket
import struct
import sys
import threading

PHASES = ["certificate", "preread", "rewrite", "access", "response", "log"]


def varint(number):
    number &= (1 << 64) - 1
    out = b""
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def whole(field, number):
    return varint(field << 3) + varint(number)


def data(field, content):
    content = content.encode() if isinstance(content, str) else content
    return varint(field << 3 | 2) + varint(len(content)) + content


def fields(message):
    """The fields of a message: number and value, bytes or a number."""
    place, found = 0, []

    def take_varint():
        nonlocal place
        number, shift = 0, 0
        while True:
            one = message[place]
            place += 1
            number |= (one & 0x7F) << shift
            shift += 7
            if one < 0x80:
                return number

    while place < len(message):
        tag = take_varint()
        if tag & 7 == 0:
            found.append((tag >> 3, take_varint()))
        elif tag & 7 == 1:
            found.append((tag >> 3, message[place:place + 8]))
            place += 8
        else:
            length = take_varint()
            found.append((tag >> 3, message[place:place + length]))
            place += length
    return found


def write_value(value):
    if value is None:
        return whole(1, 0)
    if isinstance(value, bool):
        return whole(4, value)
    if isinstance(value, (int, float)):
        return varint(2 << 3 | 1) + struct.pack("<d", value)
    if isinstance(value, str):
        return data(3, value)
    if isinstance(value, list):
        return data(6, write_list(value))
    return data(5, write_struct(value))


def write_list(items):
    return b"".join(data(1, write_value(item)) for item in items)


def write_struct(members):
    return b"".join(data(1, data(1, name) + data(2, write_value(value))) for name, value in members.items())


def read_value(message):
    for field, content in fields(message):
        if field == 2:
            return struct.unpack("<d", content)[0]
        if field == 3:
            return content.decode()
        if field == 4:
            return bool(content)
        if field == 5:
            return read_struct(content)
        if field == 6:
            return [read_value(item) for _, item in fields(content)]
    return None


def read_struct(message):
    return {name.decode(): read_value(value) for (_, name), (_, value) in (fields(entry) for _, entry in fields(message))}


def one(message, otherwise):
    found = fields(message)
    return found[0][1] if found else otherwise


WRITE = {
    "Empty": lambda: b"",
    "String": lambda text: data(1, text),
    "ByteString": lambda text: data(1, text),
    "Int": lambda number: whole(1, number),
    "Bool": lambda flag: whole(1, flag),
    "KV": lambda name, value: data(1, name) + data(2, write_value(value)),
    "Target": lambda host, port: data(1, host) + whole(2, port),
    "ExitArgs": lambda status, body, headers: whole(1, status) + data(2, body) + data(3, write_struct(headers)),
    "ConsumerSpec": lambda name, by_username: data(1, name) + whole(2, by_username),
    "AuthenticateArgs": lambda consumer, credential: data(1, data(1, consumer)) + data(2, data(1, credential) + data(2, consumer)),
    "ListValue": lambda *items: write_list(list(items)),
    "Struct": write_struct,
}

READ = {
    "Empty": lambda message: message.decode(),
    "String": lambda message: one(message, b"").decode(),
    "ByteString": lambda message: one(message, b"").decode(),
    "Int": lambda message: one(message, 0),
    "Number": lambda message: struct.unpack("<d", one(message, b"\0" * 8))[0],
    "Bool": lambda message: bool(one(message, 0)),
    "Value": read_value,
    "Struct": read_struct,
    "Message": lambda message: [[field, content.decode("latin-1") if isinstance(content, bytes) else content] for field, content in fields(message)],
}


class Connection:
    def __init__(self, connection):
        self.connection = connection
        self.file = connection.makefile("rb")

    def read(self):
        length = self.file.read(4)
        if len(length) < 4:
            raise EOFError
        count = struct.unpack("<I", length)[0]
        message = self.file.read(count)
        if len(message) < count:
            raise EOFError
        return message

    def write(self, message):
        self.connection.sendall(struct.pack("<I", len(message)) + message)

    def call(self, function, argument):
        self.write(function.encode())
        self.write(argument)
        return self.read()


class Server:
    def __init__(self):
        self.instances = {}

    def serve(self, connection):
        try:
            while True:
                call = dict(fields(connection.read()))
                answer = whole(1, call[1])
                if 33 in call:
                    answer += data(33, self.start(dict(fields(call[33]))))
                elif 35 in call:
                    answer += data(33, self.close(dict(fields(call[35]))))
                elif 36 in call:
                    event = dict(fields(call[36]))
                    self.run(connection, self.instances[event[1]], event[2].decode())
                    connection.write(b"")
                connection.write(answer)
        except (EOFError, OSError, KeyError):
            # As servers in Go do with every error: they hang up.
            connection.file.close()
            connection.connection.close()

    def start(self, given):
        config = json.loads(given[2])
        self.instances[config["__seq__"]] = config
        return data(1, given[1]) + whole(2, config["__seq__"])

    def close(self, given):
        del self.instances[given[1]]
        return whole(2, given[1])

    def run(self, connection, config, phase):
        results = []
        for name, *rest in json.loads(config.get(phase) or "[]"):
            if name == "die":
                os._exit(3)
            elif name == "forget":
                self.instances.clear()
            elif name == "hang up":
                raise EOFError
            elif name == "config":
                results.append(config)
            elif name == "answer":
                connection.call("kong.response.exit", WRITE["ExitArgs"](200, json.dumps(results), {"x-served": ["yes", "indeed"]}))
            else:
                wanted, given, *arguments = rest
                results.append(READ[wanted](connection.call(name, WRITE[given](*arguments))))


def describe(name):
    calls = [{phase: {"type": "string"}} for phase in PHASES]
    plugin = {"Name": name, "Phases": PHASES, "Version": "1.0.0", "Priority": 5}
    plugin["Schema"] = {"name": name, "fields": [{"config": {"type": "record", "fields": calls}}]}
    return {"Protocol": "ProtoBuf:1", "SocketPath": "/nowhere", "Plugins": [plugin]}


if __name__ == "__main__":
    if sys.argv[1] == "dump":
        print(json.dumps(describe(sys.argv[2])))
    else:
        server = Server()
        if os.path.exists(sys.argv[3]):
            os.remove(sys.argv[3])
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(sys.argv[3])
        listener.listen(128)
        while True:
            threading.Thread(target=server.serve, args=(Connection(listener.accept()[0]),), daemon=True).start()
