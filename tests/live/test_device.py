"""The cameras of a machine, from what its system says."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from thrustcam.errors import ThrustcamError
from thrustcam.live import device
from thrustcam.live.camera import CameraError
from thrustcam.live.device import Device, Listed, as_rgb, find_camera


def test_linux_lists_each_camera_once(tmp_path: Path) -> None:
    for number, index, name in ((0, 0, "HD Webcam"), (1, 1, "HD Webcam"), (10, 0, "Phone")):
        folder = tmp_path / f"video{number}"
        folder.mkdir()
        (folder / "index").write_text(f"{index}\n")
        (folder / "name").write_text(f"{name}\n")
    assert device._linux(tmp_path) == (Listed(0, "HD Webcam"), Listed(10, "Phone"))


@pytest.mark.parametrize("told", ["", "not JSON", "[]", '{"other": 1}'])
def test_a_system_that_says_nonsense_has_no_cameras(told: str) -> None:
    assert device._named(told, "cameras", "Name") == ()


def test_a_camera_is_found_by_a_part_of_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "cameras", lambda: (Listed(0, "HD Webcam"), Listed(2, "Phone Camera")))
    assert find_camera("phone").name == "Phone Camera"
    assert find_camera("2").name == "Phone Camera"
    assert find_camera("7").name == "camera 7"
    with pytest.raises(ThrustcamError, match="--list"):
        find_camera("cam")
    with pytest.raises(ThrustcamError, match="--list"):
        find_camera("toaster")


@pytest.mark.skipif(not Path("/dev").exists(), reason="Linux only")
def test_an_absent_camera_says_so() -> None:
    with pytest.raises(CameraError) as error:
        Device(987, "none").open()
    assert error.value.trouble == "absent"


def test_a_camera_s_formats() -> None:
    bgr = np.zeros((4, 6, 3), np.uint8)
    bgr[..., 0] = 200
    assert as_rgb(bgr)[0, 0].tolist() == [0, 0, 200]
    assert as_rgb(cv2.cvtColor(bgr, cv2.COLOR_BGR2BGRA))[0, 0].tolist() == [0, 0, 200]
    assert as_rgb(np.full((4, 6), 7, np.uint8)).shape == (4, 6, 3)
    for odd in (np.zeros((4, 6, 2), np.uint8), np.zeros((4, 6, 3), np.uint16), np.zeros((0, 6, 3), np.uint8)):
        with pytest.raises(CameraError) as error:
            as_rgb(odd)
        assert error.value.trouble == "format"
