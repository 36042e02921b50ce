"""Glimpses of the legs: when they are taken, and of what."""

from __future__ import annotations

from dataclasses import replace

import drawn_legs
import drawn_plates as drawn
import numpy as np
import pytest

from thrustcam.frames import Frame
from thrustcam.poses.glancing import Glimpses
from thrustcam.poses.glimpse import Glimpse
from thrustcam.poses.landmarks import Joint, Pose
from thrustcam.poses.track import PoseTrack

LEG = np.array([[240.0, 400.0], [250.0, 290.0], [365.0, 300.0]])
IMAGE = drawn_legs.picture(drawn.gym(640, 480, 3), LEG)


def seen(time_s: float, leg: np.ndarray = LEG) -> tuple[Frame, Pose]:
    frame = Frame(0, time_s, IMAGE)
    points = np.full((33, 2), 100.0, np.float32)
    for name, place in zip(("ANKLE", "KNEE", "HIP"), leg, strict=True):
        points[[Joint[f"LEFT_{name}"], Joint[f"RIGHT_{name}"]]] = place
    return frame, replace(Pose.nobody(frame), points=points)


def taken(*sightings: tuple[Frame, Pose]) -> list[Glimpse | None]:
    take = Glimpses()
    return [take(frame, pose) for frame, pose in sightings]


def test_it_shows_the_legs_as_they_are():
    (glimpse,) = taken(seen(0.0))
    assert glimpse is not None
    x, y = glimpse.within(LEG[1]).round().astype(int)
    shorts, room = glimpse.within(np.array([[350.0, 298.0], [350.0, 250.0]])).round().astype(int)
    grey = glimpse.grey()
    assert grey[y, x] == pytest.approx(IMAGE[290, 250].mean(), abs=25)
    assert abs(float(grey[shorts[1], shorts[0]]) - float(grey[room[1], room[0]])) > 15
    assert np.linalg.norm(LEG[1] - LEG[0]) * glimpse.scale == pytest.approx(48, abs=1)


def test_one_is_taken_every_eighth_of_a_second():
    times = np.arange(0, 2, 1 / 30)
    found = [one.time_s for one in taken(*(seen(t) for t in times)) if one is not None]
    assert 15 <= len(found) <= 17
    assert np.diff(found).min() >= 0.12


def test_a_clock_that_starts_anew_does_not_stop_it():
    assert taken(seen(5.0), seen(0.0))[1] is not None


def test_a_body_lost_for_a_moment_is_where_it_was():
    frame, _ = seen(2.0)
    lost, away = Pose.nobody(frame), seen(2.2, LEG + (300.0, -250.0))
    *_, before, first, second = taken(*(seen(t / 5) for t in range(10)), (frame, lost), away)
    assert before is not None
    assert first is not None
    assert second is not None
    assert before.low == first.low == second.low


def test_without_anybody_there_is_none():
    frame, _ = seen(0.0)
    assert taken((frame, Pose.nobody(frame))) == [None]


@pytest.mark.parametrize("leg", [LEG / 20, LEG + (5000.0, 0.0)])
def test_legs_too_small_or_out_of_the_picture_are_not_seen(leg):
    assert taken(seen(0.0, leg)) == [None]


def test_a_part_of_a_track_keeps_the_glimpses_of_that_time():
    poses = []
    take = Glimpses()
    for t in np.arange(0, 1, 1 / 30):
        frame, pose = seen(t)
        poses.append(replace(pose, time_s=t, glimpse=take(frame, pose)))
    track = PoseTrack.of(poses)
    assert len(track.glimpses) > 6
    later = track[track.t > 0.5]
    assert later.glimpses == tuple(g for g in track.glimpses if g.time_s > 0.5)
    assert len(track[:1].glimpses) == 1
