"""An SVG made fit for everybody and everywhere: named, described, without style sheets or links.

A strict Content-Security-Policy refuses styles within a file; so each is made an attribute. Ids are
made the chart's own, so that two charts can stand in one page. What nothing refers to, and what no
eye could tell, is left out: a page may show many charts, and they are loaded by everybody.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import Final
from xml.etree import ElementTree

SVG: Final = "http://www.w3.org/2000/svg"
XLINK: Final = "http://www.w3.org/1999/xlink"
LANGUAGE: Final = "en-GB"
_XML_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_LONG: Final = re.compile(r"-?\d+\.\d{3,}")
"""A length of more than a hundredth of a point's precision."""
_INHERITED: Final = ("font-family", "font-size")
_DRAWN: Final = frozenset({"d", "points", "x", "y", "transform"})
_RULE_OF_THE_LIBRARY: Final = "*{stroke-linejoin: round; stroke-linecap: butt}"


def accessible(drawn: bytes, title: str, description: str) -> bytes:
    """The drawing as an image with a title and a description that assistive technology reads.

    Raises:
        ValueError: the drawing has a style sheet that is not the one known.
    """
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK)
    root = ElementTree.fromstring(drawn)
    prefix = f"c{hashlib.sha256(drawn).hexdigest()[:10]}-"
    _drop_metadata_and_sheets(root)
    for element in root.iter():
        _styles_to_attributes(element)
    referred = {name for element in root.iter() for name in _referred_to(element)}
    for element in root.iter():
        if element.get("id") not in referred:
            element.attrib.pop("id", None)
        _own_ids(element, prefix)
        _shorten(element)
    for name in _INHERITED:
        _say_once(root, name)
    root.set("role", "img")
    root.set("aria-labelledby", f"{prefix}title {prefix}desc")
    root.set(_XML_LANGUAGE, LANGUAGE)
    for place, (name, words) in enumerate((("title", title), ("desc", description))):
        said = ElementTree.Element(f"{{{SVG}}}{name}", {"id": f"{prefix}{name}"})
        said.text = words
        said.tail = "\n "
        root.insert(place, said)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _drop_metadata_and_sheets(root: ElementTree.Element) -> None:
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag == f"{{{SVG}}}metadata":
                parent.remove(child)
            elif child.tag == f"{{{SVG}}}style":
                if child.text != _RULE_OF_THE_LIBRARY:
                    raise ValueError(f"a style sheet that is not known: {child.text}")
                root.set("stroke-linejoin", "round")
                root.set("stroke-linecap", "butt")
                parent.remove(child)


def _styles_to_attributes(element: ElementTree.Element) -> None:
    for rule in element.attrib.pop("style", "").split(";"):
        name, _, value = rule.partition(":")
        if value:
            element.set(name.strip(), value.strip())


def _referred_to(element: ElementTree.Element) -> list[str]:
    """The ids that an element refers to."""
    return [
        found
        for name, value in element.attrib.items()
        for found in ([value[1:]] if name == f"{{{XLINK}}}href" else _REFERENCE.findall(value))
    ]


def _shorten(element: ElementTree.Element) -> None:
    """Leave out what nobody sees: more than a hundredth of a point, and space between elements."""
    for name in _DRAWN & element.attrib.keys():
        element.set(name, " ".join(_LONG.sub(_rounded, element.attrib[name]).split()))
    if element.text is not None and not element.text.strip():
        element.text = None
    if element.tail is not None and not element.tail.strip():
        element.tail = None


def _say_once(root: ElementTree.Element, name: str) -> None:
    """Say of the whole drawing what most of its words say, each for itself."""
    said = Counter(one.attrib[name] for one in root.iter() if name in one.attrib)
    if not said:
        return
    most = said.most_common(1)[0][0]
    for one in root.iter():
        if one.attrib.get(name) == most:
            del one.attrib[name]
    root.set(name, most)


def _rounded(length: re.Match[str]) -> str:
    return f"{float(length[0]):.2f}".rstrip("0").rstrip(".")


def _own_ids(element: ElementTree.Element, prefix: str) -> None:
    for name, value in element.attrib.items():
        if name == "id":
            element.set(name, prefix + value)
        elif name == f"{{{XLINK}}}href":
            element.set(name, value.replace("#", f"#{prefix}", 1))
        elif "url(#" in value:
            element.set(name, _REFERENCE.sub(rf"url(#{prefix}\1)", value))
