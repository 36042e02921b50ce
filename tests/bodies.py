"""Bodies of known posture, filmed: what a pose model without error would say of a lift.

A posture is the direction of each segment in the body's plane, degrees: 0 toward the toes of a body lying on
its back (and to the front of one that stands), 90 up. Standing is trunk 90, thigh −90, shin −90; lying on the
back trunk 180; on the belly trunk 0. Where the hips are is kept apart. Lengths in metres, x as above, y up,
z to the body's right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.angles import Inclinations
from thrustcam.poses.landmarks import LANDMARKS, Joint, Pose, Turned
from thrustcam.poses.plate import Plate
from thrustcam.poses.track import PoseTrack

Array = NDArray[np.float64]
Pair = float | tuple[float, float]  # both sides, or left and right

FPS = 30.0
WIDTH, HEIGHT, FOCAL_PX = 1280, 720, 1000.0

SEGMENTS = ("trunk", "thigh", "shin", "foot", "upper_arm", "forearm", "head")
TRUNK, THIGH, SHANK, FOOT = 0.50, 0.42, 0.42, 0.19
_LENGTH = dict(zip(SEGMENTS, (TRUNK, THIGH, SHANK, FOOT, 0.28, 0.25, 0.21), strict=True))
_BONES = {  # joint: the joint it hangs from, and the segment between
    "SHOULDER": ("HIP", "trunk"),
    "KNEE": ("HIP", "thigh"),
    "ANKLE": ("KNEE", "shin"),
    "TOE": ("ANKLE", "foot"),
    "ELBOW": ("SHOULDER", "upper_arm"),
    "WRIST": ("ELBOW", "forearm"),
    "EAR": ("SHOULDER", "head"),
}
_SIDEWAYS = {"SHOULDER": 0.17, "ELBOW": 0.23, "WRIST": 0.20, "EAR": 0.07, "HIP": 0.10, "KNEE": 0.13}
_SIDEWAYS_FEET = 0.12
_ANKLE_UP = 0.08  # over the sole


# --- postures ---------------------------------------------------------------------------------------------


def posture(
    *,
    trunk: Pair = 90,
    thigh: Pair = -90,
    shin: Pair = -90,
    foot: Pair | None = None,
    upper_arm: Pair = -90,
    forearm: Pair | None = None,
    head: Pair | None = None,
) -> Array:
    """Shape (7, 2): the directions of `SEGMENTS`, left and right; feet flat under a shin that is upright."""
    foot = _moved(shin, 90) if foot is None else foot
    forearm = upper_arm if forearm is None else forearm
    head = trunk if head is None else head
    parts = (trunk, thigh, shin, foot, upper_arm, forearm, head)
    return np.array([part if isinstance(part, tuple) else (part, part) for part in parts], float)


def _moved(pair: Pair, by: float) -> Pair:
    return (pair[0] + by, pair[1] + by) if isinstance(pair, tuple) else pair + by


def swing(t: Array, low: Array, high: Array, period_s: float, rest_s: float = 0.3) -> Array:
    """Shape (n, 7, 2): from `low` to `high` and back, again and again."""
    return low + (high - low) * cycle(t, period_s, rest_s)[:, None, None]


def cycle(t: Array, period_s: float, rest_s: float = 0.3) -> Array:
    """0 → 1 → 0 in each period, with a rest at either end."""
    phase = np.mod(t, period_s)
    move = (period_s - 2 * rest_s) / 2
    up = np.clip((phase - rest_s / 2) / move, 0, 1)
    down = np.clip((phase - 1.5 * rest_s - move) / move, 0, 1)
    return eased(up) - eased(down)


def eased(share: Array) -> Array:
    """A start and a stop without a jerk."""
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * share))


def through(t: Array, keys: Sequence[tuple[float, Array]]) -> Array:
    """From key to key, each (seconds, what is there), with a stop at each."""
    times = [at for at, _ in keys]
    place = np.clip(np.searchsorted(times, t, side="right") - 1, 0, len(keys) - 2)
    start, length = np.array(times)[place], np.diff(times)[place]
    share = eased(np.clip((t - start) / length, 0, 1))
    values = np.array([value for _, value in keys], float)
    share = share.reshape(-1, *[1] * (values.ndim - 1))
    return np.asarray(values[place] + (values[place + 1] - values[place]) * share)


@dataclass(frozen=True)
class Body:
    """A body in motion.

    `t` : (n,) seconds. `directions` : (n, 7, 2) degrees. `hip` : (n, 2) metres, the middle of the hips.
    """

    t: Array
    directions: Array
    hip: Array

    @classmethod
    def held(cls, t: Array, directions: Array, by: str, at: Sequence[float] | Array = (0.0, 0.08)) -> Body:
        """The body whose joint `by` ("ANKLE", "LEFT_ANKLE", "HIP", …) stays `at` its place."""
        free = cls(t, directions, np.zeros((len(t), 2)))
        side, _, name = by.rpartition("_")
        place = free.plane(name)
        place = place[:, ["LEFT", "RIGHT"].index(side)] if side else place.mean(1)
        return replace(free, hip=np.asarray(at) - place)

    def __getitem__(self, rows: slice) -> Body:
        return Body(self.t[rows], self.directions[rows], self.hip[rows])

    def moved(self, by: Sequence[float] | Array) -> Body:
        """The same body elsewhere."""
        return replace(self, hip=self.hip + by)

    def then(self, *later: Body) -> Body:
        """This body, and the later ones one after the other."""
        parts = [self]
        for body in later:
            parts.append(replace(body, t=body.t - body.t[0] + parts[-1].t[-1] + 1 / FPS))
        return Body(*(np.concatenate([getattr(p, n) for p in parts]) for n in ("t", "directions", "hip")))

    def plane(self, joint: str) -> Array:
        """Shape (n, 2, 2): x and y of the left and the right joint."""
        if joint == "HIP":
            return np.repeat(self.hip[:, None], 2, axis=1)
        origin, segment = _BONES[joint]
        return self.plane(origin) + _LENGTH[segment] * self._along(segment)

    def _along(self, segment: str, turned: float = 0.0) -> Array:
        angle = np.radians(self.directions[:, SEGMENTS.index(segment)] + turned)
        return np.stack([np.cos(angle), np.sin(angle)], axis=-1)

    def landmarks(self) -> Array:
        """Shape (n, 33, 3): where the landmarks are in the room, metres."""
        flat = np.empty((len(self.t), LANDMARKS, 2))
        aside = np.empty(LANDMARKS)
        for joint in ("HIP", *_BONES):
            self._place(flat, aside, joint, self.plane(joint))
        heel = self.plane("ANKLE") - 0.05 * self._along("foot") - 0.05 * self._along("foot", 90)
        self._place(flat, aside, "HEEL", heel)
        flat[:, [Joint.LEFT_TOE, Joint.RIGHT_TOE]] -= 0.06 * self._along("foot", 90)
        flat[:, 17:23] = np.tile(self.plane("WRIST") + 0.08 * self._along("forearm"), (1, 3, 1))
        aside[17:23] = np.tile(aside[[Joint.LEFT_WRIST, Joint.RIGHT_WRIST]], 3)
        face = self.plane("EAR") + 0.10 * self._along("head", -90)
        flat[:, Joint.NOSE], aside[Joint.NOSE] = face.mean(1), 0.0
        flat[:, [1, 2, 3, 9]], aside[[1, 2, 3, 9]] = face[:, :1], -0.03
        flat[:, [4, 5, 6, 10]], aside[[4, 5, 6, 10]] = face[:, 1:], 0.03
        return np.dstack([flat, np.broadcast_to(aside[:, None], (len(flat), LANDMARKS, 1))])

    @staticmethod
    def _place(flat: Array, aside: Array, name: str, at: Array) -> None:
        both = [Joint[f"LEFT_{name}"], Joint[f"RIGHT_{name}"]]
        flat[:, both] = at
        out = _SIDEWAYS.get(name, _SIDEWAYS_FEET)
        aside[both] = -out, out

    def inclinations(self, side: Literal["left", "right"] = "right") -> Inclinations:
        """The true angles of one side in the signs of the contract."""
        at = ["left", "right"].index(side)
        trunk, thigh, shin = (self.directions[:, i, at] for i in range(3))
        return Inclinations(shin=-90 - shin, thigh=-thigh, trunk=180 - trunk)


# --- the lifts --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Linkage:
    """Feet planted, shoulder blades on an edge: a body whose posture follows from how high the hips are.

    `edge_y` : the height of the edge; `edge_at` : metres from the shoulders down the trunk to it.
    `low`, `high` : the hips' height at the bottom and at the top. `ankle_y` : the ankles' height.
    `shin_deg` : how the shins lean at the top, + toward the toes.
    """

    edge_y: float = 0.45
    edge_at: float = 0.14
    low: float = 0.20
    high: float = 0.47
    ankle_y: float = _ANKLE_UP
    shin_deg: float = 0.0

    def directions(self, height: Array) -> Array:
        """Shape (n, 7, 2) for hips at this height."""
        hip, ankle = self.hip(height), self.ankle()
        trunk = 180 - np.degrees(np.arcsin((self.edge_y - height) / (TRUNK - self.edge_at)))
        thigh, shin = _legs(hip, ankle)
        toward_hips = trunk - 180 - 10
        parts = (trunk, thigh, shin, np.zeros_like(trunk), toward_hips, toward_hips + 25, trunk - 25)
        return np.repeat(np.stack(parts, axis=1)[:, :, None], 2, axis=2)

    def hip(self, height: Array) -> Array:
        """Shape (n, 2): on the circle around the edge."""
        reach = TRUNK - self.edge_at
        return np.stack([np.sqrt(reach**2 - (self.edge_y - height) ** 2), height], axis=-1)

    def ankle(self) -> Array:
        """Where the ankles must stand for the shins to lean so at the top."""
        lean = np.radians(self.shin_deg)
        hip = self.hip(np.array([self.high]))[0]
        knee_y = self.ankle_y + SHANK * np.cos(lean)
        knee_x = hip[0] + np.sqrt(THIGH**2 - (knee_y - hip[1]) ** 2)
        return np.array([knee_x - SHANK * np.sin(lean), self.ankle_y])

    def body(self, t: Array, share: Array) -> Body:
        """The body whose hips are this share of the way up."""
        height = self.low + (self.high - self.low) * share
        return Body(t, self.directions(height), self.hip(height))


def _legs(hip: Array, ankle: Array) -> tuple[Array, Array]:
    """Directions of thigh and shin from hip to ankle, knees up."""
    way = ankle - hip
    length = np.linalg.norm(way, axis=1)
    bend = np.arccos((THIGH**2 + length**2 - SHANK**2) / (2 * THIGH * length))
    thigh = np.arctan2(way[:, 1], way[:, 0]) + bend
    knee = hip + THIGH * np.stack([np.cos(thigh), np.sin(thigh)], axis=-1)
    shin = np.arctan2(*(ankle - knee)[:, ::-1].T)
    return np.degrees(thigh), np.degrees(shin)


BENCH = Linkage()
FLOOR = Linkage(edge_y=0.06, edge_at=0.03, low=0.10, high=0.33)
FEET_UP = Linkage(low=0.22, high=0.62, ankle_y=0.40 + _ANKLE_UP)
LIFTS = {"hip thrust": BENCH, "glute bridge": FLOOR, "feet elevated": FEET_UP}


def single_leg(body: Body, lifted: Literal["left", "right"] = "left") -> Body:
    """The same lift with one knee drawn up."""
    at = ["left", "right"].index(lifted)
    directions = body.directions.copy()
    directions[:, SEGMENTS.index("thigh"), at] = body.directions[:, 0, at] - 80
    directions[:, SEGMENTS.index("shin"), at] = body.directions[:, 0, at] - 170
    return replace(body, directions=directions)


@dataclass(frozen=True)
class Tempo:
    """Seconds up, at the top, down, at the bottom, and the share of the full way that is lifted."""

    up_s: float = 1.2
    top_s: float = 1.0
    down_s: float = 1.6
    bottom_s: float = 0.6
    share: float = 1.0


@dataclass(frozen=True)
class Truth:
    """When a rep really began, was at the top and ended, seconds; by the contract's 5 %."""

    start_s: float
    top_start_s: float
    top_end_s: float
    end_s: float


