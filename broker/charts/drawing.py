"""A chart drawn as SVG, from fixed settings: a person's own settings and the clock change nothing.

Here, at the very last step, exact values become the floating-point numbers that drawing takes.
"""

from __future__ import annotations

import io
import textwrap
import threading
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, Final

import matplotlib
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, MaxNLocator

from broker.charts.palette import BACKGROUND, GRID, INK, look
from broker.charts.parts import Chart, Intervals, Lines, Number, Series, Spans, Stacks, Unit

WIDTH: Final = 9.0
PANEL_HEIGHT: Final = 3.8
_MARKED: Final = 10
_LETTERS_BELOW: Final = 80
_LETTERS_BESIDE: Final = 30
_TURNED: Final = 60
_STEPS: Final = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200)
_SETTINGS: Final[dict[Any, Any]] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "broker",
    "text.parse_math": False,
    "font.family": ["sans-serif"],
    "font.sans-serif": ["DejaVu Sans", "Arial", "Helvetica"],
    "font.size": 10,
    "hatch.linewidth": 0.8,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.grid.axis": "y",
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.facecolor": BACKGROUND,
    "axes.facecolor": BACKGROUND,
}
_NO_METADATA: Final = {"Date": None, "Creator": None, "Format": None, "Type": None}
_one_at_a_time = threading.Lock()


def draw(chart: Chart) -> bytes:
    """The chart as the library writes it; its settings are global, so one is drawn at a time."""
    with _one_at_a_time, matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_SETTINGS)
        height = PANEL_HEIGHT * len(chart.panels) + 0.7
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        FigureCanvasSVG(figure)
        figure.suptitle(chart.title, fontweight="bold", fontsize=13, wrap=True)
        for place, panel in enumerate(chart.panels, start=1):
            axes = figure.add_subplot(len(chart.panels), 1, place)
            _DRAWERS[type(panel)](axes, panel)
            _finish(axes, panel)
        figure.supxlabel(f"Source: {chart.source}", fontsize=8, x=0.01, ha="left", wrap=True)
        drawn = io.BytesIO()
        figure.savefig(drawn, format="svg", metadata=_NO_METADATA)
        return drawn.getvalue()


def _lines(axes: Axes, panel: Lines) -> None:
    every = max(1, len(panel.labels) // _MARKED)
    for place, series in enumerate(panel.series):
        style = look(place)
        axes.plot(
            range(len(panel.labels)),
            _floats(series.values, panel.unit),
            color=style.colour,
            linestyle=style.line,
            marker=style.marker,
            markevery=(place * every // max(1, len(panel.series)), every),
            markersize=5,
            linewidth=1.6,
            label=series.name,
        )
    axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]) if _negative(panel.series) else 0.0)


def _stacks(axes: Axes, panel: Stacks) -> None:
    tops = [0.0] * len(panel.labels)
    for place, series in enumerate(panel.series):
        style = look(place)
        heights = [0.0 if value != value else value for value in _floats(series.values, panel.unit)]
        axes.bar(
            range(len(panel.labels)),
            heights,
            bottom=tops,
            width=0.7,
            color=style.colour,
            edgecolor=BACKGROUND,
            hatch=style.pattern,
            label=series.name,
        )
        tops = [top + height for top, height in zip(tops, heights, strict=True)]
    for place, series in enumerate(panel.marks):
        axes.plot(
            range(len(panel.labels)),
            _floats(series.values, panel.unit),
            color=INK,
            linestyle=":",
            marker=look(place + 3).marker,
            markersize=7,
            markerfacecolor=BACKGROUND,
            path_effects=[withStroke(linewidth=3.5, foreground=BACKGROUND)],
            label=series.name,
        )


