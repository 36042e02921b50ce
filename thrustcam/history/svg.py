"""Progress as a picture: one SVG file that needs nothing else, to print or to show a coach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from thrustcam.feedback.plain import one_line
from thrustcam.history.facts import KeptSet
from thrustcam.history.progress import TRACKS, Spread, Track, axis, days, limit, points

_WIDTH, _LEFT, _RIGHT = 860, 70, 24
_TOP, _BAND, _GAP, _FOOT = 84, 92, 46, 56  # pixels: title, a plot, what is between two, days and key
_INK, _FAINT, _GRID = "#1f2328", "#6a737d", "#d8dde3"
_BLUE, _ORANGE = "#0072b2", "#d55e00"  # Okabe & Ito: told apart by every eye; dashes differ from dots too
_DAY = 48  # pixels that the name of a day takes


def as_svg(sets: Sequence[KeptSet]) -> str:
    """The progress over these sets, oldest on the left; one column for each."""
    tracks = [(track, points(track, sets)) for track in TRACKS]
    tracks = [(track, spreads) for track, spreads in tracks if any(spreads)]
    height = _TOP + len(tracks) * (_BAND + _GAP) + _FOOT
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}"'
        f' height="{height}" font-family="system-ui, sans-serif" font-size="13" fill="{_INK}">',
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
        _text(_LEFT, 34, "Progress", size=20, weight=600),
        _text(_LEFT, 56, _span(sets), fill=_FAINT),
    ]
    for place, (track, spreads) in enumerate(tracks):
        top = _TOP + place * (_BAND + _GAP) + 22
        lines += _band(track, spreads, sets, top)
    below = _TOP + len(tracks) * (_BAND + _GAP) + 8
    free = 0.0
    for place, day in days(sets):
        x = _x(place, len(sets))
        if x >= free:
            lines.append(_text(x, below, day, fill=_FAINT, anchor="middle"))
            free = x + _DAY
    lines += [*_key(below + 32), "</svg>\n"]
    return "\n".join(lines)


def _span(sets: Sequence[KeptSet]) -> str:
    profiles = ", ".join(dict.fromkeys(one_line(kept.facts.profile) for kept in sets))
    first, last = sets[0].local_time, sets[-1].local_time
    count = "1 set" if len(sets) == 1 else f"{len(sets)} sets"
    return f"{count}, {first:%Y-%m-%d} to {last:%Y-%m-%d}, profile {profiles}"


def _band(
    track: Track, spreads: Sequence[Spread | None], sets: Sequence[KeptSet], top: float
) -> Iterator[str]:
    asked = limit(track, sets)
    low, high = axis(spreads, asked)
    end = _WIDTH - _RIGHT

    def y(value: float) -> float:
        return top + (high - value) / (high - low) * _BAND

    unit = f'<tspan font-weight="400" fill="{_FAINT}">, {escape(track.unit)}</tspan>'
    title = _text(_LEFT, top - 12, track.name.capitalize(), weight=600)
    yield title.replace("</text>", f"{unit}</text>")
    for value in (low, (low + high) / 2, high):
        yield f'<path d="M{_LEFT} {y(value):.1f}H{end}" stroke="{_GRID}"/>'
        yield _text(_LEFT - 10, y(value) + 4, track.form.format(value), fill=_FAINT, anchor="end")
    if asked is not None:
        yield f'<path d="M{_LEFT} {y(asked):.1f}H{end}" stroke="{_ORANGE}" stroke-dasharray="6 4"/>'
    line = " ".join(
        f"{_x(i, len(spreads)):.1f},{y(s.median):.1f}" for i, s in enumerate(spreads) if s is not None
    )
    yield f'<polyline points="{line}" fill="none" stroke="{_BLUE}" stroke-opacity=".45"/>'
    radius = min(4.5, max(1.5, 0.4 * (_x(1, len(spreads)) - _x(0, len(spreads)))))
    for place, (spread, kept) in enumerate(zip(spreads, sets, strict=True)):
        if spread is not None:
            x = _x(place, len(spreads))
            told = f"set {kept.number}, {kept.local_time:%Y-%m-%d}: {track.form.format(spread.median)}"
            yield (
                f'<g><title>{escape(told)}</title><path d="M{x:.1f} {y(spread.least):.1f}'
                f'V{y(spread.greatest):.1f}" stroke="{_BLUE}" stroke-width="3" stroke-opacity=".35"/>'
                f'<circle cx="{x:.1f}" cy="{y(spread.median):.1f}" r="{radius:.1f}" fill="{_BLUE}"/></g>'
            )


def _key(y: float) -> Iterator[str]:
    yield f'<circle cx="{_LEFT + 5}" cy="{y - 4}" r="4.5" fill="{_BLUE}"/>'
    yield _text(_LEFT + 18, y, "middle rep (faults: mean)", fill=_FAINT)
    x = _LEFT + 210
    yield f'<path d="M{x} {y - 14}V{y + 4}" stroke="{_BLUE}" stroke-width="3" stroke-opacity=".35"/>'
    yield _text(x + 12, y, "least to greatest rep", fill=_FAINT)
    x = _LEFT + 380
    yield f'<path d="M{x} {y - 4}h26" stroke="{_ORANGE}" stroke-dasharray="6 4"/>'
    yield _text(x + 36, y, "asked", fill=_FAINT)


def _x(place: int, count: int) -> float:
    width = _WIDTH - _LEFT - _RIGHT
    return _LEFT + width * (place + 0.5) / count


def _text(
    x: float,
    y: float,
    text: str,
    *,
    size: int = 13,
    weight: int = 400,
    fill: str = _INK,
    anchor: str = "start",
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" fill="{fill}"'
        f' text-anchor="{anchor}">{escape(text)}</text>'
    )
