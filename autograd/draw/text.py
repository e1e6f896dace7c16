"""Text and numbers as they stand in a picture: cleaned, shortened, and escaped once for each format."""

import math
import unicodedata
from typing import Any

import numpy as np

SVG, XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
LONGEST = 60  # characters of a name that are shown
_KEPT = "\u200c\u200d"  # joiners: Persian words and emoji need them


def clean(text: Any, longest: int = LONGEST) -> str:
    """Any object's text as one line of printable characters: shortened, without controls, overrides and surrogates.

    >>> clean("two\\nlines\\x00")
    'two lines'
    """
    cut = str(text)[: 4 * longest]
    seen = "".join(" " if c.isspace() else c for c in cut if c.isspace() or c in _KEPT or _printable(c))
    seen = " ".join(seen.split())
    return seen if len(seen) <= longest else seen[: longest - 1] + "…"


def _printable(c: str) -> bool:
    return unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn") and c < "\U000e0000"


def for_html(text: Any, longest: int = LONGEST) -> str:
    """As it stands in HTML, SVG, XML, and the labels of DOT that look like HTML."""
    from html import escape  # takes longer to import than all of this package's drawing

    return str(escape(clean(text, longest))).replace("]", "&#93;")  # a "]" that ends a text stops Graphviz's `dot`


def for_dot(text: Any, longest: int = 2000) -> str:
    """As an attribute of DOT: never a label of HTML, and without the escapes that Graphviz would fill in."""
    return _not_html(clean(text, longest).replace("\\", "\\\\"))


def _not_html(text: str) -> str:
    return f" {text}" if text.startswith("<") else text


def for_mermaid(text: Any, longest: int = LONGEST) -> str:
    """As a quoted label of Mermaid, which knows entities by number alone."""
    return "".join(c if c.isalnum() or c in " .,+-=_()" else f"#{ord(c)};" for c in clean(text, longest))


def for_latex(text: Any, longest: int = LONGEST) -> str:
    """As \\text{…} of LaTeX."""
    special = {"\\": r"\backslash ", "^": r"\^{}", "~": r"\~{}", **{c: "\\" + c for c in "{}$&#%_"}}
    return r"\text{" + "".join(special.get(c, c) for c in clean(text, longest)) + "}"


def for_script(data: Any) -> str:
    """Data as JSON inside a <script> element: nothing in it can end the element, or be read as markup."""
    import json

    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


# ---- numbers --------------------------------------------------------------------------------------------------------
def number(x: Any, digits: int = 4) -> str:
    """A number with so many significant digits; -0 is 0."""
    if isinstance(x, (bool, np.bool_)):
        return str(bool(x))
    if isinstance(x, (complex, np.complexfloating)):
        return f"{x + 0:.{digits}g}"
    try:
        return f"{x + 0:.{digits}g}".replace("inf", "∞")
    except (TypeError, ValueError):
        return clean(repr(x), 20)


def shape_of(data: Any) -> str:
    """ "2×3", or "" of a single number."""
    return "×".join(map(str, np.shape(data)))


def array_of(data: Any) -> Any:
    """Data as an array of numbers, or None where it is something else."""
    try:
        array = np.asarray(data)
    except Exception:
        return None
    return array if array.dtype.kind in "biufc" else None


def summary(data: Any, digits: int = 4) -> str:
    """Numbers in one line: all of a few, shape and range of many.

    >>> summary(np.zeros((2, 50)))
    '2×50, min 0, mean 0, max 0'
    """
    array = array_of(data)
    if array is None:
        return clean(repr(data), 40) if data is not None else "?"
    if array.ndim == 0:
        return number(array[()], digits)
    if array.size <= 8:
        return clean(str(_rounded(array, digits)).replace("'", ""), 200)
    text = f"{shape_of(array)}"
    if array.dtype.kind in "biuf" and array.size:
        low, mean, high = extremes(array)
        text += f", min {number(low, digits)}, mean {number(mean, digits)}, max {number(high, digits)}"
    return text


def _rounded(array: Any, digits: int) -> Any:
    return [_rounded(row, digits) for row in array] if np.ndim(array) else number(array, digits)


def extremes(array: Any) -> tuple[Any, Any, float]:
    """Least, mean and greatest of an array of real numbers; NaN if it holds one."""
    with np.errstate(all="ignore"):
        return array.min(), float(array.mean(dtype=float)), array.max()


def magnitude(data: Any) -> float:
    """The greatest absolute value in an array; NaN if it holds one, 0 of none."""
    array = array_of(data)
    if array is None or not array.size:
        return 0.0
    found = float(np.abs(array).max())
    return math.nan if math.isnan(found) else found
