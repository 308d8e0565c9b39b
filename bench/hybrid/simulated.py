"""Data planes that are none: they connect, take what they are sent, and say that they have it. One process holds a thousand."""
import asyncio
import json
import os
import ssl
import struct
import time
import uuid

# What is shorter is read; of what is longer only the number of the call is, which stands at its end.
SHORT = 64 * 1024


def pack(text):
    """A Snappy block of literals alone."""
    data = text.encode()
    block = bytearray()
    rest = len(data)
    while rest >= 0x80:
        block.append(rest & 0x7F | 0x80)
        rest >>= 7
    block.append(rest)
    for start in range(0, len(data), 60):
        some = data[start:start + 60]
        block.append((len(some) - 1) << 2)
        block += some
    return bytes(block)


def unpack(block):
    place = 0
    while block[place] & 0x80:
        place += 1
    place += 1
    text = bytearray()
    while place < len(block):
        tag = block[place]
        place += 1
        length = (tag >> 2) + 1
        if tag & 3 == 0:
            if length > 60:
                more = length - 60
                length = 1 + int.from_bytes(block[place:place + more], "little")
                place += more
            text += block[place:place + length]
            place += length
            continue
        if tag & 3 == 1:
            length, offset = 4 + ((tag >> 2) & 7), (tag >> 5) << 8 | block[place]
            place += 1
        else:
            size = 2 if tag & 3 == 2 else 4
            offset = int.from_bytes(block[place:place + size], "little")
            place += size
        for _ in range(length):
            text.append(text[-offset])
    return bytes(text)


class DataPlane:
    """Speaks the second protocol as our own data planes do."""

    def __init__(self):
        self.id = str(uuid.uuid4())
        self.version = 0
        self.taken = 0.0
        self.received = 0
        self.whole = asyncio.Event()

    async def connect(self, port, context):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname="kong_clustering", limit=SHORT)
        self.writer.write(b"GET /v2/outlet HTTP/1.1\r\nUpgrade: websocket\r\nHost: h\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                          b"Sec-WebSocket-Protocol: kong.meta.v1\r\nSec-WebSocket-Version: 13\r\nConnection: Upgrade\r\n\r\n")
        head = await self.reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 101"):
            raise RuntimeError(head)
        hello = {"rpc_capabilities": ["kong.sync.v2"], "rpc_frame_encodings": ["x-snappy-framed"], "kong_version": "3.9.1", "kong_hostname": "simulated",
                 "kong_node_id": self.id, "kong_conf": {}, "gibbon": {"protocol": 1}}
        self.send(json.dumps({"jsonrpc": "2.0", "method": "kong.meta.v1.hello", "params": [hello], "id": 1}).encode())
        await self.read_frame()
        self.ask()
        self.running = asyncio.ensure_future(self.run())

    def ask(self):
        call = {"jsonrpc": "2.0", "method": "kong.sync.v2.get_delta", "params": [{"default": {"version": self.version}}], "id": 0}
        self.send(pack(json.dumps(call)))

    def send(self, payload, opcode=2):
        size = struct.pack("!B", 0x80 | len(payload)) if len(payload) < 126 else struct.pack("!BH", 0x80 | 126, len(payload)) \
            if len(payload) < 65536 else struct.pack("!BQ", 0x80 | 127, len(payload))
        self.writer.write(bytes([0x80 | opcode]) + size + b"\0\0\0\0" + payload)

    async def read_frame(self):
        first, second = await self.reader.readexactly(2)
        size = second & 0x7F
        if size == 126:
            size = struct.unpack("!H", await self.reader.readexactly(2))[0]
        elif size == 127:
            size = struct.unpack("!Q", await self.reader.readexactly(8))[0]
        self.received += size
        if size < SHORT:
            return first & 15, await self.reader.readexactly(size)
        tail = b""
        while size:
            some = await self.reader.read(min(size, SHORT))
            if not some:
                raise EOFError
            size -= len(some)
            tail = (tail + some)[-64:]
        return first & 15, tail

    async def run(self):
        try:
            while True:
                opcode, payload = await self.read_frame()
                if opcode == 9:
                    self.send(b"", 10)
                elif opcode == 8:
                    return
                elif opcode == 2:
                    self.take(payload)
        except (EOFError, OSError, asyncio.IncompleteReadError):
            return

    def take(self, payload):
        if len(payload) == 64 and not payload.startswith(b"{") and b'"id":' in payload:
            # A long answer: everything. Which version it was is asked next; a call with so much is answered by what comes after it.
            self.whole.set()
            return
        message = json.loads(unpack(payload))
        body = message["params"][0] if "method" in message else message["result"]
        if "method" not in message:
            self.version = body["default"].get("version", self.version)
            self.whole.set()
            return
        self.version = body["default"]["version"]
        self.taken = time.perf_counter()
        self.send(pack(json.dumps({"jsonrpc": "2.0", "result": self.version, "id": message["id"]})))

    def close(self):
        self.running.cancel()
        self.writer.transport.abort()


def context_of(certificate, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.load_cert_chain(certificate, key)
    return context


async def connect_all(count, port, certificate, key):
    """So many data planes, of which each has got everything."""
    context = context_of(certificate, key)
    planes = [DataPlane() for _ in range(count)]
    for some in range(0, count, 50):
        await asyncio.gather(*(plane.connect(port, context) for plane in planes[some:some + 50]))
    await asyncio.gather(*(plane.whole.wait() for plane in planes))
    return planes


def resident(pid):
    """The memory of a process in MiB: at present, and at its most."""
    found = {}
    with open("/proc/%d/status" % pid) as status:
        for line in status:
            if line.startswith(("VmRSS", "VmHWM")):
                found[line[:5]] = int(line.split()[1]) // 1024
    return found["VmRSS"], found["VmHWM"]


def raise_descriptors():
    import resource
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


if __name__ == "__main__":
    os.sys.exit("a part of hybrid.py")
