"""Fit the joint model: what the picture says of a body → its joint angles, and how sure that is.

    pip install -e '.[tools]'
    python benchmarks/calibrate.py                     # from what was seen in the clips we rendered
    python benchmarks/calibrate.py CLIPS [CLIPS …] [--held CLIPS] [--tracks DIR]
    python benchmarks/calibrate.py --pictures DIR --only outline

Without CLIPS the positions kept in benchmarks/positions.npz are fitted again; with them they are made anew.
DIR after --pictures, which may be said again, is a folder of NAME.jpg, the top of a rep behind plates, with
NAME.json beside it: `body` (whose pictures are left out together), `az` (the camera's azimuth), `near_side`,
`near` and `far` (x, y and radius of the plates, pixels) and `truth` (`shin_deg` and `hip_deg`). What is not
made anew stays as it is kept, and with --only one part what was fitted.
CLIPS are folders of NAME.mp4 with NAME.truth.json beside them (`series`: the true angles frame by frame; of
each of `reps`, `lumbar_deg`: how much further the lower back is arched at the top than at the bottom).
Clips that move in jerks (drawn with few pictures a lift) go with --held: only their tops, which are held, are
learned from. What was seen in a clip is kept in DIR, so that a second fit takes minutes. Writes
thrustcam/motion/joint_model.npz and prints, for clips left out of the fit, the error and how many of the
truths lie in the 95 % interval.
"""

from __future__ import annotations

import argparse
import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from scipy.optimize import minimize
from scipy.spatial.distance import cdist

from thrustcam.frames import open_clip
from thrustcam.motion.alike import AlikeModel, Covariance
from thrustcam.motion.calibration import FILE
from thrustcam.motion.joint_model import ANGLES, Columns, LinearModel
from thrustcam.motion.motion import Motion, measure_motion
from thrustcam.motion.observation import SITUATIONS, TELLING, Situation
from thrustcam.motion.outline import CLOSE_UPS, Part, descriptor
from thrustcam.motion.sagittal import SagittalSet, sagittal_sets
from thrustcam.motion.tops import APART, OF_MOMENTS
from thrustcam.motion.view import GROUPS as LINES
from thrustcam.motion.view import KNOWN_TO_DEG, Side, View, lines_seen
from thrustcam.poses.close_ups import ankle, shin_px
from thrustcam.poses.mediapipe import MediaPipePose
from thrustcam.poses.models import install
from thrustcam.poses.painting import Disc
from thrustcam.poses.track import PoseTrack
from thrustcam.poses.uncovering import See, look
from thrustcam.poses.watch import Watch
from thrustcam.reps import find_reps

ARRAYS = ("t", "points", "world", "visibility", "plate", "far_plate", "turned")
POSITIONS = Path(__file__).with_name("positions.npz")
TARGET = Path(__file__).parents[1] / "thrustcam" / "motion" / FILE
PARTS = (*SITUATIONS, "view")
FOLDS = 8
LOST = 1.9
"""Strangeness of a clip's usual top from which on the body was not seen: 4 of 118 clips with plates, at 2.0
to 2.7 and off by 30°; all others lie under 1.8. Once left out they are too strange to be measured."""

RIDGE = 0.02
"""Of what two equal pictures have in common; from 0.01 to 0.1 left-out shins were as exact."""

BY_PLACE: dict[Situation, tuple[int, ...]] = {"clear": (2, 3, 5, 6)}
"""Groups that hold where each landmark lies. Down to hands and nose their places bear out the angles of
rendered bodies in ways that real ones don't: where angles are seen well without them, they may add little."""

MOST_BY_PLACE = {"shin_deg": 0.7, "hip_deg": 2.0, "knee_deg": 0.7, "trunk_deg": 2.0}
"""Standard deviation, degrees, of what each of those groups may add. Without it rendered shins were as exact
and real ones off by up to 10° instead of 5°."""


# --- what was seen, and what was true -----------------------------------------------------------------------


@dataclass(frozen=True)
class Sample:
    """One position: its clip, phase, view, observation, true angles and arch.

    `phase` : top, bottom or between; held for the tops of clips that move in jerks.
    `arch` : of the lower back, degrees; NaN but at tops whose truth says it.
    """

    clip: str
    phase: str
    kind: str
    row: np.ndarray
    groups: np.ndarray
    truth: np.ndarray
    arch: float

    @property
    def is_top(self) -> bool:
        """Whether it is the top of a rep."""
        return self.phase in {"top", "held"}


