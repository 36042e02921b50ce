"""The web server: one page, one WebSocket, one browser at a time."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import secrets
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from importlib.resources import files
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from thrustcam.feedback.phrases import Phrases
from thrustcam.web.door import Door
from thrustcam.web.session import Session

T = TypeVar("T")

LARGEST_MESSAGE = 8_000_000  # bytes; a 4K picture has 2 MB
_AWAY_S = 10.0  # a page that is gone for so long does not come back to this set
_OPENED_ELSEWHERE = 4001
_PAGE = files("thrustcam.web") / "page"
_HOST = re.compile(r"[A-Za-z0-9.\-\[\]:]+")


class Server:
    """Serves the page and coaches whoever opens it.

    Parameters
    ----------
    open_session : the coach; opened, used and closed in one thread of its own.
    door : who may come in.
    phrases : what the page says, in which language.
    failed : told what went wrong, when the coach can't go on; the server is to be stopped then.
    secure : whether it is served over https.
    """

    def __init__(
        self,
        open_session: Callable[[], AbstractContextManager[Session]],
        door: Door,
        phrases: Phrases,
        failed: Callable[[BaseException], None],
        *,
        secure: bool,
    ) -> None:
        self._open_session, self._door, self._phrases, self._secure = open_session, door, phrases, secure
        self._failed = failed
        self._thread = ThreadPoolExecutor(1, "coach")
        self._session: Session | None = None
        self._page: WebSocket | None = None
        self._away: asyncio.Task[None] | None = None

    def app(self) -> Starlette:
        """What a web server runs."""
        return Starlette(
            routes=[Route("/", self._index, methods=["GET"]), WebSocketRoute("/frames", self._frames)],
            lifespan=self._lifespan,
        )

    @contextlib.asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        with ExitStack() as stack:
            # One thread from the first call to the last: neither the model nor the coach likes two.
            self._session = await self._do(lambda: stack.enter_context(self._open_session()))
            try:
                yield
            finally:
                with contextlib.suppress(Exception):  # `failed` knows
                    await self._do(self._session.stop)
                await self._do(stack.close)
                self._thread.shutdown()

    async def _do(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except Exception as error:
            self._failed(error)
            raise

    # --- the page ---------------------------------------------------------------------------------------

    async def _index(self, request: Request) -> Response:
        key = request.cookies.get(self._cookie(request), "")
        if token := request.query_params.get("token"):
            key = self._door.admit(token) or key
        if not self._door.knows(key):
            return PlainTextResponse(
                "This address does not work (any more): open the one that `thrustcam web` shows, once.\n", 403
            )
        response = _page(request.headers.get("host", ""), self._phrases)
        response.set_cookie(
            self._cookie(request), key, httponly=True, samesite="strict", secure=self._secure, path="/"
        )
        return response

    @staticmethod
    def _cookie(connection: Request | WebSocket) -> str:
        """Cookies know no ports: two servers on one machine would take each other's."""
        return f"thrustcam_{connection.url.port or 0}"

    # --- the pictures -----------------------------------------------------------------------------------

    async def _frames(self, page: WebSocket) -> None:
        key = page.cookies.get(self._cookie(page), "")
        if not _same_origin(page) or not self._door.enter(key):
            await page.close()  # before it was accepted: the browser gets a 403
            return
        await page.accept()
        earlier, self._page = self._page, page
        if earlier is not None:
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await earlier.close(_OPENED_ELSEWHERE)
        if self._away is not None:
            self._away.cancel()
        try:
            await self._coach(page)
        except Exception:
            # A page that was closed while we wrote, in several shapes; what the coach raises `failed` knows.
            with contextlib.suppress(RuntimeError):
                await page.close()
        finally:
            if self._page is page:
                self._page = None
                self._away = asyncio.create_task(self._end_later())

    async def _coach(self, page: WebSocket) -> None:
        session = self._session
        assert session is not None
        await page.send_json(await self._do(session.connected))
        while self._page is page:
            message = await page.receive()
            if message["type"] == "websocket.disconnect":
                return
            if (picture := message.get("bytes")) is not None:
                await _tell(page, await self._do(partial(session.picture, picture)))
                await _tell(page, await self._do(session.judge))
            else:
                await _tell(page, await self._asked(session, message.get("text") or ""))

    async def _asked(self, session: Session, text: str) -> dict[str, Any]:
        try:
            asked = json.loads(text)
        except ValueError:
            asked = None
        asked = asked if isinstance(asked, dict) else {}
        if asked.get("do") == "stop":
            return await self._do(session.stop)
        if asked.get("do") == "profile":
            return await self._do(partial(session.choose_profile, str(asked.get("name"))))
        if asked.get("do") == "load":
            return await self._do(partial(session.choose_load, asked.get("kg")))
        return {"kind": "trouble", "key": "camera.format"}

    async def _end_later(self) -> None:
        """End the set when the page stays away."""
        await asyncio.sleep(_AWAY_S)
        if self._session is not None:
            await self._do(self._session.stop)


async def _tell(page: WebSocket, told: dict[str, Any]) -> None:
    await page.send_text(json.dumps(told, allow_nan=False))


def _page(host: str, phrases: Phrases) -> HTMLResponse:
    """The page with its style and its script in it; it may load nothing and talk to nobody but us."""
    nonce = secrets.token_urlsafe(16)
    html = _read("page.html").replace('lang="en"', f'lang="{phrases.code}"')
    words = json.dumps(dict(phrases.texts)).replace("<", r"\u003c")
    html = html.replace("<!-- words -->", f'<script type="application/json" id="words">{words}</script>')
    for name, text in (("style", "page.css"), ("script", "page.js")):
        html = html.replace(f"<!-- {name} -->", f'<{name} nonce="{nonce}">{_read(text)}</{name}>')
    talk = (
        f"'self' ws://{host} wss://{host}" if _HOST.fullmatch(host) else "'self'"
    )  # old Safari: no ws in self
    policy = (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src data:;"
        f" media-src 'self' blob:; connect-src {talk}; base-uri 'none'; form-action 'none';"
        " frame-ancestors 'none'"
    )
    return HTMLResponse(
        html,
        headers={
            "Content-Security-Policy": policy,
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "Permissions-Policy": "camera=(self), microphone=()",
            "Cross-Origin-Opener-Policy": "same-origin",
        },
    )


def _read(name: str) -> str:
    return (_PAGE / name).read_text("utf-8")


def _same_origin(page: WebSocket) -> bool:
    """Whether our own page opens the connection; other sites may try to, with our cookie."""
    origin, host = page.headers.get("origin", ""), page.headers.get("host", "")
    return bool(host) and origin.partition("://")[2] == host