_EDGE = float(np.arccos(0.9) / np.pi)  # of an eased move, within 5 % of its end


def rhythm(tempos: Sequence[Tempo], rest_s: float = 1.0) -> tuple[Array, Array, list[Truth]]:
    """Times, the share of the way up at each, and the truth of each rep."""
    keys, truths, now = [(0.0, 0.0), (rest_s, 0.0)], [], rest_s
    for tempo in tempos:
        top = now + tempo.up_s
        leave = top + tempo.top_s
        land = leave + tempo.down_s
        truths.append(
            Truth(
                now + _EDGE * tempo.up_s,
                top - _EDGE * tempo.up_s,
                leave + _EDGE * tempo.down_s,
                land - _EDGE * tempo.down_s,
            )
        )
        keys += [(top, tempo.share), (leave, tempo.share), (land, 0.0), (land + tempo.bottom_s, 0.0)]
        now = land + tempo.bottom_s
    keys.append((now + rest_s, 0.0))
    keys = [key for key, after in zip(keys, [*keys[1:], (np.inf, 0)], strict=True) if after[0] > key[0]]
    t = np.arange(0, keys[-1][0], 1 / FPS)
    return t, through(t, [(at, np.array(share)) for at, share in keys]), truths


def lift(tempos: Sequence[Tempo], linkage: Linkage = BENCH, rest_s: float = 1.0) -> tuple[Body, list[Truth]]:
    """A set of reps, and the truth of each."""
    t, share, truths = rhythm(tempos, rest_s)
    return linkage.body(t, share), truths


