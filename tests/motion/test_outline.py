"""Shins of legs that are drawn, whose lean is known: by their outline alone."""

from __future__ import annotations

import drawn_legs
import drawn_plates
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from thrustcam.motion.outline import OutlineModel, descriptor, outline_model, told_by_outline
from thrustcam.poses.close_ups import HIPS, SHIN

SHIN_PX = 130.0
ANKLE = np.array([320.0, 380.0])
WALL = np.full((480, 640, 3), 120, np.uint8)
GYM = drawn_plates.gym(640, 480)
MODEL = outline_model("shin")


def shin(lean_deg: float, room: np.ndarray = WALL) -> np.ndarray:
    """The small picture of a drawn leg, toes to the right."""
    forward, up = np.sin(np.radians(lean_deg)), np.cos(np.radians(lean_deg))
    knee = ANKLE + SHIN_PX * np.array([forward, -up])
    leg = np.array([ANKLE, knee, knee + (-SHIN_PX, 0.0)])
    return SHIN(drawn_legs.picture(room.copy(), leg), ANKLE, SHIN_PX)


@pytest.fixture(scope="module")
def drawn() -> OutlineModel:
    """A model that knows drawn legs, every degree of them, and nothing else."""
    leans = np.arange(-30, 31)
    rows = np.array([descriptor(shin(lean)) for lean in leans])
    mean = rows.mean(axis=0)
    gaps = ((rows[:, None] - rows) ** 2).sum(axis=2)
    reach = float(np.median(gaps))
    weights = np.linalg.solve(np.exp(-gaps / reach) + 0.02 * np.eye(len(rows)), leans.astype(float))
    return OutlineModel(mean, np.eye(len(mean)), rows - mean, weights, 0.0, reach, 0.72)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lean=st.floats(-25, 25))
def test_legs_like_those_it_knows_are_told(drawn, lean):
    assert drawn(shin(lean), 1) == pytest.approx(lean, abs=1.5)


@pytest.mark.parametrize("lean", [-15, 0, 15])
def test_neither_the_side_nor_light_nor_colour_matters(drawn, lean):
    picture = shin(lean)
    told = drawn(picture, 1)
    assert drawn(picture[:, ::-1], -1) == pytest.approx(told, abs=0.01)
    assert drawn(255 - picture, 1) == pytest.approx(told, abs=0.01)
    assert drawn(picture[..., ::-1], 1) == pytest.approx(told, abs=0.5)
    assert drawn((0.6 * picture).astype(np.uint8), 1) == pytest.approx(told, abs=1.5)


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((64, 56, 3), np.uint8),
        SHIN(GYM, ANKLE, SHIN_PX),
        shin(-20, GYM),
        shin(15, GYM),
    ],
    ids=["black", "a gym", "a drawn leg in a gym", "another"],
)
def test_what_is_like_no_picture_it_knows_is_not_told(picture):
    assert MODEL(picture, 1) is None


@pytest.mark.parametrize(("part", "usual", "most"), [("shin", 0, 40), ("hips", 178, 35)])
def test_the_shipped_model_knows_its_own(part, usual, most):
    """What is most like a picture it was fitted to is that picture, whose angle it tells."""
    model = outline_model(part)
    alike = np.exp(-((model.rows[:50, None] - model.rows) ** 2).sum(axis=2) / model.reach)
    assert (alike.argmax(axis=1) == np.arange(50)).all()
    told = alike @ model.weights + model.offset
    assert told.std() > 8
    assert np.abs(told - usual).max() < most


def test_hips_before_nothing_are_not_told():
    assert told_by_outline("hips", HIPS.nothing(), 1) is None
    assert told_by_outline("hips", HIPS(GYM, np.array([320.0, 240.0]), 80.0), 1) is None


def test_what_was_told_once_is_told_again():
    picture = shin(0)
    assert told_by_outline("shin", picture, 1) == told_by_outline("shin", picture.copy(), 1)
    assert told_by_outline("shin", picture, 1) == MODEL(picture, 1)
    assert told_by_outline("shin", picture[:, ::-1], -1) == MODEL(picture, 1)


def test_a_descriptor_is_of_edges_and_of_bounded_length():
    flat, seen = descriptor(np.full((64, 56, 3), 90, np.uint8)), descriptor(shin(0))
    assert not flat.any()
    blocks = seen.reshape(-1, 36)
    assert (np.linalg.norm(blocks, axis=1) <= 1 + 1e-9).all()
    assert seen.min() >= 0
    upright = np.full((64, 56, 3), 20, np.uint8)
    upright[:, 28:] = 200
    across = descriptor(upright).reshape(-1, 4, 9).sum(axis=(0, 1))
    # An upright edge is one whose light changes to the right: half in the first way, half in the last.
    assert across[[0, -1]].sum() > 0.99 * across.sum()