def track_of(clip: Path, kept: Path | None) -> PoseTrack:
    """What is seen in a clip, from what was kept if it was."""
    store = None if kept is None else kept / f"{clip.stem}.npz"
    if store is not None and store.exists():
        with np.load(store) as arrays:
            width, height = arrays["size"].tolist()
            return PoseTrack(*(arrays[name].astype(float) for name in ARRAYS), (width, height))
    with open_clip(clip) as frames, Watch(install("full")) as watch:
        track = PoseTrack.of([watch(frame) for frame in frames])
    if store is not None:
        store.parent.mkdir(parents=True, exist_ok=True)
        arrays = {name: getattr(track, name).astype(np.float32) for name in ARRAYS[1:]}
        np.savez(store, **arrays, t=track.t, size=np.array(track.size))
    return track


@dataclass(frozen=True)
class Films:
    """Folders of clips: where what was seen in them is kept, and from where they were seen, by their names.

    `views` : none yet while the model that tells them is made. A clip that it was made of must be seen from
    where it would be seen by one that was not, or all else would be learned from views that are too exact.
    """

    folders: Sequence[Path]
    kept: Path | None
    views: Mapping[str, View]

    def of(self, wanted: Callable[[dict], bool]) -> Iterator[tuple[str, dict, Motion]]:
        """Name, truth and motion of every clip whose truth is one of those."""
        for path in (path for folder in self.folders for path in sorted(folder.glob("*.truth.json"))):
            truth = json.loads(path.read_text())
            if wanted(truth):
                clip = path.with_name(truth["clip"])
                motion = measure_motion(track_of(clip, self.kept))
                yield clip.stem, truth, replace(motion, view=self.views.get(clip.stem, motion.view))


def looks(films: Films) -> Iterator[tuple[Sample, Side]]:
    """The lines of every clip but those from the front, with the camera's true azimuth; and the near side."""
    for name, truth, motion in films.of(lambda truth: truth["view"]["kind"] != "front"):
        longest = max((s.track for s in motion.sets), key=len, default=None)
        lines = None if longest is None else lines_seen(longest)
        if lines is not None and lines.hips_deg < KNOWN_TO_DEG:
            azimuth = np.array([abs(truth["view"]["azimuth_deg"])])
            yield Sample(name, "set", truth["view"]["kind"], lines.row, LINES, azimuth, np.nan), lines.near


def samples(films: Films) -> Iterator[tuple[Situation, Sample]]:
    """Every position of every clip that has truth in its sagittal plane, once per situation it can serve."""
    for name, truth, motion in films.of(lambda truth: "shin_deg" in truth.get("series", {})):
        for lifting in sagittal_sets(motion, find_reps(motion)):
            for phase, start_s, end_s in moments(lifting):
                seen, true = lifting.during(start_s, end_s), true_angles(truth, start_s, end_s)
                if seen is None or true is None or motion.view is None:
                    continue
                situation = lifting.situation(seen)
                # A lifter whose plates were found shows just as well how one looks whose plates were not.
                serves: dict[Situation, list[Situation]] = {
                    "bar": ["bar", "near", "hidden"],
                    "near": ["near", "hidden"],
                }
                for each in serves.get(situation, [situation]):
                    if each == "near" and not np.isfinite(lifting.observer.reference.plate[0]):
                        continue
                    observed = lifting.observer(seen, each)
                    arch = true_arch(truth, start_s, end_s) if phase == "top" else np.nan
                    row, kind = observed.rows[0], motion.view.kind
                    yield each, Sample(name, phase, kind, row, observed.groups, true, arch)


def moments(lifting: SagittalSet) -> Iterator[tuple[str, float, float]]:
    """Phase, start and end of the positions to learn from: tops, bottoms and quarters of the way."""
    for rep in lifting.reps:
        yield "top", rep.top_start_s, rep.top_end_s
        yield "bottom", rep.start_s - 0.25, rep.start_s
        for start_s, end_s in ((rep.start_s, rep.top_start_s), (rep.top_end_s, rep.end_s)):
            for share in (0.25, 0.5, 0.75):
                at_s = start_s + share * (end_s - start_s)
                yield "between", at_s - 0.03, at_s + 0.03


Known = dict[str, list[Sample]]
"""By situation, and of the view: what was seen and what was true."""


def known_of(folders: list[Path], tracks: Path | None, held: Sequence[Path] = ()) -> Known:
    """What the clips of some folders have to teach; of those in `held` only the tops."""
    known: Known = {part: [] for part in PARTS}
    seen = list(looks(Films([*folders, *held], tracks, {})))
    known["view"] = [sample for sample, _ in seen]
    views = views_left_out(seen)
    whole, jerky = Films(folders, tracks, views), Films(held, tracks, views)
    for situation, sample in samples(whole):
        known[situation].append(sample)
    for situation, sample in samples(jerky):
        if sample.is_top:
            known[situation].append(replace(sample, phase="held"))
    return known


Outlines = dict[str, np.ndarray]
"""Of close-ups: `mean` and `basis` of their descriptors' principal components, `rows` in them, `truth` in
degrees, `body` whose they are, and `shifted` where they were put off their place."""

