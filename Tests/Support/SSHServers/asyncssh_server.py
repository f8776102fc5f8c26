"""An SFTP server whose behaviour is set by a JSON object, the only argument.

root, prompts ({user: [answer, ...]}), banner, chroot,
extensions (none: all that the library has), listedBesides (names in hexadecimal), bareListings, overwritingRename,
shortReads, noLogin, timeShift (seconds by which all times are wrong), readOnce (how many bytes of a file may be read, which
is gone once it was opened), listingChange ({directory, remove: [path], add: {path: text}}: what happens there once, right
after a listing), and faults: [{request, effect, performed, skip, count, status, message}]. What may be none may be left out.
"""

from asyncssh import sftp
from asyncssh.packet import Byte, String, UInt32

faults = options["faults"]


def fault_of(request):
    """The fault that strikes this request, if one does; counts the request for all of them."""
    struck = None
    for fault in faults:
        if fault["request"] != request:
            continue
        fault["seen"] = fault.get("seen", 0) + 1
        number = fault["seen"] - fault["skip"]
        if number > 0 and ("count" not in fault or number <= fault["count"]):
            struck = struck or fault
    if struck:
        log(f"fault: {request} {struck['effect']} performed={struck['performed']}")
    return struck


def change_listing():
    change = options.pop("listingChange")
    for path in change["remove"]:
        os.unlink(os.path.join(options["root"], path))
    for path, text in change["add"].items():
        with open(os.path.join(options["root"], path), "w") as file:
            file.write(text)
    log("listing changed")


class Handler(sftp.SFTPServerHandler):
    answer_instead = None
    lists_what_changes = False

    async def run(self):
        self.connection = self._writer.channel.get_connection()
        fault = fault_of("init")
        if fault and fault["effect"] == "drop":
            self.connection.abort()
        elif fault:
            await asyncio.Event().wait()
        else:
            await super().run()

    async def _process_packet(self, pkttype, pktid, packet):
        request = REQUESTS.get(pkttype, "extended")
        if pkttype == 200:
            rest = packet.get_remaining_payload()
            request = rest[4 : 4 + int.from_bytes(rest[:4], "big")].decode()
        paths = packet.get_remaining_payload() if request in ("open", "rename", "remove", "mkdir", "opendir") else b""
        log(f"request: {request} {paths[:300]!r}" if paths else f"request: {request}")
        fault = fault_of(request)
        if request == "opendir" and "listingChange" in options:
            self.lists_what_changes = paths[4:].endswith(options["listingChange"]["directory"].encode())
        if fault is None:
            await super()._process_packet(pkttype, pktid, packet)
            if request == "readdir" and self.lists_what_changes:
                self.lists_what_changes = False
                change_listing()
            return
        self.answer_instead = fault
        if fault["performed"]:
            await super()._process_packet(pkttype, pktid, packet)
        else:
            self.send_packet(101, pktid)
        self.answer_instead = None

    def send_packet(self, pkttype, pktid, *args):
        fault = self.answer_instead
        if fault is None:
            return super().send_packet(pkttype, pktid, *args)
        if fault["effect"] == "drop":
            self.connection.abort()
        elif fault["effect"] == "status":
            status = UInt32(fault["status"]) + String(fault["message"]) + String("en")
            super().send_packet(101, pktid, UInt32(pktid), status)


class Files(asyncssh.SFTPServer):
    def __init__(self, chan):
        super().__init__(chan, chroot=options["root"].encode() if options["chroot"] else None)

    def map_path(self, path):
        if options["chroot"]:
            return super().map_path(path)
        return os.path.join(options["root"].encode(), path)

    def realpath(self, path):
        if options["chroot"]:
            return super().realpath(path)
        return os.path.realpath(self.map_path(path))

    def rename(self, oldpath, newpath):
        if options["overwritingRename"]:
            return self.posix_rename(oldpath, newpath)
        return super().rename(oldpath, newpath)

    def open(self, path, pflags, attrs):
        file_obj = super().open(path, pflags, attrs)
        if "readOnce" in options and not pflags & asyncssh.FXF_WRITE:
            os.unlink(self.map_path(path))
            log("read once: the file is gone")
        return file_obj

    def read(self, file_obj, offset, size):
        size = max(0, min(size, options.get("readOnce", offset + size) - offset))
        return super().read(file_obj, offset, max(1, size // 3) if options["shortReads"] else size)


class FilesAndMore(Files):
    def listdir(self, path):
        attributes = sftp.SFTPAttrs(size=10, uid=0, gid=0, permissions=0o100644, atime=1, mtime=1)
        names = [bytes.fromhex(name) for name in options["listedBesides"]]
        return os.listdir(self.map_path(path)) + [sftp.SFTPName(name, b"-", attributes) for name in names]


class Server(PasswordServer):
    async def begin_auth(self, username):
        fault = fault_of("login")
        if fault and fault["effect"] == "drop":
            self.conn.abort()
        elif fault:
            await asyncio.Event().wait()
        if "banner" in options:
            self.conn.send_auth_banner(options["banner"])
        return not options["noLogin"]

    def kbdint_auth_supported(self):
        return bool(options["prompts"])

    def get_kbdint_challenge(self, username, lang, submethods):
        answers = options["prompts"].get(username, [""])
        prompts = ["Password: ", "Verification code: ", "Another code: "]
        return "Login", "Answer each question.", "en", [(prompt, False) for prompt in prompts[: len(answers)]]

    def validate_kbdint_response(self, username, responses):
        return options["prompts"].get(username) == list(responses)


class BareName(sftp.SFTPName):
    def encode(self, sftp_version):
        return String(self.filename) + String("") + sftp.SFTPAttrs().encode(sftp_version)


def shift_times(seconds):
    encode = sftp.SFTPAttrs.encode

    def encode_shifted(attrs, sftp_version):
        if attrs.mtime is None:
            return encode(attrs, sftp_version)
        attrs.mtime += seconds
        try:
            return encode(attrs, sftp_version)
        finally:
            attrs.mtime -= seconds

    sftp.SFTPAttrs.encode = encode_shifted


async def main():
    sftp.SFTPServerHandler = Handler
    if "extensions" in options:
        kept = [name.encode() for name in options["extensions"]]
        Handler._extensions = [pair for pair in Handler._extensions if pair[0] in kept]
        known = Handler._packet_handlers
        Handler._packet_handlers = {key: known[key] for key in known if isinstance(key, int) or key in kept}
    if "timeShift" in options:
        shift_times(options["timeShift"])
    if options["bareListings"]:
        sftp.SFTPName.encode = BareName.encode
    await serve(Server, sftp_factory=FilesAndMore if options["listedBesides"] else Files)


asyncio.run(main())