def _intervals(axes: Axes, panel: Intervals) -> None:
    values = _floats(panel.values, panel.unit)
    below = [v - low for v, low in zip(values, _floats(panel.low, panel.unit), strict=True)]
    beyond = [high - v for v, high in zip(values, _floats(panel.high, panel.unit), strict=True)]
    axes.bar(
        range(len(panel.labels)),
        values,
        width=0.7,
        color=look(0).colour,
        edgecolor=INK,
        yerr=(below, beyond),
        capsize=6,
        ecolor=INK,
        label=panel.name,
    )


def _spans(axes: Axes, panel: Spans) -> None:
    """From the base to either end, the two ends told apart by colour and pattern."""
    [base] = _floats([panel.base], panel.unit)
    places = range(len(panel.labels))
    for place, (name, values) in enumerate(
        ((panel.low_name, panel.low), (panel.high_name, panel.high))
    ):
        style = look(place)
        axes.barh(
            places,
            [value - base for value in _floats(values, panel.unit)],
            left=base,
            height=0.6 - 0.2 * place,
            color=style.colour,
            edgecolor=BACKGROUND,
            hatch=style.pattern,
            label=name,
        )
    axes.axvline(base, color=INK, linewidth=1.2)
    axes.invert_yaxis()


_DRAWERS: Final[dict[type, Callable[[Axes, object], None]]] = {
    Lines: _lines,  # type: ignore[dict-item]
    Stacks: _stacks,  # type: ignore[dict-item]
    Intervals: _intervals,  # type: ignore[dict-item]
    Spans: _spans,  # type: ignore[dict-item]
}


def _finish(axes: Axes, panel: Lines | Stacks | Intervals | Spans) -> None:
    """Title, axes in words, and the names of what is shown beside the panel."""
    axes.set_title(panel.title, loc="left", fontsize=11)
    if isinstance(panel, Spans):
        names = [textwrap.fill(label, _LETTERS_BESIDE) for label in panel.labels]
        axes.set_yticks(list(range(len(names))), names)
        axes.grid(visible=False, axis="y")
        axes.grid(visible=True, axis="x")
        values: Axis = axes.xaxis
    else:
        step = _step(panel.labels)
        turned = step > 1 and isinstance(panel, Intervals) and len(panel.labels) <= _TURNED
        shown = range(0, len(panel.labels), 1 if turned else step)
        axes.set_xticks(list(shown), [panel.labels[place] for place in shown])
        if turned:
            axes.tick_params(axis="x", labelrotation=90)
        values = axes.yaxis
    values.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]))
    values.set_major_formatter(FuncFormatter(_AXIS[panel.unit]))
    handles, names = axes.get_legend_handles_labels()
    axes.legend(
        handles,
        [textwrap.fill(name, _LETTERS_BESIDE) for name in names],
        loc="upper left",
        bbox_to_anchor=(1.01, 1.0),
        frameon=False,
        reverse=isinstance(panel, Stacks),
    )


def _step(labels: Sequence[str]) -> int:
    """Every how manieth label is written, so that none runs into the next."""
    widest = max(map(len, labels)) + 2
    fits = (step for step in _STEPS if len(labels) // step * widest <= _LETTERS_BELOW)
    return next(fits, len(labels))


def _floats(values: Sequence[Number | None], unit: Unit) -> list[float]:
    scale = 100 if unit is Unit.PENCE else 1
    return [float("nan") if value is None else float(Fraction(value) / scale) for value in values]


def _negative(series: Sequence[Series]) -> bool:
    return any(value is not None and value < 0 for each in series for value in each.values)


def _pounds(value: float, _: int | None) -> str:
    sign, size = ("-" if value < 0 else ""), abs(value)
    for factor, letter in ((1e6, "m"), (1e3, "k")):
        if size >= factor:
            return f"{sign}£{size / factor:g}{letter}"
    return f"{sign}£{size:g}"


def _count(value: float, _: int | None) -> str:
    return f"{value:,g}"


def _percent(value: float, _: int | None) -> str:
    return f"{value * 100:g}%"


_AXIS: Final = {Unit.PENCE: _pounds, Unit.COUNT: _count, Unit.SHARE: _percent}