OUTLINES: dict[Part, str] = {"shin": "shin_deg", "hips": "hip_deg"}
SHIFTED, SHIFTED_BY = 2, {"shin": (0.08, 0.08, 0.06), "hips": (0.04, 0.04, 0.06)}
"""How often each close-up is put off its place, by shares of its length right, down and larger (standard
deviations), as ankles and plates that are seen elsewhere do; chosen on left-out bodies as the components
were."""
COMPONENTS = {"shin": 64, "hips": 128}
FROM_ASIDE_DEG = 27.0
"""From where on both shins are in sight, and are told without their outlines."""
LOST_SDS = 3.0
"""Robust standard deviations (Rousseeuw & Croux 1993) from which on a body was lost."""
PLATE_OFF, FAR_OFF, FAR_SEEN = 0.01, 0.02, 0.85
"""Shares of their radius by which plates are seen elsewhere, and of pictures in which the far one is seen."""


def outlines_of(folders: Sequence[Path]) -> dict[Part, Outlines]:
    """What the pictures of some tops have to teach."""
    paths = sorted(path for folder in folders for path in folder.glob("*.json"))
    with MediaPipePose(install("full")) as model:
        seen: dict[Part, list] = {
            "shin": [each for path in paths for each in shins_of(path, model.afresh)],
            "hips": [each for path in paths for each in hips_of(path)],
        }
    return {part: components(*zip(*rows, strict=True), COMPONENTS[part]) for part, rows in seen.items()}


def components(rows: Sequence, truth: Sequence, body: Sequence, shifted: Sequence, most: int) -> Outlines:
    """Descriptors, shape (m, d), in `most` principal components."""
    descriptors = np.array(rows)
    mean = descriptors.mean(axis=0)
    basis = np.linalg.svd(descriptors - mean, full_matrices=False)[2][:most].T
    whole = {"mean": mean, "basis": basis, "rows": (descriptors - mean) @ basis}
    outlines: Outlines = {name: part.astype(np.float16) for name, part in whole.items()}
    return outlines | {"truth": np.array(truth), "body": np.array(body), "shifted": np.array(shifted)}


Seen = tuple[np.ndarray, float, str, bool]
"""A close-up's descriptor, the angle it shows, whose it is and whether it was put off its place."""


def shins_of(path: Path, see: See) -> Iterator[Seen]:
    """The near shin of one top."""
    truth, image, near, far = picture_of(path)
    if abs(truth["az"]) > FROM_ASIDE_DEG:
        return
    points, *_ = look(see, image, near, far)
    if np.isfinite(points).all():
        foot = ankle(points, truth["near_side"])
        yield from shifted("shin", image, foot, shin_px(points), truth)


def hips_of(path: Path) -> Iterator[Seen]:
    """The hips of one top."""
    truth, image, near, _ = picture_of(path)
    yield from shifted("hips", image, np.array(near[:2]), near[2], truth)


def shifted(part: Part, image: np.ndarray, at: np.ndarray, length_px: float, truth: dict) -> Iterator[Seen]:
    """A close-up, and the same put off its place."""
    rng = np.random.default_rng([1, zlib.crc32(truth["name"].encode())])
    toes = 1 if truth["near_side"] == "right" else -1
    for nth in range(1 + SHIFTED):
        *off, larger = rng.normal(0, SHIFTED_BY[part]) if nth else np.zeros(3)
        picture = CLOSE_UPS[part](image, at + np.array(off) * length_px, (1 + larger) * length_px)
        yield descriptor(picture[:, ::toes]), truth["truth"][OUTLINES[part]], truth["body"], nth > 0


def picture_of(path: Path) -> tuple[dict, np.ndarray, Disc, Disc | None]:
    """What is known of one picture, itself, and where the near and the far plate are seen in it."""
    truth = json.loads(path.read_text()) | {"name": path.stem}
    image = np.ascontiguousarray(cv2.imread(str(path.with_suffix(".jpg")))[..., ::-1])
    rng = np.random.default_rng(zlib.crc32(path.stem.encode()))
    near = plate_seen(truth["near"], PLATE_OFF, rng)
    return truth, image, near, plate_seen(truth["far"], FAR_OFF, rng) if rng.random() < FAR_SEEN else None


def plate_seen(plate: Sequence[float], off: float, rng: np.random.Generator) -> Disc:
    """Where a plate is found that is at x, y and has that radius."""
    x, y, radius = plate[:3]
    right, down, larger = rng.normal(0, off * radius, 3)
    return x + right, y + down, radius + larger


