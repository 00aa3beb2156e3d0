"""Charts that everybody can read, that link to nothing and are the same each time."""

import re
from fractions import Fraction
from itertools import combinations
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pytest
from numpy.typing import NDArray

from broker.charts import Chart, Intervals, Lines, Series, Spans, Stacks, Unit, svg
from broker.charts.accessible import accessible
from broker.charts.palette import BACKGROUND, INK, LOOKS, look

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
MONTHS = [f"2026-{month:02d}" for month in range(4, 13)]
LINES = Lines(
    "By month", Unit.PENCE, MONTHS,
    [Series("low & careful", [Fraction(n * 100_000, 7) for n in range(9)]),
     Series("high", [None, *range(150_000, 158_000, 1000)])],
)  # fmt: skip
STACKS = Stacks(
    "By year", Unit.COUNT, ["2026/27", "2027/28"],
    [Series("fees", [3, 4]), Series("voids", [Fraction(1, 2), None])],
    [Series("costs", [2, 5])],
)  # fmt: skip
BARS = Intervals("Used", Unit.SHARE, ["A", "B"], "used", [Fraction(1, 2), 1], [0, 1], [1, 1])
CHART = Chart("Money <for> $x$ & £", "What it shows", [LINES, STACKS, BARS], "contract.toml, v1")


@pytest.fixture(scope="module")
def drawn() -> bytes:
    return svg(CHART)


