"""A real headless Chromium with a clip as its camera, driven by its own debugging protocol."""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


class Tab:
    """One page of the browser."""

    def __init__(self, socket: Any) -> None:
        self._socket, self._numbers = socket, itertools.count(1)
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.call("Runtime.enable")
        self.call("Network.enable")
        self.call("Page.enable")
        self.call("Log.enable")

    def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """One command of the protocol, and its result."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            heard = json.loads(self._socket.recv(timeout=30))
            if heard.get("id") == number:
                assert "error" not in heard, heard
                return heard["result"]
            self._note(heard)

    def _note(self, heard: dict[str, Any]) -> None:
        about = heard.get("params", {})
        if heard.get("method") == "Network.requestWillBeSent":
            self.requests.append(about["request"]["url"])
        elif heard.get("method") == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(about["exceptionDetails"]))
        elif heard.get("method") == "Log.entryAdded" and about["entry"]["level"] == "error":
            self.complaints.append(about["entry"]["text"])

    def open(self, address: str) -> None:
        """Load a page and wait for it."""
        self.call("Page.navigate", url=address)
        self.wait("document.readyState === 'complete'")

    def ask(self, expression: str) -> Any:
        """What a JavaScript expression comes to, promises awaited; a click counts as the user's own."""
        done = self.call(
            "Runtime.evaluate",
            expression=expression,
            returnByValue=True,
            awaitPromise=True,
            userGesture=True,
        )
        assert "exceptionDetails" not in done, done
        return done["result"].get("value")

    def wait(self, expression: str, seconds: float = 20.0) -> Any:
        """Until an expression is true; its value."""
        end = time.monotonic() + seconds
        while not (value := self.ask(expression)):
            assert time.monotonic() < end, f"{expression} did not become true; {self.complaints}"
            time.sleep(0.1)
        return value

    def text(self, name: str) -> str:
        """What an element shows, by its id."""
        return self.ask(f"document.getElementById('{name}').innerText")

    def picture(self, path: Path) -> None:
        """A screenshot as PNG."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot")["data"]))


@contextlib.contextmanager
def chromium(
    folder: Path, *, camera: Path | None = None, size: tuple[int, int] = (1280, 720)
) -> Iterator[Tab]:
    """A browser that allows the camera; without a clip it has none.

    Parameters
    ----------
    folder : for its profile.
    camera : an .mjpeg clip; played again and again at 30 pictures a second from the moment it is opened.
    size : of its window in pixels.
    """
    from websockets.sync.client import connect  # noqa: PLC0415

    options = [
        "--headless=new",
        "--no-sandbox",  # as root, in containers
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--mute-audio",
        "--remote-debugging-port=0",
        f"--user-data-dir={folder}",
        f"--window-size={size[0]},{size[1]}",
        "--use-fake-ui-for-media-stream",
        "--ignore-certificate-errors",
    ]
    if camera is not None:
        options += ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={camera}"]
    assert BROWSER is not None
    process = subprocess.Popen(
        [BROWSER, *options, "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        port = _port(folder / "DevToolsActivePort")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
            pages = [each for each in json.load(answer) if each["type"] == "page"]
        with connect(pages[0]["webSocketDebuggerUrl"], max_size=None) as socket:
            tab = Tab(socket)
            width, height = size
            tab.call(
                "Emulation.setDeviceMetricsOverride",
                width=width,
                height=height,
                deviceScaleFactor=1,
                mobile=False,
            )
            yield tab
    finally:
        process.terminate()
        process.wait(10)


def _port(file: Path) -> int:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with contextlib.suppress(OSError, ValueError, IndexError):
            return int(file.read_text().split()[0])
        time.sleep(0.05)
    raise AssertionError("the browser did not start")


def as_camera(clip: Path, mjpeg: Path, *, lead_s: float, tail_s: float, until_s: float = np.inf) -> None:
    """A clip as Chromium's fake camera plays it: its first picture for `lead_s`, then itself, then black."""
    video = cv2.VideoCapture(str(clip))
    rate = video.get(cv2.CAP_PROP_FPS)
    pictures = []
    while len(pictures) < until_s * rate:
        there, picture = video.read()
        if not there:
            break
        done, jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 92])
        assert done
        pictures.append(jpeg.tobytes())
        shape = picture.shape
    assert abs(rate - 30) < 0.5, "an .mjpeg camera runs at 30 pictures a second"
    black = cv2.imencode(".jpg", np.zeros(shape, np.uint8))[1].tobytes()
    mjpeg.write_bytes(
        b"".join([pictures[0]] * round(lead_s * rate) + pictures + [black] * round(tail_s * rate))
    )