# --- before and after the set -----------------------------------------------------------------------------

_SITTING_ON_THE_FLOOR = posture(trunk=100, thigh=45, shin=-60, foot=0, upper_arm=-100)
_LEGS_STRAIGHT = posture(trunk=100, thigh=-3, shin=-6, foot=70, upper_arm=-100)
_ROLLING_THE_BAR = posture(trunk=70, thigh=-3, shin=-6, foot=70, upper_arm=-50)
_CROUCHING = posture(trunk=60, thigh=40, shin=-115, foot=0, upper_arm=-80)
_FEET_TOO_FAR_DEG = -14.0


def walk(start_x: float, end_x: float, seconds: float) -> Body:
    """Through the picture, from one place to another."""
    t = np.arange(0, seconds, 1 / FPS)
    directions = np.repeat(posture()[None], len(t), axis=0)
    for at, way in enumerate((1, -1)):
        directions[:, 1, at] += 28 * way * np.sin(2 * np.pi * t)
        directions[:, 2, at] += 28 * way * np.sin(2 * np.pi * t)
        directions[:, 2, at] -= 25 * np.clip(-way * np.cos(2 * np.pi * t), 0, 1)
        directions[:, 4:6, at] -= 25 * way * np.sin(2 * np.pi * t)[:, None]
    hip = np.stack([np.linspace(start_x, end_x, len(t)), 0.9 + 0.03 * np.cos(4 * np.pi * t)], axis=-1)
    return Body(t, directions, hip)


