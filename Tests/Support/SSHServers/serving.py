"""What the servers on asyncssh share; it stands before each one's own script. All that they are told is a JSON object, the only argument.

port, hostKeys, authorizedKeys (may be left out), passwords ({user: password}).
"""

import asyncio
import json
import os
import sys
import warnings

warnings.simplefilter("ignore")
import asyncssh

options = json.loads(sys.argv[1])

REQUESTS = {
    3: "open", 4: "close", 5: "read", 6: "write", 7: "lstat", 8: "fstat", 9: "setstat", 10: "fsetstat", 11: "opendir",
    12: "readdir", 13: "remove", 14: "mkdir", 15: "rmdir", 16: "realpath", 17: "stat", 18: "rename", 19: "readlink",
    20: "symlink",
}


def log(text):
    print(text, file=sys.stderr, flush=True)


class PasswordServer(asyncssh.SSHServer):
    def connection_made(self, conn):
        self.conn = conn
        log("connection")

    def auth_completed(self):
        log("login")

    def password_auth_supported(self):
        return bool(options["passwords"])

    def validate_password(self, username, password):
        return options["passwords"].get(username) == password


async def serve(server, **more):
    await asyncssh.listen(
        "127.0.0.1",
        options["port"],
        server_factory=server,
        server_host_keys=options["hostKeys"],
        authorized_client_keys=options.get("authorizedKeys"),
        login_timeout=0,
        reuse_address=True,
        line_editor=False,
        **more,
    )
    log(f"listening on {options['port']}")
    await asyncio.Event().wait()
