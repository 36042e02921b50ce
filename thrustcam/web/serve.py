"""From the options of `thrustcam web` to a running server."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from thrustcam.errors import ThrustcamError
from thrustcam.feedback.phrases import load_phrases
from thrustcam.feedback.plain import one_line
from thrustcam.history import History
from thrustcam.poses.models import install
from thrustcam.poses.watch import Watch
from thrustcam.rules.profile import load_profile
from thrustcam.web.door import Door
from thrustcam.web.server import LARGEST_MESSAGE, Server
from thrustcam.web.session import Session


@dataclass(frozen=True)
class Options:
    """What `thrustcam web` was asked.

    `certificate` and `key` are PEM files, None for http. `keep`: whether sets go to the history.
    """

    profile: str
    model: str
    language: str
    host: str
    port: int
    certificate: Path | None
    key: Path | None
    keep: bool


def serve(options: Options, tell: Callable[[str], None]) -> None:
    """Serve until Ctrl-C.

    Parameters
    ----------
    tell : given the address to open, once the server listens there.

    Raises
    ------
    ThrustcamError : when it can't be served like this, with what to do about it.
    """
    _check(options)
    phrases, profile = load_phrases(options.language), load_profile(options.profile)
    task = install(options.model)
    secure = options.certificate is not None

    @contextlib.contextmanager
    def open_session() -> Iterator[Session]:
        with contextlib.ExitStack() as stack:
            history = stack.enter_context(History.open()) if options.keep else None
            watch = stack.enter_context(Watch(task))
            yield Session(watch, profile, phrases, history, model=options.model)

    if options.keep:
        History.open().close()  # what is wrong with it is better said now than after the first rep
    door = Door()
    failures: list[BaseException] = []

    def failed(error: BaseException) -> None:
        failures.append(error)
        server.should_exit = True

    with _listen(options.host, options.port) as listener:
        config = uvicorn.Config(
            Server(open_session, door, phrases, failed, secure=secure).app(),
            log_level="critical",  # `failed` tells what there is to tell
            access_log=False,  # addresses hold the token
            lifespan="on",
            ws_max_size=LARGEST_MESSAGE,
            ws_per_message_deflate=False,  # JPEGs don't get smaller
            timeout_graceful_shutdown=2,
            server_header=False,
            ssl_certfile=options.certificate,
            ssl_keyfile=options.key,
        )
        server = _Announcing(config, lambda: tell(_address(options, listener, door.token)))
        with contextlib.suppress(KeyboardInterrupt):  # the usual way to end it
            server.run(sockets=[listener])
        if failures:
            raise failures[0]


class _Announcing(uvicorn.Server):
    """Tells when it is ready: until the model is loaded nobody could come in."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()


def _check(options: Options) -> None:
    if (options.certificate is None) != (options.key is None):
        raise ThrustcamError("--certificate and --key go together: name both files")
    if options.certificate is None:
        if not _is_loopback(options.host):
            raise ThrustcamError(
                f"browsers give no camera to http://{one_line(options.host)}: "
                "name a certificate with --certificate and --key, or stay on this machine"
            )
        return
    try:
        # A password would be asked for on the terminal, again and again.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(options.certificate, options.key, lambda: b"")
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        said = (getattr(error, "strerror", None) or str(error)).lower()
        raise ThrustcamError(
            f"the certificate {one_line(str(options.certificate))} and its key can't be used"
            f" ({one_line(said)}): "
            "name two PEM files that belong together, without a password"
        ) from error


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except (OSError, UnicodeError, OverflowError) as error:
        said = one_line((getattr(error, "strerror", None) or str(error)).lower())
        raise ThrustcamError(
            f"can't listen on {one_line(host)} port {port} ({said}): choose another with --host or --port"
        ) from error


def _address(options: Options, listener: socket.socket, token: str) -> str:
    scheme = "http" if options.certificate is None else "https"
    host = options.host
    with contextlib.suppress(ValueError):
        if ipaddress.ip_address(host).is_unspecified:
            host = _own_address()
    host = f"[{host}]" if ":" in host else host
    return f"{scheme}://{host}:{listener.getsockname()[1]}/?token={token}"


def _own_address() -> str:
    """This machine's address as others in its network know it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address kept for documentation; nothing is sent
        except OSError:
            return socket.gethostname()
        return str(probe.getsockname()[0])
