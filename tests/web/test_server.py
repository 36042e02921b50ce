"""Who gets the page, what the page may do, and what a connection is told."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import threading
import time
import urllib.error
import urllib.request

import pytest

pytest.importorskip("starlette")
uvicorn = pytest.importorskip("uvicorn")
client = pytest.importorskip("websockets.sync.client")

from websockets.exceptions import ConnectionClosed, InvalidStatus  # noqa: E402

from thrustcam.feedback.phrases import load_phrases  # noqa: E402
from thrustcam.web import server as module  # noqa: E402
from thrustcam.web.door import Door  # noqa: E402
from thrustcam.web.server import Server  # noqa: E402


class FakeSession:
    """Remembers what it was asked, and in which thread."""

    def __init__(self):
        self.asked, self.threads = [], set()

    def _note(self, what, **told):
        self.asked.append(what)
        self.threads.add(threading.get_ident())
        return {"kind": what, **told}

    def connected(self):
        return self._note("hello")

    def picture(self, message):
        return self._note("seen", size=len(message))

    def judge(self):
        return self._note("judged")

    def choose_profile(self, name):
        return self._note("profile", profile=name)

    def stop(self):
        return self._note("stopped")


class Running:
    """A server on a free port of this machine."""

    def __init__(self):
        self.session, self.door = FakeSession(), Door()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.place = f"127.0.0.1:{self.listener.getsockname()[1]}"
        self.failures = []
        app = Server(self._open, self.door, load_phrases("en"), self.failures.append, secure=False).app()
        config = uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1, lifespan="on")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.listener]})

    @contextlib.contextmanager
    def _open(self):
        self.session._note("open")
        yield self.session
        self.session._note("close")

    def get(self, path="/", cookie=None):
        request = urllib.request.Request(
            f"http://{self.place}{path}", headers={"Cookie": cookie} if cookie else {}
        )
        try:
            return urllib.request.urlopen(request, timeout=10)
        except urllib.error.HTTPError as error:
            return error

    def cookie(self):
        """Load the page as a browser does; the cookie it gets."""
        return self.get(f"/?token={self.door.token}").headers["Set-Cookie"].partition(";")[0]

    def connect(self, cookie, origin=None):
        headers = {"Cookie": cookie} if cookie else {}
        origin = origin if origin is not None else f"http://{self.place}"
        return client.connect(f"ws://{self.place}/frames", additional_headers=headers, origin=origin)


@pytest.fixture
def running():
    made = Running()
    made.thread.start()
    end = time.monotonic() + 10
    while not made.server.started and time.monotonic() < end:
        time.sleep(0.01)
    yield made
    made.server.should_exit = True
    made.thread.join(10)
    assert not made.thread.is_alive()


def told(connection):
    return json.loads(connection.recv(timeout=10))


def test_the_page_needs_the_token(running):
    assert running.get("/").status == 403
    assert running.get("/?token=wrong").status == 403
    assert running.get("/", cookie="thrustcam_1=x").status == 403
    refused = running.get("/")
    assert "thrustcam web" in refused.read().decode()
    assert running.get(f"/?token={running.door.token}").status == 200


def test_the_token_works_until_a_page_is_connected(running):
    cookie = running.cookie()
    with running.connect(cookie) as page:
        assert told(page)["kind"] == "hello"
        assert running.get(f"/?token={running.door.token}").status == 403
        assert running.get("/", cookie=cookie).status == 200  # a reload


def test_the_page_is_whole_and_may_load_nothing(running):
    answer = running.get(f"/?token={running.door.token}")
    page, policy = answer.read().decode(), answer.headers["Content-Security-Policy"]
    assert "<!-- " not in page
    assert not re.search(r"""(?:src|href)=["'](?!data:,)""", page)
    assert not re.search(r"https?://|//[a-z]+\.[a-z]", page)
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    nonce = re.search(r"script-src 'nonce-([^']+)'", policy)[1]
    assert page.count(f'nonce="{nonce}"') == 2
    assert f"ws://{running.place}" in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_the_cookie_is_for_this_page_alone(running):
    cookie = running.get(f"/?token={running.door.token}").headers["Set-Cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert running.place.partition(":")[2] in cookie.partition("=")[0]
    assert running.door.token.lower() not in cookie


@pytest.mark.parametrize("origin", ["http://evil.example", "", "http://127.0.0.1:1"])
def test_other_sites_get_no_connection(running, origin):
    with pytest.raises(InvalidStatus, match="403"):
        running.connect(running.cookie(), origin=origin)


@pytest.mark.parametrize("cookie", [None, "thrustcam_0=x"])
def test_no_connection_without_the_cookie(running, cookie):
    with pytest.raises(InvalidStatus, match="403"):
        running.connect(cookie)


def test_pictures_and_wishes(running):
    with running.connect(running.cookie()) as page:
        assert told(page)["kind"] == "hello"
        page.send(b"x" * 2_000_000)
        assert told(page) == {"kind": "seen", "size": 2_000_000}
        assert told(page) == {"kind": "judged"}
        page.send(json.dumps({"do": "profile", "name": "paused"}))
        assert told(page) == {"kind": "profile", "profile": "paused"}
        page.send(json.dumps({"do": "stop"}))
        assert told(page)["kind"] == "stopped"
        for nonsense in ("", "{", "[]", "null", '{"do": []}', "1"):
            page.send(nonsense)
            assert told(page)["kind"] == "trouble"
        page.send(b"")
        assert told(page)["kind"] == "seen"


def test_everything_happens_in_one_thread(running):
    with running.connect(running.cookie()) as page:
        told(page)
        page.send(b"x")
        told(page)
        told(page)
    running.server.should_exit = True
    running.thread.join(10)
    assert running.session.asked == ["open", "hello", "seen", "judged", "stopped", "close"]
    assert len(running.session.threads) == 1
    assert threading.get_ident() not in running.session.threads


def test_a_second_page_takes_over(running):
    cookie = running.cookie()
    with running.connect(cookie) as first:
        told(first)
        with running.connect(cookie) as second:
            told(second)
            with pytest.raises(ConnectionClosed) as closed:
                first.recv(timeout=10)
            assert closed.value.rcvd.code == 4001
            second.send(b"x")
            assert told(second)["kind"] == "seen"


def test_a_coach_that_breaks_down_is_told_of(running, monkeypatch):
    def broken(message):
        raise KeyError("broken")

    monkeypatch.setattr(running.session, "picture", broken)
    with running.connect(running.cookie()) as page:
        told(page)
        page.send(b"x")
        with pytest.raises(ConnectionClosed):
            page.recv(timeout=10)
    assert [str(error) for error in running.failures] == ["'broken'"]


def test_a_page_that_stays_away_ends_the_set(running, monkeypatch):
    monkeypatch.setattr(module, "_AWAY_S", 0.2)
    cookie = running.cookie()
    with running.connect(cookie) as page:
        told(page)
    with running.connect(cookie) as page:  # back in time
        told(page)
        time.sleep(0.4)
        assert running.session.asked == ["open", "hello", "hello"]
    end = time.monotonic() + 5
    while "stopped" not in running.session.asked and time.monotonic() < end:
        time.sleep(0.02)
    assert running.session.asked[-1] == "stopped"
