"""Makes `docs/page.jpg`: the page of `thrustcam web` after a rep that fell short, in a real browser.

.venv/bin/pip install -q -e '.[web,tools]' && .venv/bin/python docs/page.py

Needs Debian's `chromium`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import chromium  # noqa: E402

SAMPLE = ROOT / "samples" / "side-lockout-and-arch.mp4"
SIZE = (960, 600)


def main() -> None:
    """Serve, play the sample to the page, wait for the cue, and take the picture."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        film, shot = folder / "camera.mjpeg", folder / "page.png"
        chromium.as_camera(SAMPLE, film, lead_s=2, tail_s=5)
        server = subprocess.Popen(
            [sys.executable, "-m", "thrustcam", "web", "--port", "0", "--no-keep"],
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env=os.environ,
        )
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        with chromium.chromium(folder / "profile", camera=film, size=SIZE) as tab:
            tab.open(address)
            tab.wait("document.body.dataset.connected === 'yes'")
            tab.ask("document.getElementById('start').click()")
            tab.wait("document.getElementById('banner').className === 'form'", 40)
            time.sleep(2.7)
            # The fake camera is named by its file.
            tab.ask("document.getElementById('camera').replaceChildren(new Option('Webcam'))")
            tab.picture(shot)
        server.send_signal(signal.SIGINT)
        server.wait(20)
        Image.open(shot).convert("RGB").save(ROOT / "docs" / "page.jpg", quality=88)


if __name__ == "__main__":
    main()
