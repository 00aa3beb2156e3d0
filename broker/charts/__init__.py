"""Charts as SVG files: the same bytes each time, readable without colour and without a screen.

Say what is shown with `Chart` and its panels; `svg` draws it. Values stay exact until they are
drawn, and the drawing library is loaded only then.
"""

from broker.charts.parts import Chart, Intervals, Lines, Number, Series, Spans, Stacks, Unit

__all__ = ["Chart", "Intervals", "Lines", "Number", "Series", "Spans", "Stacks", "Unit", "svg"]


def svg(chart: Chart) -> bytes:
    """The chart as an SVG file, to be shown as an image or within a page."""
    from broker.charts.accessible import accessible
    from broker.charts.drawing import draw

    return accessible(draw(chart), chart.title, chart.description)
