"""`thrustcam web`: coaching on a page in the browser, on this machine or on a phone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from thrustcam.cli.streams import say, show
from thrustcam.errors import ThrustcamError


def web(
    *,
    profile: Annotated[
        str, typer.Option(metavar="P", help="The variant of the lift, or your own limits in a .toml file.")
    ] = "barbell",
    model: Annotated[str, typer.Option(metavar="M", help="Pose model: lite, full or heavy.")] = "full",
    language: Annotated[str, typer.Option(metavar="L", help="Language of the page and its voice.")] = "en",
    host: Annotated[
        str, typer.Option(metavar="H", help="Where to listen; 0.0.0.0 lets a phone in, with a certificate.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="N", min=0, max=65535, help="0 takes a free one.")] = 8765,
    certificate: Annotated[
        Path | None, typer.Option(metavar="F", help="Your certificate (PEM), for https.")
    ] = None,
    key: Annotated[Path | None, typer.Option(metavar="F", help="Its private key (PEM).")] = None,
    keep: Annotated[bool, typer.Option("--keep/--no-keep", help="Keep the sets in the history.")] = True,
) -> None:
    """Coach live on a page in the browser; the pictures stay on this machine."""
    _need_extra()
    from thrustcam.web.serve import Options, serve  # noqa: PLC0415

    def tell(address: str) -> None:
        show(address)
        say("open this address in a browser, once; Ctrl-C ends it")

    serve(Options(profile, model, language, host, port, certificate, key, keep), tell)


def _need_extra() -> None:
    from importlib.util import find_spec  # noqa: PLC0415

    from thrustcam.doctor import WEB_PACKAGES  # noqa: PLC0415

    missing = [name for name in WEB_PACKAGES if find_spec(name) is None]
    if missing:
        what = " and ".join([", ".join(missing[:-1]), missing[-1]] if len(missing) > 1 else missing)
        raise ThrustcamError(f"`thrustcam web` also needs {what}: run `pip install 'thrustcam[web]'`")