@pytest.fixture
def root(drawn: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(drawn)


def parsed(chart: Chart) -> ElementTree.Element:
    return ElementTree.fromstring(svg(chart))


def words(root: ElementTree.Element) -> list[str]:
    return ["".join(text.itertext()).strip() for text in root.iter(f"{SVG}text")]


def test_a_chart_is_an_image_with_a_title_and_a_description(root: ElementTree.Element) -> None:
    assert root.get("role") == "img"
    named = str(root.get("aria-labelledby")).split()
    first, second = list(root)[:2]
    assert [first.tag, second.tag] == [f"{SVG}title", f"{SVG}desc"]
    assert [first.get("id"), second.get("id")] == named
    assert [first.text, second.text] == ["Money <for> $x$ & £", "What it shows"]
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en-GB"


def test_text_is_text_and_nothing_in_it_is_taken_for_mathematics_or_markup(
    root: ElementTree.Element,
) -> None:
    said = words(root)
    for word in ("Money <for> $x$ & £", "By month", "low & careful", "costs", "2026-04", "2027/28",
                 "Source: contract.toml, v1"):  # fmt: skip
        assert word in said
    assert {"£0", "£500", "£1k"} <= set(said)
    assert {"0%", "100%"} <= set(said)


def test_a_strict_security_policy_finds_nothing_to_refuse(
    drawn: bytes, root: ElementTree.Element
) -> None:
    text = drawn.decode()
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert not tags & {"style", "script", "image", "foreignObject", "a", "metadata"}
    for element in root.iter():
        assert "style" not in element.attrib
        assert not [name for name in element.attrib if name.lower().startswith("on")]
        assert str(element.get(HREF, "#")).startswith("#")
    assert "<!DOCTYPE" not in text
    links = set(re.findall(r"https?://[^\"' <)]+", text))
    assert links == {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert not re.search(r"url\((?!#)", text)


def test_every_reference_leads_to_an_id_and_two_charts_share_none(
    root: ElementTree.Element,
) -> None:
    roots = [root, parsed(Chart("Other", "Other", [BARS], "none"))]
    known = []
    for one in roots:
        ids = [str(each.get("id")) for each in one.iter() if each.get("id")]
        assert len(ids) == len(set(ids))
        text = ElementTree.tostring(one, encoding="unicode")
        wanted = re.findall(r"url\(#([^)]+)\)", text) + re.findall(r'href="#([^"]+)"', text)
        assert wanted
        assert set(wanted) <= set(ids)
        known.append(set(ids))
    assert not known[0] & known[1]


def test_the_same_chart_is_the_same_bytes_whatever_a_person_has_set(
    drawn: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(mpl.rcParams, "xtick.major.size", 33.0)
    monkeypatch.setitem(mpl.rcParams, "svg.hashsalt", None)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert svg(CHART) == drawn
    assert mpl.rcParams["xtick.major.size"] == 33.0
    other = Chart(CHART.title, CHART.description, [LINES], CHART.source)
    assert svg(other) != drawn


def test_a_style_sheet_that_is_not_known_is_never_dropped_in_silence() -> None:
    drawn = b'<svg xmlns="http://www.w3.org/2000/svg"><style>text{display:none}</style></svg>'
    with pytest.raises(ValueError, match="style sheet that is not known"):
        accessible(drawn, "title", "description")


def light(colour: str) -> NDArray[np.float64]:
    """Linear red, green and blue of a colour written as #RRGGBB."""
    parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear: NDArray[np.float64] = np.where(
        parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4
    )
    return linear


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, definition of contrast ratio."""
    bright, dark = sorted(
        (float(light(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other)), reverse=True
    )
    return (bright + 0.05) / (dark + 0.05)


def lab(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    """CIE L*a*b* under D65, in which distances are about as large as they look."""
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.array(to_xyz) @ np.clip(linear, 0, 1) / [0.9505, 1.0, 1.089]
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


SEEN = {
    "every colour": np.eye(3),
    "no red": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                        [-0.003882, -0.048116, 1.051998]]),
    "no green": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                          [-0.011820, 0.042940, 0.968881]]),
    "no blue": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                         [0.004733, 0.691367, 0.303900]]),
}  # fmt: skip


def test_every_colour_stands_out_from_the_page() -> None:
    assert all(contrast(each.colour, BACKGROUND) >= 3 for each in LOOKS)
    assert contrast(INK, BACKGROUND) >= 4.5


@pytest.mark.parametrize("who", SEEN)
def test_no_two_colours_look_alike_to_who_sees(who: str) -> None:
    seen = [lab(SEEN[who] @ light(each.colour)) for each in LOOKS]
    assert min(float(np.linalg.norm(one - other)) for one, other in combinations(seen, 2)) > 20


def test_series_differ_without_colour_too() -> None:
    looks = [look(place) for place in range(len(LOOKS))]
    assert len({(each.line, each.marker) for each in looks}) == len(looks)
    assert len({each.marker for each in looks}) == len(looks)
    assert len({each.pattern for each in looks}) == len(looks)
    again = [look(place) for place in range(2 * len(LOOKS))]
    assert len(set(again)) == len(again)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Lines("T", Unit.COUNT, ["a"], [Series("s", [1, 2])]), "s has 2 values for 1 lab"),
        (lambda: Lines("T", Unit.COUNT, [], []), "a panel needs labels and values"),
        (lambda: Stacks("T", Unit.COUNT, ["a"], [Series("s", [-1])]), "s is below 0"),
        (lambda: Intervals("T", Unit.COUNT, ["a"], "n", [5], [6], [7]), "5 is not within 6 to 7"),
        (lambda: Chart("T", "D", [], "S"), "at least one panel"),
    ],
)
def test_a_chart_that_cannot_be_drawn_is_a_mistake(make: object, said: str) -> None:
    assert callable(make)
    with pytest.raises(ValueError, match=said):
        make()


def test_labels_below_never_run_into_each_other() -> None:
    many = [f"{year}-{month:02d}" for year in range(2026, 2034) for month in range(1, 13)]
    panel = Lines("T", Unit.COUNT, many, [Series("s", list(range(96)))])
    said = [word for word in words(parsed(Chart("C", "D", [panel], "S"))) if word in many]
    assert said == [f"{year}-01" for year in range(2026, 2034)]


def test_amounts_below_zero_are_drawn_below_zero() -> None:
    panel = Lines("T", Unit.PENCE, ["a", "b"], [Series("margin", [-200_000_00, 100_000_00])])
    said = words(parsed(Chart("C", "D", [panel], "S")))
    assert {"-£200k", "£0", "£100k"} <= set(said)


def test_every_bar_with_an_interval_is_named_however_many_there_are() -> None:
    names = [f"SC9900{number:02d}" for number in range(25)]
    panel = Intervals("Used", Unit.COUNT, names, "used", [2] * 25, [1] * 25, [3] * 25)
    said = words(parsed(Chart("t", "d", [panel], "s")))
    assert set(names) <= set(said)


def test_a_bar_across_runs_from_what_is_at_low_to_what_is_at_high_around_the_base() -> None:
    panel = Spans("What moves it", Unit.PENCE, ["Fees", "Length"], 1_000_000, "at low", "at high",
                  [400_000, 1_200_000], [2_000_000, 900_000])  # fmt: skip
    root = parsed(Chart("t", "d", [panel], "s"))
    said = words(root)
    assert {"Fees", "Length", "at low", "at high", "£10k"} <= set(said)
    widths = sorted(round(width) for width in bars(root))
    # 6,000, 2,000, 10,000 and 1,000 pounds away from the base: widths in the same proportion.
    assert [round(width / widths[0]) for width in widths] == [1, 2, 6, 10]


def bars(root: ElementTree.Element) -> list[float]:
    """The widths of the bars across: rectangles within the axes, plain and with a pattern."""
    found = []
    plain = LOOKS[0].colour.lower()
    for path in root.iter(f"{SVG}path"):
        fill = path.get("fill", "").lower()
        if (fill == plain or fill.startswith("url(")) and path.get("clip-path"):
            numbers = [float(part) for part in re.findall(r"-?[0-9.]+", path.get("d", ""))]
            found.append(max(numbers[::2]) - min(numbers[::2]))
    return found


def test_bars_across_need_a_value_for_each_label() -> None:
    with pytest.raises(ValueError, match="What"):
        Spans("What", Unit.COUNT, ["a", "b"], 1, "at low", "at high", [1], [2, 3])
