"""Colours: for a light page, a dark page and print; and the scale of the gradient view."""

import math
from collections.abc import Iterable

from autograd.typing import Array

# In the light theme each meaning has a colour of its own, were it by one shade: `explore` finds the parts of a picture
# by them. Kinds differ by hues that colour-blind people tell apart (Okabe & Ito, 2008), toned so that they carry text.
_COLOURS = {  # on a light page, on a dark one, in print
    "page":      ("#ffffff", "#15181d", "#ffffff"),
    "text":      ("#1a1a1a", "#ececec", "#000000"),
    "value":     ("#1a1a1b", "#ececed", "#000001"),
    "faint":     ("#666666", "#a4abb3", "#333333"),
    "gradient":  ("#9c4a00", "#ffb469", "#000000"),
    "local":     ("#00577f", "#7cc7ee", "#000000"),
    "line":      ("#676767", "#9aa1a9", "#000000"),
    "border":    ("#555555", "#9aa1a9", "#000000"),
    "box":       ("#fafafa", "#1b1f26", "#ffffff"),
    "boxline":   ("#aaaaaa", "#59616b", "#000000"),
    "bad":       ("#b00020", "#ff8a8a", "#000000"),
    "input":     ("#cfe5f5", "#173a52", "#ffffff"),
    "parameter": ("#d3efe2", "#134432", "#ffffff"),
    "op":        ("#f3f3f3", "#2a2f37", "#ffffff"),
    "result":    ("#fbe3b5", "#57430f", "#e4e4e4"),
    "constant":  ("#fefefe", "#15181d", "#ffffff"),
    "fold":      ("#e9e2f3", "#3a2f4f", "#f0f0f0"),
    "good":      ("#00684a", "#7ee0b5", "#000000"),
}
THEMES = {theme: {meaning: colours[i] for meaning, colours in _COLOURS.items()}
          for i, theme in enumerate(("light", "dark", "print"))}

# cividis (Nuñez, Anderton & Renslow, 2018), which people with and without colour vision deficiency see alike
SCALE = ["#00224e", "#123570", "#3b496c", "#575d6d", "#707173", "#8a8678", "#a59c74", "#c3b369", "#e1cc55", "#fee838"]


def theme(name: str) -> dict[str, str]:
    """The colours of a theme."""
    if name not in THEMES:
        raise ValueError(f"theme is one of {', '.join(map(repr, THEMES))}, got {name!r}")
    return THEMES[name]


def scale_on(page: str) -> list[str]:
    """The colours of the scale that can be told from the page: on a dark one, without the darkest."""
    return SCALE if page == "#ffffff" else SCALE[2:]


def on_scale(position: float, scale: list[str] = SCALE) -> tuple[str, str]:
    """A colour of the scale, from 0 (small) to 1 (great), and the colour of text that can be read on it."""
    colour = scale[min(max(int(position * len(scale)), 0), len(scale) - 1)]
    return colour, "#ffffff" if SCALE.index(colour) < 5 else "#000000"


class Scale:
    """The scale of the gradient view, logarithmic, from the least magnitude that is not 0 to the greatest.

    page, text   the colours of a page and its text
    """

    def __init__(self, sizes: Iterable[float], page: str, text: str):
        sizes = [size for size in sizes if size > 0 and math.isfinite(size)] or [1.0]
        self.least, self.greatest, self.page, self.text = min(sizes), max(sizes), page, text

    def position(self, size: float) -> float:
        """From 0, the least, to 1, the greatest and all that is not finite."""
        if not (size > 0 and math.isfinite(size)) or self.greatest <= self.least:
            return 0.0 if size == 0 else 1.0
        return (math.log(size) - math.log(self.least)) / (math.log(self.greatest) - math.log(self.least))

    def colours(self, size: float) -> tuple[str, str]:
        """The colour of a magnitude, and of text on it; 0 has the page's."""
        return (self.page, self.text) if size == 0 else on_scale(self.position(size), scale_on(self.page))


def heat(array: Array, columns: int = 12, rows: int = 6) -> list[list[str]]:
    """A small heat map of an array: means of its blocks, from the least (dark) to the greatest (bright), as colours."""
    import numpy as np

    flat = np.atleast_2d(array.reshape(-1, array.shape[-1]) if array.ndim > 2 else array).astype(float)
    if not np.isfinite(flat).all():
        return []
    if flat.size and np.abs(flat).max() > 1e300:
        flat = flat / np.abs(flat).max()  # sums and differences stay finite
    for axis, most in ((0, rows), (1, columns)):
        parts = np.array_split(flat, min(most, flat.shape[axis]), axis)
        flat = np.stack([part.mean(axis) for part in parts], axis)
    low, high = flat.min(), flat.max()
    scaled = (flat - low) / (high - low) if high > low else np.zeros_like(flat)
    return [[on_scale(float(x))[0] for x in row] for row in scaled]