def keep(known: Known, outlines: dict[Part, Outlines]) -> None:
    """Write what was seen, so that a fit can be repeated without the clips."""
    arrays: dict[str, np.ndarray] = {
        f"outline/{part}/{name}": array for part, arrays in outlines.items() for name, array in arrays.items()
    }
    for situation, rows in known.items():
        arrays[f"{situation}/rows"] = np.array([s.row for s in rows], np.float32)
        arrays[f"{situation}/truth"] = np.array([s.truth for s in rows], np.float32)
        arrays[f"{situation}/groups"] = rows[0].groups
        for name in ("clip", "phase", "kind", "arch"):
            arrays[f"{situation}/{name}"] = np.array([getattr(s, name) for s in rows])
    # Four digits are what the pose model is good for, and a third of the size.
    for name in [n for n in arrays if n.endswith("/rows")]:
        arrays[name] = arrays[name].astype(np.float16)
    np.savez_compressed(POSITIONS, **arrays)


def kept() -> Known:
    """What `keep` wrote."""
    with np.load(POSITIONS) as file:
        arrays = {name: file[name] for name in file.files}
    return {
        s: [
            Sample(
                str(clip),
                str(phase),
                str(kind),
                row.astype(float),
                arrays[f"{s}/groups"],
                truth.astype(float),
                float(arch),
            )
            for clip, phase, kind, row, truth, arch in zip(
                *(arrays[f"{s}/{name}"] for name in ("clip", "phase", "kind", "rows", "truth", "arch")),
                strict=True,
            )
        ]
        for s in PARTS
    }


def kept_outlines() -> dict[Part, Outlines]:
    """Of what `keep` wrote."""
    with np.load(POSITIONS) as file:
        return {
            part: {n.removeprefix(f"outline/{part}/"): file[n] for n in file.files if f"outline/{part}/" in n}
            for part in OUTLINES
        }


def true_angles(truth: dict, start_s: float, end_s: float) -> np.ndarray | None:
    """The median of each angle over that time."""
    rows = slice(max(0, round(start_s * truth["fps"])), round(end_s * truth["fps"]) + 1)
    series = np.array([truth["series"][name][rows] for name in ANGLES], float)
    return np.median(series, axis=1) if series.shape[1] and np.isfinite(series).all() else None


def true_rep(truth: dict, start_s: float, end_s: float) -> dict | None:
    """The rep whose top is then."""
    return next((r for r in truth["reps"] if start_s <= r["top_s"][1] and end_s >= r["top_s"][0]), None)


def true_arch(truth: dict, start_s: float, end_s: float) -> float:
    """The arch of the lower back at the top that is then; NaN where the truth does not say."""
    rep = true_rep(truth, start_s, end_s)
    return float("nan") if rep is None else float(rep.get("lumbar_deg", np.nan))


# --- the fit ------------------------------------------------------------------------------------------------


class Fit:
    """Bayesian linear regression with a prior for each part of the observation and an offset for each clip.

    The scales of the priors, of the offsets and of the noise maximise the marginal likelihood, which is
    tractable because clips are independent (Woodbury). Clips far off (a pose model that saw another body)
    lose their weight in a second round. `most` : by group, the largest scale of its prior, degrees.
    """

    def __init__(
        self,
        x: np.ndarray,
        y: np.ndarray,
        clip: np.ndarray,
        groups: np.ndarray,
        most: Mapping[int, float] | None = None,
    ) -> None:
        self._most = most or {}
        self.mean, self.scale = x.mean(0), x.std(0) + 1e-3
        self.offset = float(y.mean())
        z, r = (x - self.mean) / self.scale, y - self.offset
        members = [np.flatnonzero(clip == c) for c in np.unique(clip)]
        weight = np.ones(len(members))
        start = None
        for _ in range(2):
            start = self._fit(z, r, members, weight, groups, start)
            off = np.array([np.median(r[m] - z[m] @ self.weights) for m in members])
            usual = 1.4826 * np.median(np.abs(off)) + 1e-6
            weight = np.minimum(1.0, (2.5 * usual / np.maximum(np.abs(off), 1e-9)) ** 2)

    def _fit(self, z, r, members, weight, groups, start):  # noqa: PLR0917
        sums = np.array([z[m].sum(0) for m in members])
        totals = np.array([r[m].sum() for m in members])
        n = np.array([len(m) for m in members])
        rows = np.concatenate([np.full(len(m), w) for m, w in zip(members, weight, strict=True)])
        order = np.concatenate(members)
        zw = z[order] * rows[:, None]
        zz, zr = zw.T @ z[order], zw.T @ r[order]
        rr = float((rows * r[order] ** 2).sum())
        count = np.bincount(groups)

        def parts(p):
            prior = (np.exp(2 * p[: len(count)]) / count)[groups]
            body, noise = np.exp(2 * p[-2]), np.exp(2 * p[-1])
            c = weight * body / (noise * (noise + n * body))
            a = zz / noise - (sums.T * c) @ sums
            b = zr / noise - sums.T @ (c * totals)
            q = rr / noise - (c * totals**2).sum()
            return prior, a, b, q, ((n - 1) * np.log(noise) + np.log(noise + n * body)).sum(), body, noise

        def loss(p):
            prior, a, b, q, logdet, *_ = parts(p)
            root = np.linalg.cholesky(a + np.diag(1 / prior))
            v = np.linalg.solve(root, b)
            return 0.5 * (q - v @ v + logdet + np.log(prior).sum()) + np.log(np.diag(root)).sum()

        highest = [np.log(self._most.get(group, 55.0)) for group in range(len(count))]
        first = np.r_[np.full(len(count), 1.5), np.log(2.0), np.log(1.5)] if start is None else start
        first = np.minimum(first, [*highest, 3, 3])
        bounds = [(-4, high) for high in highest] + [(-2, 3), (-1.5, 3)]
        best = minimize(loss, first, method="L-BFGS-B", bounds=bounds, options={"maxiter": 60}).x
        prior, a, b, _, _, body, noise = parts(best)
        self.covariance = np.linalg.inv(a + np.diag(1 / prior))
        self.weights = self.covariance @ b
        self.body_sd, self.frame_sd = float(np.sqrt(body)), float(np.sqrt(noise))
        return best

    def model(self, stretch: float = 1.0) -> LinearModel:
        """What thrustcam measures with."""
        shape = (self.mean, self.scale, self.weights, self.offset, self.covariance)
        return LinearModel(*shape, self.body_sd, self.frame_sd, stretch)


