"""An SVG made fit for everybody and everywhere: named, described, without style sheets or links.

A strict Content-Security-Policy refuses styles within a file; so each is made an attribute. Ids are
made the chart's own, so that two charts can stand in one page.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final
from xml.etree import ElementTree

SVG: Final = "http://www.w3.org/2000/svg"
XLINK: Final = "http://www.w3.org/1999/xlink"
LANGUAGE: Final = "en-GB"
_XML_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
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
        _own_ids(element, prefix)
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


def _own_ids(element: ElementTree.Element, prefix: str) -> None:
    for name, value in element.attrib.items():
        if name == "id":
            element.set(name, prefix + value)
        elif name == f"{{{XLINK}}}href":
            element.set(name, value.replace("#", f"#{prefix}", 1))
        elif "url(#" in value:
            element.set(name, _REFERENCE.sub(rf"url(#{prefix}\1)", value))
