"""`thrustcam web` from the shell's side: what it refuses, what it says."""

from __future__ import annotations

import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import urllib.request

import pytest
from conftest import environment


@pytest.fixture(autouse=True)
def _no_history_of_mine(monkeypatch, tmp_path):
    monkeypatch.setenv("THRUSTCAM_HISTORY", str(tmp_path / "history"))


@pytest.fixture
def extra():
    for name in ("starlette", "uvicorn", "websockets"):
        pytest.importorskip(name)


def test_help_needs_nothing(thrustcam_process):
    code = (
        "import sys; from thrustcam.cli import main; code = main(['web', '--help'])\n"
        "sys.exit(code or ' '.join({'uvicorn', 'starlette', 'cv2', 'numpy'} & set(sys.modules)) or None)"
    )
    ended = thrustcam_process(python=("-c", code))
    assert (ended.code, ended.err) == (0, "")
    assert "--host" in ended.out


def test_without_the_extra_it_says_how_to_get_it(thrustcam, monkeypatch):
    monkeypatch.setattr("thrustcam.doctor.WEB_PACKAGES", ("starlette_x", "uvicorn_x"))
    line = thrustcam("web").refusal()
    assert "starlette_x and uvicorn_x" in line
    assert "pip install 'thrustcam[web]'" in line


@pytest.mark.usefixtures("extra")
def test_no_camera_without_https_elsewhere(thrustcam):
    for host in ("0.0.0.0", "192.168.1.2", "::", "my.host"):
        assert "--certificate" in thrustcam("web", "--host", host).refusal()


@pytest.mark.usefixtures("extra")
def test_bad_certificates(thrustcam, tmp_path):
    (tmp_path / "c.pem").write_text("nonsense")
    assert "go together" in thrustcam("web", "--certificate", tmp_path / "c.pem").refusal()
    for name in ("c.pem", "absent.pem"):
        file = tmp_path / name
        assert name in thrustcam("web", "--certificate", file, "--key", file).refusal()


@pytest.mark.usefixtures("extra")
def test_a_port_that_is_taken(thrustcam, model):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert "--port" in thrustcam("web", "--port", taken.getsockname()[1]).refusal()


@pytest.mark.usefixtures("extra")
@pytest.mark.parametrize(
    "wrong", [("--language", "xx"), ("--profile", "nope"), ("--model", "nope"), ("--host", "256.1.1.1")]
)
def test_options_that_are_wrong(thrustcam, model, wrong):
    assert wrong[1] in thrustcam("web", "--port", 0, *wrong).refusal()


@pytest.fixture
def serving():
    """Start `thrustcam web`; its address. Ended with Ctrl-C, and well."""
    started = []

    def start(*options):
        process = subprocess.Popen(
            [sys.executable, "-m", "thrustcam", "web", "--port", "0", *map(str, options)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env=environment(),
        )
        started.append(process)
        return process.stdout.readline().strip()

    yield start
    for process in started:
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        assert (process.returncode, out) == (0, ""), err
        assert "Traceback" not in err
        assert err.count("\n") == 1


posix = pytest.mark.skipif(os.name != "posix", reason="Ctrl-C")


@posix
@pytest.mark.usefixtures("extra")
def test_it_says_its_address_and_ends_with_ctrl_c(serving, model):
    address = serving()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?token=[\w-]{32}", address)
    assert b"thrustcam" in urllib.request.urlopen(address, timeout=10).read()


@posix
@pytest.mark.usefixtures("extra")
def test_https_with_a_certificate_of_ones_own(serving, model, certificate):
    certificate, key = certificate
    address = serving("--host", "127.0.0.1", "--certificate", certificate, "--key", key)
    assert address.startswith("https://")
    trusting = ssl.create_default_context(cafile=str(certificate))
    with urllib.request.urlopen(address, timeout=10, context=trusting) as answer:
        assert "secure" in answer.headers["Set-Cookie"].lower()
