"""Charts as SVG text: pure functions of numbers and words, without inline style, readable by a screen reader.

Every chart carries a title and a description that says all its figures; colour comes from classes of the stylesheet,
length from attributes. Words arrive translated.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from xml.sax.saxutils import escape, quoteattr

CENTRE_X = 150.0
CENTRE_Y = 146.0
RADIUS = 96.0
_RINGS = 3
_STEPS = (1, 2, 3, 4, 5, 6, 8, 10)


@dataclass(frozen=True, slots=True)
class Axis:
    """One direction of the radar: a domain's code and character, its credits in hundredths and how they read."""

    code: str
    character: str
    amount_hundredths: int
    shown: str


def radar(axes: Sequence[Axis], *, title: str, description: str, name: str) -> str:
    """The distribution over the domains; ``name`` makes the ids of title and description unique on the page."""
    step = ring_step(max((axis.amount_hundredths for axis in axes), default=0) / 100)
    count = len(axes)
    head = (
        f'<svg class="radar" viewBox="0 0 300 284" role="img" aria-labelledby="{name}-t {name}-d">'
        f'<title id="{name}-t">{escape(title)}</title><desc id="{name}-d">{escape(description)}</desc>'
    )
    body = [
        *(_ring(count, ring) for ring in range(1, _RINGS + 1)),
        *(_spoke(count, index) for index in range(count)),
        _area(axes, step),
        *(_dot(axis, index, count, step) for index, axis in enumerate(axes)),
        *(_tick(ring, step) for ring in range(1, _RINGS + 1)),
        *(_label(axis, index, count) for index, axis in enumerate(axes)),
    ]
    return head + "".join(body) + "</svg>"


def ring_step(greatest: float) -> float:
    """The credits between two rings: the smallest round number of which three hold the greatest value."""
    power = 1.0
    while power * 10 * _RINGS < greatest:
        power *= 10
    return next(step * power for step in _STEPS if step * power * _RINGS >= greatest)


def _point(index: int, count: int, radius: float) -> tuple[float, float]:
    angle = 2 * pi * index / count - pi / 2
    return CENTRE_X + radius * cos(angle), CENTRE_Y + radius * sin(angle)


def _points(pairs: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in pairs)


def _ring(count: int, ring: int) -> str:
    outline = _points([_point(index, count, RADIUS * ring / _RINGS) for index in range(count)])
    return f'<polygon class="{"ring ring-out" if ring == _RINGS else "ring"}" points="{outline}"/>'


def _spoke(count: int, index: int) -> str:
    x, y = _point(index, count, RADIUS)
    return f'<path class="axis" d="M{CENTRE_X:.0f} {CENTRE_Y:.0f}L{x:.1f} {y:.1f}"/>'


def _reach(axis: Axis, step: float) -> float:
    return RADIUS * max(axis.amount_hundredths, 0) / 100 / (step * _RINGS)


def _area(axes: Sequence[Axis], step: float) -> str:
    outline = [_point(index, len(axes), _reach(axis, step)) for index, axis in enumerate(axes)]
    return f'<polygon class="area" points="{_points(outline)}"/>'


def _dot(axis: Axis, index: int, count: int, step: float) -> str:
    x, y = _point(index, count, _reach(axis, step))
    return f'<circle class="tile d-{axis.code}" cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>'


def _tick(ring: int, step: float) -> str:
    y = CENTRE_Y - RADIUS * ring / _RINGS + 11
    return f'<text class="tick" x="{CENTRE_X + 4:.0f}" y="{y:.1f}">{step * ring:g}</text>'


def _label(axis: Axis, index: int, count: int) -> str:
    x, y = _point(index, count, RADIUS + 32)
    x, y = min(max(x, 22.0), 278.0), min(y, 253.0)
    beside = index == 0
    value_x, value_y = (x + 16, y + 5) if beside else (x, y + 26)
    return (
        f'<g class="d-{axis.code}"><rect class="tile" x="{x - 11:.1f}" y="{y - 11:.1f}" width="22" height="22" rx="4"/>'
        f'<text class="tile-t" x="{x:.1f}" y="{y + 4.5:.1f}">{escape(axis.character)}</text></g>'
        f'<text class="{"v v-start" if beside else "v"}" x="{value_x:.1f}" y="{value_y:.1f}">'
        f"{escape(axis.shown)}</text>"
    )


def meter(value: int, total: int, *, label: str = "", css_class: str = "meter") -> str:
    """A horizontal bar filled to ``value`` of ``total``; without ``label`` it is hidden from screen readers."""
    share = 0.0 if total <= 0 else min(max(value / total, 0.0), 1.0) * 100
    named = f'role="img" aria-label={quoteattr(label)}' if label else 'aria-hidden="true"'
    return (
        f'<svg class="{css_class}" viewBox="0 0 100 10" preserveAspectRatio="none" {named}>'
        f'<rect width="{share:.1f}" height="10"/></svg>'
    )
