"""One task done, in the process this is called in."""

from __future__ import annotations

import contextlib
import hashlib
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from thrustcam import engine
from thrustcam.analysis import Analysis
from thrustcam.errors import ThrustcamError
from thrustcam.feedback.html_report import as_html
from thrustcam.feedback.plain import one_line
from thrustcam.feedback.video import write_video
from thrustcam.feedback.words import nobody_seen
from thrustcam.feedback.write import write_text
from thrustcam.frames import Limits, clip_sha256
from thrustcam.frames.container import check_file
from thrustcam.poses.landmarks import Pose
from thrustcam.poses.models import install, sha256
from thrustcam.scoring.clips import is_url
from thrustcam.scoring.store import Store, result_key
from thrustcam.scoring.task import Outcome, Settings, Task, kept_trouble, pack, pack_trouble, renamed

Progress = Callable[[float, float | None], None]
_STEM = 60  # characters of a clip's name in those of its files


def score_clip(task: Task, progress: Progress | None = None) -> Outcome:
    """Score one clip: from the store where its result is there and may be taken, else by the engine.

    Raises
    ------
    ThrustcamError : when the clip can't be judged or a result can't be written, with what to do.
    """
    settings = task.settings
    with _local(task.path) as path:
        check_file(Path(path), Limits())  # before reading all of what may be no clip at all
        model_sha256 = sha256(install(settings.model, progress=False).read_bytes())
        key = result_key(clip_sha256(path), settings.model, model_sha256, settings.profile)
        page, video = _names(task.path, key, settings)
        store = None if settings.store is None else Store(Path(settings.store))
        packed = store.get(key) if store and settings.resume else None
        if packed is not None:
            if trouble := kept_trouble(packed):
                return Outcome(task.path, error=trouble, resumed=True)
            if _are_there(settings, page, video):
                return Outcome(
                    task.path, packed=renamed(packed, task.path), page=page, video=video, resumed=True
                )
        poses: list[Pose] = []
        drawn = page is not None or video is not None
        analysis = engine.analyze(
            path,
            settings.profile,
            model=settings.model,
            progress=progress,
            keep=poses.append if drawn else None,
            ahead=False,  # the other cores have clips of their own, or are wanted for something else
        )
        if trouble := nobody_seen(analysis):
            trouble = one_line(trouble.removeprefix(f"{analysis.clip.path}: "))
            if store:
                store.put(key, pack_trouble(trouble))
            return Outcome(task.path, error=trouble)
        _draw(analysis, poses, task, (page, video), progress)
    packed = renamed(pack(analysis), task.path)
    if store:
        store.put(key, packed)  # last: it vouches for the pictures
    return Outcome(task.path, packed=packed, page=page, video=video)


def _draw(
    analysis: Analysis,
    poses: list[Pose],
    task: Task,
    names: tuple[str | None, str | None],
    progress: Progress | None,
) -> None:
    settings, (page, video) = task.settings, names
    if settings.pages and page:
        # The page says what the user calls the clip, also where it was downloaded to another name.
        text = as_html(
            analysis, poses, blur=settings.blur, index=settings.index, title=PurePosixPath(task.path).name
        )
        write_text(Path(settings.pages) / page, text)
    if settings.videos and video:
        write_video(analysis, poses, Path(settings.videos) / video, blur=settings.blur, progress=progress)


def _names(path: str, key: str, settings: Settings) -> tuple[str | None, str | None]:
    """Names for the clip's page and video: told apart, and up to date where they are there already."""
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", PurePosixPath(path).stem).strip("-")[:_STEM] or "clip"
    what = hashlib.sha256(f"{key} {settings.blur} {path}".encode("utf-8", "surrogatepass")).hexdigest()[:10]
    name = f"{stem}-{what}"
    return (f"{name}.html" if settings.pages else None, f"{name}.mp4" if settings.videos else None)


def _are_there(settings: Settings, page: str | None, video: str | None) -> bool:
    """Whether the pictures that are asked for were drawn before: they need poses, which nobody keeps."""
    wanted = [(settings.pages, page), (settings.videos, video)]
    return all((Path(folder) / name).is_file() for folder, name in wanted if folder and name)


@contextlib.contextmanager
def _local(path: str) -> Iterator[str]:
    """The clip as a local file; one behind a URL is downloaded for as long as it is needed."""
    if not is_url(path):
        yield path
        return
    try:
        import fsspec  # noqa: PLC0415  # only the extra `ray` brings it
    except ImportError:
        raise ThrustcamError(
            f"{one_line(path)}: clips behind a URL need `pip install 'thrustcam[ray]'`"
        ) from None
    with tempfile.TemporaryDirectory(prefix="thrustcam-") as folder:
        here = Path(folder) / "clip"
        try:
            fs, remote = fsspec.core.url_to_fs(path)
            fs.get_file(remote, str(here))
        except Exception as error:  # each file system has errors of its own
            why = one_line(f"{type(error).__name__}: {error}")
            raise ThrustcamError(f"{one_line(path)}: can't be fetched ({why})") from error
        try:
            yield str(here)
        except ThrustcamError as error:
            raise ThrustcamError(str(error).replace(str(here), one_line(path))) from None
