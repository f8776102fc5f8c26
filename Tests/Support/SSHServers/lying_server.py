"""An SFTP server that lies, by a JSON object, the only argument: its answers are made by hand, byte by byte.

root, and what it lies about, each of which may be left out:
algorithms ({macs, ciphers, exchanges}: the only ones that it has), longNames (how many bytes each of the endless names in a listing has),
endlessNames (listings never end; a text, in which # is a number), alsoListed (names in hexadecimal), endless (names of files that never end),
exists (a text: of every path with it the server says that a plain file is there), statuses ([{request, path, status, message}]: the answer
to a request for a path that ends so), trickle ({after, seconds}: from that many bytes on each byte comes so many seconds after the one before it),
fileSystems ({path: number}: what statvfs@openssh.com says of a path that ends so), extensions (the names that it has).
"""

import errno
import struct

lies = options["lies"]

NAMES = REQUESTS | {200: "extended"}
STATUSES = {errno.ENOENT: 2, errno.ENOTDIR: 2, errno.EACCES: 3, errno.EPERM: 3}
EXTENSIONS = options.get("extensions", ["posix-rename@openssh.com", "statvfs@openssh.com"])


class Status(Exception):
    def __init__(self, code, message=""):
        self.code, self.message = code, message


def field(data):
    return struct.pack(">I", len(data)) + data


def attributes(info=None, size=None):
    if info is None:
        return struct.pack(">IQIII", 1 | 4 | 8, size, 0o100644, 1, 1)
    return struct.pack(">IQIII", 1 | 4 | 8, info.st_size, info.st_mode, int(info.st_atime), int(info.st_mtime))


class Request:
    def __init__(self, data):
        self.rest = data

    def number(self, form):
        size = struct.calcsize(form)
        value = struct.unpack(form, self.rest[:size])[0]
        self.rest = self.rest[size:]
        return value

    def field(self):
        length = self.number(">I")
        data, self.rest = self.rest[:length], self.rest[length:]
        return data


