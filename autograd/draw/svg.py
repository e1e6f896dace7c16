"""Graphviz's SVG as a tree, without what has no place inside a page: prolog, ids, links."""

import re
import xml.etree.ElementTree as ET

from autograd.draw.escape import clean

SVG, XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
ET.register_namespace("", SVG[1:-1])


def tree(svg: str) -> ET.Element:
    """The root element. Anchors, which Graphviz writes for tooltips, are gone: their text is the group's aria-label."""
    root = ET.fromstring(re.sub(r"^.*?(?=<svg)", "", svg, count=1, flags=re.DOTALL))
    for group in list(root.iter(f"{SVG}g")):
        for inner in list(group):
            anchor = inner.find(f"{SVG}a")
            if inner.tag == f"{SVG}g" and anchor is not None:
                group.set("aria-label", clean(anchor.get(f"{XLINK}title", ""), 2000))
                place = list(group).index(inner)
                group[place : place + 1] = list(anchor)
    return root


def text(root: ET.Element) -> str:
    """The tree as markup."""
    return ET.tostring(root, encoding="unicode")
