"""A page of A5 for a knee board: lines from the top down, mirrored whole where the language runs from right to left.

Positions are fractions of the page. Text is wrapped by what it measures, never by counting its letters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from detente.line.language import direction_of

INK, PALE, PAPER, SHADE = "#16202b", "#5b6774", "#ffffff", "#eef1f4"
ALARM, WARN, FAIR = "#a3160f", "#8a5a00", "#0b6b3a"
"""Dark enough to read in print and in sunlight; each stands beside words that say the same."""

_WIDTH_IN, _HEIGHT_IN = 5.83, 8.27
_DPI = 200
_POINT = 1.0 / (72.0 * _HEIGHT_IN)
_LEFT, _RIGHT = 0.045, 0.955
_BANNER = 0.112
_FONT = "DejaVu Sans"
_ASCENT = 0.76
"""How far capitals rise above the baseline, of the size."""


class Page:
    """A figure that is filled from the top; `y` is where the next line begins."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.is_rtl = direction_of(language) == "rtl"
        self.figure = Figure(figsize=(_WIDTH_IN, _HEIGHT_IN), dpi=_DPI, facecolor=PAPER)
        self._canvas = FigureCanvasAgg(self.figure)
        self.y = 1.0

    def gap(self, points: float) -> None:
        """Leave room."""
        self.y -= points * _POINT

    def banner(self, title: str, below: str) -> None:
        """The dark head of the page: what the card is of."""
        self._box(0.0, 1.0 - _BANNER, 1.0, _BANNER, INK)
        size = 25.0
        while size > 12.0 and self._width(title, size, bold=True) > 0.72:
            size -= 1.0
        self._put(_LEFT, 1.0 - 0.032, title, size=size, colour=PAPER, bold=True)
        self._put(_LEFT, 1.0 - 0.080, below, size=9.5, colour="#c9d3dd")
        self.y = 1.0 - _BANNER

    def code(self, cells: Sequence[Sequence[bool]]) -> None:
        """A square code in the head, at the far end, with the quiet zone that readers need."""
        side_in = 0.86
        width, height = side_in / _WIDTH_IN, side_in / _HEIGHT_IN
        left = 1.0 - width - 0.012 if not self.is_rtl else 0.012
        axes = self.figure.add_axes((left, 1.0 - height - 0.004, width, height))
        quiet, count = 4, len(cells)
        grid = [[1.0] * (count + 2 * quiet) for _ in range(count + 2 * quiet)]
        for row, line in enumerate(cells):
            for column, is_dark in enumerate(line):
                grid[row + quiet][column + quiet] = 0.0 if is_dark else 1.0
        axes.imshow(grid, cmap="gray", vmin=0.0, vmax=1.0, interpolation="nearest")
        axes.set_axis_off()

    def strip(self, text: str, colour: str) -> None:
        """A warning across the page."""
        lines = list(self._wrapped(text, 9.0, _RIGHT - _LEFT, bold=True))
        height = (len(lines) * 12.0 + 5.0) * _POINT
        self._box(0.0, self.y - height, 1.0, height, colour)
        for number, line in enumerate(lines):
            self._put(_LEFT, self.y - (4.5 + number * 12.0) * _POINT, line, size=9.0, colour=PAPER, bold=True)
        self.y -= height

    def heading(self, text: str) -> None:
        """What the next lines are about, over a rule."""
        self.gap(4)
        self._put(_LEFT, self.y, text, size=9.0, colour=PALE, bold=True)
        self.gap(12.5)
        self.figure.add_artist(
            Rectangle(
                (_LEFT, self.y), _RIGHT - _LEFT, 0.0, transform=self.figure.transFigure, lw=0.6, ec=PALE
            )
        )
        self.gap(3)

    def channel(self, role: str, name: str, kind: str, said: str, *, is_guard: bool, is_small: bool) -> None:
        """A channel: its use, its digits as large as the page allows, and how they are said."""
        size = 19.0 if is_small or is_guard else 27.0
        height = size * 1.12
        bottom = self.y - (height + 14.0) * _POINT
        self._box(_LEFT - 0.015, bottom, _RIGHT - _LEFT + 0.03, (height + 14.0) * _POINT, SHADE)
        beside = self.y - (height / 2.0 - 5.0) * _POINT
        self._put(_LEFT, beside, role, size=10.5, bold=True, colour=ALARM if is_guard else INK)
        self._put(0.36, self.y - 0.09 * size * _POINT, name, size=size, bold=True)
        self._put(_RIGHT, beside, kind, size=8.0, colour=PALE, side="far")
        self.gap(height)
        fitting = 9.0
        while fitting > 6.0 and self._width(said, fitting) > _RIGHT - _LEFT:
            fitting -= 0.5
        self._put(_LEFT, self.y, said, size=fitting)
        self.gap(16.0)

    def small(self, text: str, *, colour: str = INK, bold: bool = False) -> None:
        """A line of small print, wrapped."""
        for line in self._wrapped(text, 7.8, _RIGHT - _LEFT, bold=bold):
            self._put(_LEFT, self.y, line, size=7.8, colour=colour, bold=bold)
            self.gap(11.0)

    def row(self, said: str, meant: str, *, bottom: float, both_said: bool) -> bool:
        """A phrase: what is said on the air, and what it means, or two that are said.

        Returns: False, and nothing drawn, where it does not fit.
        """
        split = 0.52
        left, right = (_LEFT, split) if not self.is_rtl else (split, _LEFT)
        spoken = list(self._wrapped(said, 7.4, split - _LEFT - 0.02, bold=True))
        understood = list(self._wrapped(meant, 7.4, _RIGHT - split, bold=both_said))
        height = (9.5 * max(len(spoken), len(understood)) + 1.6) * _POINT
        if self.y - height < bottom:
            return False
        for number, line in enumerate(spoken):
            at = self.y - number * 9.5 * _POINT
            self._put(
                _RIGHT if self.is_rtl else left,
                at,
                line,
                size=7.4,
                bold=True,
                side="far" if self.is_rtl else "near",
            )
        for number, line in enumerate(understood):
            self._put(right, self.y - number * 9.5 * _POINT, line, size=7.4, bold=both_said)
        self.y -= height
        return True

    def foot(self, note: str, source: str) -> float:
        """What nobody may overlook, at the bottom; returns where it begins."""
        lines = list(self._wrapped(note, 6.6, _RIGHT - _LEFT))
        y = top = 0.020 + (len(lines) + 1) * 8.6 * _POINT
        self.figure.add_artist(
            Rectangle(
                (_LEFT, y + 3 * _POINT),
                _RIGHT - _LEFT,
                0.0,
                transform=self.figure.transFigure,
                lw=0.6,
                ec=PALE,
            )
        )
        for line in lines:
            self._put(_LEFT, y, line, size=6.6, colour=PALE)
            y -= 8.6 * _POINT
        self._put(_LEFT, y, source, size=6.6, colour=INK)
        return top + 5 * _POINT

    def _put(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float,
        colour: str = INK,
        bold: bool = False,
        side: Literal["near", "far"] = "near",
    ) -> None:
        """Text whose letters hang from `y`, from the near side of the page: the right one where it is mirrored.

        By the baseline, so that marks above Arabic letters do not push a line down.
        """
        is_left = (side == "near") != self.is_rtl
        self.figure.text(
            1.0 - x if self.is_rtl else x,
            y - _ASCENT * size * _POINT,
            text,
            fontsize=size,
            color=colour,
            weight="bold" if bold else "normal",
            ha="left" if is_left else "right",
            va="baseline",
            family=_FONT,
            parse_math=False,
        )

    def _box(self, left: float, bottom: float, width: float, height: float, colour: str) -> None:
        self.figure.add_artist(
            Rectangle(
                (left, bottom), width, height, transform=self.figure.transFigure, fc=colour, lw=0, zorder=0
            )
        )

    def _wrapped(self, text: str, size: float, width: float, *, bold: bool = False) -> Iterator[str]:
        line = ""
        for word in text.split():
            longer = f"{line} {word}" if line else word
            if line and self._width(longer, size, bold=bold) > width:
                yield line
                line = word
            else:
                line = longer
        if line:
            yield line

    def _width(self, text: str, size: float, *, bold: bool = False) -> float:
        probe = self.figure.text(
            0.0, 0.0, text, fontsize=size, weight="bold" if bold else "normal", family=_FONT, parse_math=False
        )
        extent = probe.get_window_extent()
        probe.remove()
        return float(extent.width) / (_WIDTH_IN * _DPI)