def set_up(linkage: Linkage = BENCH, half_lift: float = 0.45) -> Body:
    """Walk up, sit down, roll the bar over the legs, draw the feet in, lift a bit and shuffle the feet."""
    far = replace(linkage, shin_deg=linkage.shin_deg + _FEET_TOO_FAR_DEG)
    down, settled = far.body(np.zeros(1), np.zeros(1)), linkage.body(np.zeros(1), np.zeros(1))
    seat = settled.hip[0]
    standing = seat + (0.5, 0.7)
    floor = walk(standing[0] - 1.6, standing[0], 2.5).then(
        _keyed(
            [
                (0.0, posture(), standing),
                (1.2, _CROUCHING, seat + (0.25, 0.2)),
                (2.0, _SITTING_ON_THE_FLOOR, seat),
                (2.8, _LEGS_STRAIGHT, seat),
                (3.6, _ROLLING_THE_BAR, seat),
                (4.8, _ROLLING_THE_BAR, seat),
                (5.6, _LEGS_STRAIGHT, seat),
                (6.6, down.directions[0], seat),
                (7.6, down.directions[0], seat),
            ]
        )
    )
    t, share, _ = rhythm([Tempo(0.8, 0.2, 0.8, 0.4, half_lift)], rest_s=0.4)
    one_foot = down.directions[0].copy()
    one_foot[:, 0] = settled.directions[0, :, 0]
    keys = [(0.0, down.directions[0]), (0.4, one_foot), (0.6, one_foot), (1.0, settled.directions[0])]
    shuffle = _keyed([(at, key, seat) for at, key in [*keys, (1.4, settled.directions[0])]])
    return floor.then(far.body(t, share), shuffle)


