"""A mail server on loopback that keeps each mail in a folder: smtp_server.py FOLDER [--host HOST] [--password P] [--certificate FILE --key FILE]."""
import argparse, asyncio, itertools, os, ssl, sys

from aiosmtpd.smtp import SMTP, AuthResult

arguments = argparse.ArgumentParser()
arguments.add_argument("folder")
arguments.add_argument("--host", default="127.0.0.1")
arguments.add_argument("--password")
arguments.add_argument("--certificate")
arguments.add_argument("--key")
given = arguments.parse_args()


class Keeper:
    numbers = itertools.count(1)

    async def handle_DATA(self, server, session, envelope):
        path = os.path.join(given.folder, f"{next(self.numbers):03}")
        head = f"{envelope.mail_from} {' '.join(envelope.rcpt_tos)} login={getattr(session, 'login', None)} tls={session.ssl is not None}\n"
        with open(path + ".part", "wb") as file:
            file.write(head.encode() + envelope.content)
        os.rename(path + ".part", path + ".mail")
        return "250 kept"


def authenticate(server, session, envelope, mechanism, data):
    session.login = data.login.decode()
    return AuthResult(success=data.password.decode() == given.password, handled=False)


async def main():
    context = None
    if given.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(given.certificate, given.key)

    def connection():
        return SMTP(
            Keeper(),
            hostname="localhost",
            tls_context=context,
            authenticator=authenticate if given.password else None,
            auth_required=given.password is not None,
            auth_require_tls=False,
        )

    server = await asyncio.get_running_loop().create_server(connection, given.host, 0)
    with open(os.path.join(given.folder, "port.part"), "w") as file:
        file.write(str(server.sockets[0].getsockname()[1]))
    os.rename(os.path.join(given.folder, "port.part"), os.path.join(given.folder, "port"))
    # Ends with whoever started it.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    os._exit(0)


asyncio.run(main())
