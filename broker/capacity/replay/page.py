"""The page of a replay: the verdict in words, a chart, every table, and what was assumed."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from broker.capacity.replay.noise import mean_of
from broker.capacity.replay.run import WAYS, Replayed
from broker.capacity.replay.tell import CAUTION, WAY_WORDS, Told
from broker.charts import Chart, Intervals, Lines, Series, Unit, svg

TITLE: Final = "Is it worth looking ahead?"
_TODAY: Final = 0


def page(told: Told) -> str:
    """The page as HTML, the same bytes for the same replay."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("broker.capacity.replay", "."),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    drawn = svg(chart(told)).decode()
    return environment.get_template("report.html.j2").render(
        title=TITLE,
        verdict=told.comparison.words,
        caution=CAUTION,
        chart=Markup(drawn[drawn.index("<svg") :]),
        tables=told.tables(),
        notes=told.notes,
    )


def chart(told: Told) -> Chart:
    """Weeks without a place needed that day: by way with limits, and replication by replication."""
    names = [*WAYS, "hindsight"]
    by_way = {name: [_today(one, name) for one in told.found] for name in names}
    means = [mean_of([float(value) for value in by_way[name]]) for name in names]
    values = [Fraction(sum(by_way[name]), len(told.found)) for name in names]
    lows = [
        value if mean.low is None else min(value, _exact(mean.low))
        for value, mean in zip(values, means, strict=True)
    ]
    highs = [
        value if mean.high is None else max(value, _exact(mean.high))
        for value, mean in zip(values, means, strict=True)
    ]
    labels = [WAY_WORDS[name] for name in names]
    return Chart(
        title="Weeks without a place needed that day",
        description=f"{told.comparison.words} "
        + "; ".join(
            f"{label}: {float(value):,.1f}" for label, value in zip(labels, values, strict=True)
        ),
        panels=[
            Intervals(
                "Mean of a year with 95% limits", Unit.COUNT, labels, "weeks", values, lows, highs
            ),
            Lines(
                "Replication by replication",
                Unit.COUNT,
                [str(one.number) for one in told.found],
                [Series(WAY_WORDS[name], by_way[name]) for name in names],
            ),
        ],
        source=f"{told.question.weeks} simulated weeks, seed {told.question.seed}; invented people",
    )


def _today(one: Replayed, name: str) -> int:
    if name in one.ways:
        return one.ways[name][_TODAY]
    value = one.hindsight.values[_TODAY]
    assert value is not None, "the first level of hindsight is always known"
    return value


def _exact(value: float) -> Fraction:
    return Fraction(round(value * 100), 100)