def getting_up(linkage: Linkage = BENCH) -> Body:
    """Stretch the legs, sit up, roll the bar off and stand up."""
    down = linkage.body(np.zeros(1), np.zeros(1))
    seat = down.hip[0]
    return _keyed(
        [
            (0.0, down.directions[0], seat),
            (0.4, down.directions[0], seat),
            (1.2, _LEGS_STRAIGHT, seat),
            (1.9, _ROLLING_THE_BAR, seat),
            (3.2, _LEGS_STRAIGHT, seat),
            (4.0, _SITTING_ON_THE_FLOOR, seat),
            (4.8, _CROUCHING, seat + (0.25, 0.2)),
            (6.0, posture(), seat + (0.5, 0.7)),
            (7.0, posture(), seat + (0.5, 0.7)),
        ]
    )


def _keyed(keys: Sequence[tuple[float, Array, Array]]) -> Body:
    t = np.arange(0, keys[-1][0], 1 / FPS)
    return Body(
        t, through(t, [(at, key) for at, key, _ in keys]), through(t, [(at, hip) for at, _, hip in keys])
    )


# --- the camera -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Camera:
    """A phone on a stand that looks at the body's usual place.

    `azimuth_deg` : 0 square from the side, + toward +x (the feet of a body on its back), 90 from there.
    `near` : the side of the body the camera is on. `height_m`, `distance_m` : of the lens.
    """

    azimuth_deg: float = 0.0
    near: Literal["left", "right"] = "right"
    height_m: float = 0.8
    distance_m: float = 3.2

    def film(self, body: Body, noise: float = 0.0, seed: int = 0) -> PoseTrack:
        """The track of the body; `noise` in torso lengths, three times as much away from the camera."""
        room = body.landmarks()
        middle = np.median(room, axis=(0, 1))
        turn = np.radians(self.azimuth_deg)
        aside = np.array([np.sin(turn), 0.0, np.cos(turn) * (1 if self.near == "right" else -1)])
        lens = middle * (1, 0, 1) + aside * self.distance_m + (0, self.height_m, 0)
        away = (middle - lens) / np.linalg.norm(middle - lens)
        right = np.cross(away, (0.0, 1.0, 0.0))
        right /= np.linalg.norm(right)
        axes = np.stack([right, np.cross(away, right), away])
        seen = (room - lens) @ axes.T
        points = np.array([WIDTH, HEIGHT]) / 2 + FOCAL_PX * seen[..., :2] / seen[..., 2:]
        turn_deg = turned(points, self.near)
        hips = room[:, [Joint.LEFT_HIP, Joint.RIGHT_HIP]].mean(1, keepdims=True)
        chance = np.random.default_rng(seed)
        points += chance.normal(0, noise * TRUNK * FOCAL_PX / self.distance_m, points.shape)
        world = (room - hips) @ axes.T
        world += chance.normal(0, noise * TRUNK, world.shape) * (1, 1, 3)
        nothing = np.full((len(body.t), 5), np.nan)
        plates = nothing, nothing[:, :3]
        return PoseTrack(body.t, points, world, np.ones(points.shape[:2]), *plates, turn_deg, (WIDTH, HEIGHT))