def left_out(
    x: np.ndarray,
    y: np.ndarray,
    clip: np.ndarray,
    groups: np.ndarray,
    most: Mapping[int, float] | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Error and claimed standard deviation of every position by a fit that has not seen its clip."""
    error, sd = np.zeros(len(y)), np.zeros(len(y))
    names = np.unique(clip)
    for fold in range(FOLDS):
        out = np.isin(clip, names[fold::FOLDS])
        if out.any():
            found, sd[out] = Fit(x[~out], y[~out], clip[~out], groups, most).model()(x[out])
            error[out] = found - y[out]
    return error, sd


def stretch_of(error: np.ndarray, sd: np.ndarray, clip: np.ndarray) -> float:
    """What the claimed standard deviations must be multiplied with for 95 % of the clips, each one voice."""
    ratio = np.array([np.median(np.abs(error[clip == c]) / sd[clip == c]) for c in np.unique(clip)])
    return float(np.clip(np.quantile(ratio, 0.95) / 1.96, 0.9, 2.5))


def told_of(truth: np.ndarray, error: np.ndarray) -> float:
    """The share of how bodies differ that is told of those left out of the fit."""
    return float(np.polyfit(truth, truth + error, 1)[0])


def report(name: str, kind: np.ndarray, error: np.ndarray, half: np.ndarray) -> None:
    for view in ("side", "three-quarter"):
        rows = kind == view
        if rows.any():
            e, h = error[rows], half[rows]
            figures = f"rmse {np.sqrt((e**2).mean()):5.1f}  median {np.median(np.abs(e)):4.1f}"
            held = f"inside {np.mean(np.abs(e) <= h):.3f}  width {2 * h.mean():5.1f}"
            print(f"  {name:34} {view:13} n {len(e):4} {figures}  {held}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("clips", nargs="*", type=Path)
    parser.add_argument("--held", type=Path, action="append", default=[])
    parser.add_argument("--tracks", type=Path)
    parser.add_argument("--pictures", type=Path, action="append", default=[])
    parser.add_argument("--only", choices=(*PARTS, "outline"))
    options = parser.parse_args()
    if options.clips or options.pictures:
        known = known_of(options.clips, options.tracks, options.held) if options.clips else kept()
        keep(known, outlines_of(options.pictures) if options.pictures else kept_outlines())
    stored = fitted_before() if options.only else {}
    known = kept()
    for part in (options.only,) if options.only else (*PARTS, "outline"):
        if part == "view":
            _fit_view(known[part], stored)
        elif part == "outline":
            for close_up, outlines in kept_outlines().items():
                _fit_outline(close_up, outlines, stored)
        else:
            _fit_situation(part, known[part], stored)
    np.savez_compressed(TARGET, **{name: np.asarray(a, np.float32) for name, a in stored.items()})
    print(f"{TARGET}: {TARGET.stat().st_size / 1e6:.2f} MB")


def fitted_before() -> dict[str, np.ndarray]:
    """What is shipped."""
    with np.load(TARGET) as file:
        return {name: file[name] for name in file.files}


def _fit_outline(part: Part, outlines: Outlines, stored: dict) -> None:
    """An angle from outlines; prints how right it is for bodies left out.

    What a kernel ridge regression tells lies nearer to the mean than the truth, and is stretched by what that
    was for bodies left out, but for those that were lost.
    """
    rows, truth, body = (outlines[name] for name in ("rows", "truth", "body"))
    rows, names = rows.astype(float), np.unique(body)
    gaps = cdist(rows, rows, "sqeuclidean")
    reach, told = float(np.median(gaps)), np.zeros(len(truth))
    alike, middle = np.exp(-gaps / reach), truth.mean()
    for fold in range(FOLDS):
        out = np.isin(body, names[fold::FOLDS])
        told[out] = alike[np.ix_(out, ~out)] @ _weights(alike[np.ix_(~out, ~out)], truth[~out])
        told[out] += truth[~out].mean()
    off = np.abs(told - truth)
    seen = off < LOST_SDS * 1.48 * np.median(off)
    held = float(np.polyfit(truth[seen], told[seen], 1)[0])
    told = middle + (told - middle) / held
    e = (told - truth)[~outlines["shifted"]]
    print(f"{part}: {len(names)} bodies, {len(e)} pictures, {len(truth)} with those put off their place")
    figures = f"rmse {np.sqrt((e**2).mean()):.1f}  median {np.median(np.abs(e)):.1f}  held {held:.2f}"
    print(f"  {OUTLINES[part]}, left out {figures}  over 6°: {np.mean(np.abs(e) > 6):.3f}")
    numbers = {"offset": middle, "reach": reach, "weights": _weights(alike, truth) / held}
    for name in ("mean", "basis", "rows"):
        numbers[name] = outlines[name]
    stored.update({f"outline/{part}/{name}": np.asarray(number) for name, number in numbers.items()})


def _weights(alike: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Of a kernel ridge regression around the mean."""
    return np.linalg.solve(alike + RIDGE * np.eye(len(truth)), truth - truth.mean())


def _without_lost(rows: list[Sample]) -> list[Sample]:
    """The clips whose body was seen: one that was lost at every top has nothing to teach."""
    x, clip = np.array([s.row for s in rows]), np.array([s.clip for s in rows])
    top = np.array([s.is_top for s in rows])
    strange = np.sqrt((((x - x.mean(0)) / (x.std(0) + 1e-3)) ** 2).mean(axis=1))
    lost = {c for c in np.unique(clip[top]) if np.median(strange[top & (clip == c)]) > LOST}
    print(f"left out as lost: {', '.join(sorted(lost)) or 'none'}")
    return [s for s in rows if s.clip not in lost]


def _fit_situation(situation: Situation, rows: list[Sample], stored: dict) -> None:
    rows = _without_lost(rows)
    tops, rows = [s for s in rows if s.is_top], [s for s in rows if s.phase != "held"]
    x = np.array([s.row for s in rows])
    clips, bodies = (len({s.clip for s in some}) for some in (rows, tops))
    print(f"{situation}: {clips} clips, {len(rows)} positions, {x.shape[1]} columns; tops of {bodies} bodies")
    # Plates that were not even found may hide more than those of the calibration's clips.
    cautious = 2.0 if situation == "hidden" else 1.0
    usual = {name: [s for s in tops if s.clip == name] for name in sorted({s.clip for s in tops})}
    seen = np.array([np.median([s.row for s in mine], axis=0) for mine in usual.values()])
    stored[f"{situation}/tops/rows"], stored[f"{situation}/tops/groups"] = seen, rows[0].groups
    for j, angle in enumerate(ANGLES):
        most = dict.fromkeys(BY_PLACE.get(situation, ()), MOST_BY_PLACE[angle])
        fit, left = _fit_angle(f"{situation}/{angle}", j, rows, most, stored, cautious)
        truth = np.array([np.median([s.truth[j] for s in mine]) for mine in usual.values()])
        joint = np.array([left.get(name, (np.nan, np.nan)) for name in usual])
        _fit_top(f"{situation}/tops/{angle}", seen, rows[0].groups, truth, joint, stored)
    _fit_differences(situation, tops, fit.model().scaled(np.array([s.row for s in tops])), stored)
    strange = fit.model().strangeness(x)
    stored[f"{situation}/too_strange"] = np.array(1.25 * np.quantile(strange, 0.995))
    print(f"  too strange above {1.25 * np.quantile(strange, 0.995):.2f}")


def views_left_out(seen: Sequence[tuple[Sample, Side]]) -> dict[str, View]:
    """By the clip's name: from where it was seen, by a model that has not seen it."""
    rows = [sample for sample, _ in seen]
    error, sd, stretch, _ = _azimuths_left_out(rows)
    return {
        sample.clip: View.at(abs(float(sample.truth[0] + off)), near, stretch * float(spread))
        for (sample, near), off, spread in zip(seen, error, sd, strict=True)
    }


def _fit_view(rows: list[Sample], stored: dict) -> None:
    """The camera's azimuth, from the lines of whole sets; prints how right it is."""
    error, sd, stretch, held = _azimuths_left_out(rows)
    print(f"view: {len(rows)} clips; {held:.2f} of how they differ is told")
    report("azimuth, left out", np.array([s.kind for s in rows]), error, 1.96 * stretch * sd)
    x, groups, truth = np.array([s.row for s in rows]), rows[0].groups, np.array([s.truth[0] for s in rows])
    stored["view/rows"], stored["view/groups"] = x, groups
    _store_tops("view/azimuth", x, groups, truth, stretch, held, stored)


def _azimuths_left_out(rows: list[Sample]) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Error and standard deviation of each, nothing held back; their stretch; the share that was told."""
    truth, clip = np.array([s.truth[0] for s in rows]), np.array([s.clip for s in rows])
    error, sd = tops_left_out(np.array([s.row for s in rows]), rows[0].groups, truth, clip)
    held, apart = told_of(truth, error), truth - truth.mean()
    off, sd = (error + apart) / held - apart, sd / held
    return off, sd, stretch_of(off, sd, clip), held


def _fit_angle(  # noqa: PLR0917
    name: str,
    column: int,
    rows: list[Sample],
    most: Mapping[int, float],
    stored: dict,
    cautious: float = 1.0,
) -> tuple[Fit, dict[str, tuple[float, float]]]:
    """One angle, the given column of the truth; prints how right it is at tops left out.

    Returns also the error at each clip's tops by a fit that has not seen it, and how sure that is of itself.
    `cautious` : factor on the stretch that left-out tops ask for.
    """
    x, y = np.array([s.row for s in rows]), np.array([s.truth[column] for s in rows])
    clip, kind = np.array([s.clip for s in rows]), np.array([s.kind for s in rows])
    top, groups, angle = np.array([s.phase == "top" for s in rows]), rows[0].groups, name.split("/")[1]
    error, sd = left_out(x, y, clip, groups, most)
    fit = Fit(x, y, clip, groups, most)
    stretch = stretch_of(error[top], sd[top], clip[top]) * cautious
    report(f"{angle} top, left out", kind[top], error[top], 1.96 * stretch * sd[top])
    _store(name, fit, stretch, stored)
    mine = {str(name): top & (clip == name) for name in np.unique(clip[top])}
    spread = stretch / cautious * sd
    return fit, {name: (float(np.median(error[m])), float(np.median(spread[m]))) for name, m in mine.items()}


def _fit_top(  # noqa: PLR0917
    name: str,
    rows: np.ndarray,
    groups: np.ndarray,
    truth: np.ndarray,
    joint: np.ndarray,
    stored: dict,
) -> None:
    """The usual top of each clip; `joint`, shape (m, 2): the joint model's error and spread there, or NaN."""
    error, sd = tops_left_out(rows, groups, truth, np.arange(len(truth)))
    apart = joint[:, 0] - error
    both, spread = error + OF_MOMENTS * apart, np.hypot(sd + OF_MOMENTS * (joint[:, 1] - sd), APART * apart)
    some = np.isfinite(both)
    stretch = float(np.quantile(np.abs(both[some]) / spread[some], 0.95) / 1.96)
    held = told_of(truth[some], both[some])
    joint_rms, tops_rms, rms = (np.sqrt((e[some] ** 2).mean()) for e in (joint[:, 0], error, both))
    print(f"  usual top, left out: joint model {joint_rms:.1f}, tops alone {tops_rms:.1f}, both {rms:.1f}")
    print(f"  its spread × {stretch:.2f}; {held:.2f} of how bodies differ is told")
    _store_tops(name, rows, groups, truth, stretch, held, stored)


def _store_tops(  # noqa: PLR0917
    name: str,
    rows: np.ndarray,
    groups: np.ndarray,
    truth: np.ndarray,
    stretch: float,
    held: float,
    stored: dict,
) -> None:
    logs = logs_of(rows, groups, truth)
    numbers = {"truth": truth, "logs": logs, "stretch": np.array(stretch), "held": np.array(held)}
    stored.update({f"{name}/{number}": value for number, value in numbers.items()})


def tops_left_out(
    rows: np.ndarray, groups: np.ndarray, truth: np.ndarray, clip: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Error and claimed standard deviation of every top by a fit that has not seen its clip."""
    error, sd = np.zeros(len(truth)), np.zeros(len(truth))
    for fold in range(FOLDS):
        out = np.isin(clip, np.unique(clip)[fold::FOLDS])
        logs = logs_of(rows[~out], groups, truth[~out])
        model = AlikeModel(rows[~out], groups, truth[~out], Covariance.of(logs))
        found = np.array([model(row) for row in rows[out]])
        error[out], sd[out] = found[:, 0] - truth[out], found[:, 1]
    return error, sd


def logs_of(rows: np.ndarray, groups: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """The covariance that makes those tops most likely, as `Covariance.of` reads it."""
    z, off = (rows - rows.mean(0)) / (rows.std(0) + 1e-3), truth - truth.mean()
    dots, gaps = _compared(z, groups)
    k, unit = len(dots), np.eye(len(truth))

    def loss(logs):
        c = Covariance.of(logs)
        near = c.alike * np.exp(-0.5 * np.tensordot(c.nearness, gaps, 1))
        shared = np.tensordot(c.linear, dots, 1) + near
        inverse = np.linalg.inv(shared + c.noise * unit)
        told = inverse @ off
        value = 0.5 * (off @ told + np.linalg.slogdet(shared + c.noise * unit)[1])
        slope = 0.5 * (inverse - np.outer(told, told))
        steps = np.concatenate(
            [
                2 * c.linear * np.tensordot(dots, slope, 2),
                -c.nearness * np.tensordot(gaps, slope * near, 2),
                [2 * np.sum(slope * near), 2 * c.noise * np.trace(slope)],
            ]
        )
        # A weak pull towards 1: with a point for each of 200 bodies some scales are left open.
        return value + 0.02 * (logs**2).sum(), steps + 0.04 * logs

    first = np.r_[np.full(k, 0.5), np.full(k, -1.0), 1.0, 1.0]
    bounds = [(-4, 4)] * k + [(-4, 2)] * k + [(-3, 4), (-0.5, 3)]
    return minimize(loss, first, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 25}).x


def _compared(z: np.ndarray, groups: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean product and mean squared difference of any two rows over each group's columns, shapes (k, n, n).

    What `Covariance` weighs, which changes from step to step of a fit.
    """
    parts = [z[:, groups == k] for k in range(int(groups.max()) + 1)]
    dots = np.array([part @ part.T / part.shape[1] for part in parts])
    squares = [np.diag(dot) for dot in dots]
    gaps = np.array([a[:, None] + a - 2 * dot for a, dot in zip(squares, dots, strict=True)])
    return dots, np.maximum(gaps, 0.0)


def _fit_differences(situation: Situation, tops: list[Sample], z: np.ndarray, stored: dict) -> None:
    """How the tops of one set differ in hip angle and arch, from how their pictures, scaled, differ."""
    telling, groups = TELLING[situation], tops[0].groups
    moving, body = (np.flatnonzero(np.isin(groups, part)) for part in (telling.moving, telling.body))
    columns = Columns(moving, np.flatnonzero(groups == telling.rise[0])[list(telling.rise[1])], body)
    stored.update({f"{situation}/{name}": getattr(columns, name) for name in ("moving", "rise", "body")})
    parts = np.unique(np.r_[groups[moving], np.full(len(body), groups.max() + 1)], return_inverse=True)[1]
    clip, arch = np.array([s.clip for s in tops]), np.array([s.arch for s in tops])
    hips = np.array([s.truth[ANGLES.index("hip_deg")] for s in tops])
    for name, factor, y in (("contrast", "past_line", hips), ("arch", "arched", arch)):
        sets = [m for m in (np.flatnonzero(clip == c) for c in np.unique(clip)) if len(m) > 1]
        sets = [m for m in sets if np.isfinite(y[m]).all()]
        x = np.concatenate([columns.differences(z[m]) for m in sets])
        apart, whose = np.concatenate([y[m] - np.median(y[m]) for m in sets]), clip[np.concatenate(sets)]
        # A top at which the pose model saw nothing of the body has nothing to teach.
        moved = x[:, : len(moving)]
        seen = np.sqrt(((moved / (moved.std(0) + 1e-3)) ** 2).mean(axis=1)) < 2.5
        x, apart, whose = x[seen], apart[seen], whose[seen]
        error, _ = left_out(x, apart, whose, parts)
        for kind, some in (("same", np.abs(apart) <= 8), ("less", apart < -8), ("more", apart > 8)):
            print(f"  {name}, {kind:5} n {some.sum():4} rmse {np.sqrt((error[some] ** 2).mean()):5.1f}")
        past = apart > 8
        held = float(((apart + error)[past] @ apart[past]) / (apart[past] @ apart[past]))
        print(f"  {name}, of more than usual {held:.2f} is told")
        stored[f"{situation}/{factor}"] = np.array(1 / held)
        _store(f"{situation}/{name}", Fit(x, apart, whose, parts), 1.0, stored)


def _store(name: str, fit: Fit, stretch: float, stored: dict) -> None:
    stored[f"{name}/weights"] = fit.weights
    stored[f"{name}/columns"] = np.stack([fit.mean, fit.scale])
    stored[f"{name}/covariance"] = fit.covariance[np.tril_indices(len(fit.weights))]
    stored[f"{name}/numbers"] = np.array([fit.offset, fit.body_sd, fit.frame_sd, stretch])


if __name__ == "__main__":
    main()