class Session(asyncssh.SSHServerSession):
    """The subsystem sftp on one channel."""

    def __init__(self):
        self.handles = {}
        self.last = 0
        self.sent = 0
        self.made = 0
        self.come = bytearray()
        self.has_ended = False
        self.more = asyncio.Event()
        self.may_write = asyncio.Event()
        self.may_write.set()

    def connection_made(self, chan):
        self.chan = chan

    def connection_lost(self, exc):
        self.has_ended = True
        self.more.set()
        self.may_write.set()

    def subsystem_requested(self, subsystem):
        return subsystem == "sftp"

    def session_started(self):
        self.task = asyncio.ensure_future(self.run())

    def data_received(self, data, datatype):
        self.come += data
        self.more.set()

    def pause_writing(self):
        self.may_write.clear()

    def resume_writing(self):
        self.may_write.set()

    async def read(self, count):
        while len(self.come) < count:
            if self.has_ended:
                raise ConnectionError()
            self.more.clear()
            await self.more.wait()
        data = bytes(self.come[:count])
        del self.come[:count]
        return data

    async def write(self, data):
        await self.may_write.wait()
        if self.has_ended:
            raise ConnectionError()
        self.chan.write(data)

    async def run(self):
        try:
            await self.talk()
        except (ConnectionError, OSError, asyncssh.Error):
            self.chan.close()

    async def talk(self):
        while True:
            packet = await self.read(struct.unpack(">I", await self.read(4))[0])
            if packet[0] == 1:
                body = struct.pack(">BI", 2, 3) + b"".join(field(name.encode()) + field(b"2" if name.startswith("statvfs") else b"1") for name in EXTENSIONS)
                await self.send(body)
                continue
            number = struct.unpack(">I", packet[1:5])[0]
            name = NAMES.get(packet[0], "unknown")
            try:
                kind, body = self.answer(name, Request(packet[5:]))
            except Status as status:
                kind, body = 101, struct.pack(">I", status.code) + field(status.message.encode()) + field(b"en")
            except OSError as error:
                kind, body = 101, struct.pack(">I", STATUSES.get(error.errno, 4)) + field(str(error).encode()) + field(b"en")
            await self.send(struct.pack(">BI", kind, number) + body)

    async def send(self, body):
        packet = struct.pack(">I", len(body)) + body
        trickle = lies.get("trickle")
        if trickle and self.sent + len(packet) > trickle["after"]:
            for byte in packet:
                await self.write(bytes([byte]))
                await asyncio.sleep(trickle["seconds"])
        else:
            await self.write(packet)
        self.sent += len(packet)

    def keep(self, value):
        self.last += 1
        handle = str(self.last).encode()
        self.handles[handle] = value
        return 102, field(handle)

    def lie(self, name, path):
        """Throws the answer that this path gets for this request, where it is to get one."""
        for status in lies.get("statuses", []):
            if status["request"] == name and path.decode("utf-8", "replace").endswith(status["path"]):
                raise Status(status["status"], status.get("message", "no"))

    def exists(self, path):
        return "exists" in lies and lies["exists"].encode() in path

    def answer(self, name, request):
        done = 101, struct.pack(">I", 0) + field(b"") + field(b"")
        if name == "extended":
            name = request.field().decode()
        if name in ("close", "read", "write", "fstat", "fsetstat", "readdir"):
            handle = request.field()
            path, file = self.handles[handle]
            self.lie(name, path)
            if name == "close":
                del self.handles[handle]
                if file is not None:
                    os.close(file)
                return done
            if name == "read":
                offset, count = request.number(">Q"), request.number(">I")
                if os.path.basename(path).decode() in lies.get("endless", []):
                    return 103, field(b"x,1\n" * (count // 4))
                data = os.pread(file, count, offset)
                if not data:
                    raise Status(1, "end of file")
                return 103, field(data)
            if name == "write":
                offset = request.number(">Q")
                os.pwrite(file, request.field(), offset)
                return done
            if name == "fstat":
                return 105, attributes(os.fstat(file))
            if name == "fsetstat":
                return done
            return self.names(handle)
        path = request.field()
        log(f"request: {name} {path[:300]!r}")
        self.lie(name, path)
        if name == "open":
            flags = request.number(">I")
            mode = os.O_RDWR if flags & 2 else os.O_RDONLY
            mode |= (os.O_CREAT if flags & 8 else 0) | (os.O_EXCL if flags & 32 else 0)
            return self.keep((path, os.open(path, mode, 0o644)))
        if name in ("stat", "lstat"):
            try:
                return 105, attributes(os.lstat(path) if name == "lstat" else os.stat(path))
            except FileNotFoundError:
                if self.exists(path):
                    return 105, attributes(size=7)
                raise
        if name == "opendir":
            return self.keep((path, None)) if os.path.isdir(path) else (101, struct.pack(">I", 2) + field(b"") + field(b""))
        if name == "realpath":
            return 104, struct.pack(">I", 1) + field(os.path.realpath(path)) + field(b"") + struct.pack(">I", 0)
        if name == "mkdir":
            os.mkdir(path)
        elif name == "remove":
            os.unlink(path)
        elif name == "rmdir":
            os.rmdir(path)
        elif name in ("rename", "posix-rename@openssh.com"):
            target = request.field()
            if self.exists(target) or (name == "rename" and os.path.lexists(target)):
                raise Status(4, "Failure")
            os.rename(path, target)
        elif name == "statvfs@openssh.com":
            known = lies.get("fileSystems", {})
            number = next((known[end] for end in known if path.decode().endswith(end)), 1)
            return 201, struct.pack(">11Q", 4096, 4096, 10, 5, 5, 10, 5, 5, number, 0, 255)
        elif name != "setstat":
            raise Status(8, "unsupported")
        return done

    def names(self, handle):
        path, _ = self.handles[handle]
        if "longNames" in lies:
            self.made += 1
            # Answers that come byte by byte are short, so that none of them is late by itself.
            count = 1 if "trickle" in lies else max(1, min(100, 1_000_000 // lies["longNames"]))
            names = [f"{self.made}-{index}".encode().rjust(lies["longNames"], b"n") for index in range(count)]
            return 104, self.listing([(name, attributes(size=1)) for name in names])
        if "endlessNames" in lies:
            self.made += 1
            names = [lies["endlessNames"].replace("#", f"{self.made}-{index}").encode() for index in range(100)]
            return 104, self.listing([(name, attributes(size=1)) for name in names])
        if (handle, "read") in self.handles:
            raise Status(1, "end of file")
        self.handles[(handle, "read")] = True
        names = [(name, attributes(os.lstat(os.path.join(path, name)))) for name in os.listdir(path)]
        names += [(bytes.fromhex(name), attributes(size=10)) for name in lies.get("alsoListed", [])]
        if not names:
            raise Status(1, "end of file")
        return 104, self.listing(names)

    def listing(self, names):
        return struct.pack(">I", len(names)) + b"".join(field(name) + field(b"") + known for name, known in names)


class Server(PasswordServer):
    def session_requested(self):
        return self.conn.create_server_channel(encoding=None), Session()


algorithms = options.get("algorithms", {})
only = {"macs": "mac_algs", "ciphers": "encryption_algs", "exchanges": "kex_algs"}
asyncio.run(serve(Server, **{only[key]: algorithms[key] for key in algorithms}))