def turned(points: Array, near: str) -> Array:
    """Shape (n, 3), degrees: how far each of `Turned` has turned in a picture that shows it well."""
    side = near.upper()
    ends = (("LEFT_ANKLE", "LEFT_KNEE"), ("RIGHT_ANKLE", "RIGHT_KNEE"), (f"{side}_TOE", f"{side}_HEEL"))
    first, second = (points[:, [Joint[names[k]] for names in ends]] for k in (0, 1))
    x, y = np.moveaxis(second - first, -1, 0)
    return np.degrees(np.unwrap(np.arctan2(x, -y), axis=0))


def without(track: PoseTrack, start_s: float, end_s: float) -> PoseTrack:
    """The track with nobody found from `start_s` to `end_s`."""
    lost = (track.t >= start_s) & (track.t < end_s)
    points, world, visibility = track.points.copy(), track.world.copy(), track.visibility.copy()
    points[lost], world[lost], visibility[lost] = np.nan, np.nan, 0.0
    return replace(track, points=points, world=world, visibility=visibility)


def jumpy(track: PoseTrack, joint: Joint, by_px: Sequence[float], start_s: float, end_s: float) -> PoseTrack:
    """The track with one landmark drawn elsewhere from `start_s` to `end_s`, as onto a plate."""
    points = track.points.copy()
    points[(track.t >= start_s) & (track.t < end_s), joint] += by_px
    return replace(track, points=points)


def poses(track: PoseTrack) -> list[Pose]:
    """The same as single poses."""
    return [
        Pose(
            index,
            float(track.t[index]),
            WIDTH,
            HEIGHT,
            track.points[index].astype(np.float32),
            track.world[index].astype(np.float32),
            track.visibility[index].astype(np.float32),
            plate=_plate(track.plate[index]),
        )
        for index in range(len(track))
    ]


def _plate(sizes: Array) -> Plate | None:
    x, y, rx, ry, lean = (float(size) for size in sizes)
    return None if np.isnan(x) else Plate(x, y, rx, ry, lean, 1.0, True)


def upside_down(track: PoseTrack, from_s: float) -> PoseTrack:
    """The pose model sees a body that stands on its head from then on, as it was seen to behind plates."""
    points = track.points.copy()
    points[track.t >= from_s] = points[track.t >= from_s] * (1, -1) + (0, 1000)
    return replace(track, points=points)


def plated(
    track: PoseTrack, *, radius_px: float = 70.0, off_px: Sequence[float] = (0.0, -15.0), sd_px: float = 0.0
) -> PoseTrack:
    """The track with the near plate followed: a circle that rides on the hips at this offset."""
    plate = np.zeros((len(track), 5))
    plate[:, :2] = track.middle("HIP") + off_px
    plate[:, :2] += np.random.default_rng(1).normal(0, sd_px, (len(track), 2))
    plate[:, 2:4] = radius_px
    return replace(track, plate=plate)


def mirrored(track: PoseTrack) -> PoseTrack:
    """The same lift filmed in a mirror: the lifter's left is on the right, as a pose model would say."""
    swapped = np.arange(LANDMARKS)
    swapped[1:11] = [4, 5, 6, 1, 2, 3, 8, 7, 10, 9]
    swapped[11:] = np.arange(11, LANDMARKS).reshape(-1, 2)[:, ::-1].ravel()
    flip, width = np.array([-1.0, 1.0]), track.size[0]
    plate, far = track.plate.copy(), track.far_plate.copy()
    plate[:, 0], plate[:, 4], far[:, 0] = width - plate[:, 0], -plate[:, 4], width - far[:, 0]
    return replace(
        track,
        points=track.points[:, swapped] * flip + (width, 0),
        world=track.world[:, swapped] * (*flip, 1.0),
        visibility=track.visibility[:, swapped],
        plate=plate,
        far_plate=far,
        turned=-track.turned[:, [Turned.RIGHT_SHIN, Turned.LEFT_SHIN, Turned.NEAR_FOOT]],
    )
