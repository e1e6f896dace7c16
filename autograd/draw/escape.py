"""Text as it stands in a picture: cleaned, shortened, and escaped once for each format."""

import unicodedata

LONGEST = 60  # characters of a name that are shown
_KEPT = "\u200c\u200d"  # joiners: Persian words and emoji need them
_TAGS = "\U000e0000"  # from here on: characters that nobody sees


def clean(text: object, longest: int = LONGEST) -> str:
    """Any object's text as one line of printable characters: shortened, without controls, overrides and surrogates.

    >>> clean("two\\nlines\\x00")
    'two lines'
    """
    seen = str(text)[: 4 * longest]
    if not seen.isprintable() or max(seen, default="") >= _TAGS:  # most are clean already
        seen = "".join(" " if c.isspace() else c for c in seen if c.isspace() or c in _KEPT or _printable(c))
    seen = " ".join(seen.split())
    return seen if len(seen) <= longest else seen[: longest - 1] + "…"


def _printable(c: str) -> bool:
    return unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn") and c < _TAGS


def for_html(text: object, longest: int = LONGEST) -> str:
    """As it stands in HTML, SVG, XML, and the labels of DOT that look like HTML."""
    from html import escape  # takes longer to import than all of this package's drawing

    return str(escape(clean(text, longest))).replace("]", "&#93;")  # a "]" that ends a text stops Graphviz's `dot`


def for_dot(text: object, longest: int = 2000) -> str:
    """As an attribute of DOT: never a label of HTML, and without the escapes that Graphviz would fill in."""
    escaped = clean(text, longest).replace("\\", "\\\\")
    return f" {escaped}" if escaped.startswith("<") else escaped


def for_mermaid(text: object, longest: int = LONGEST) -> str:
    """As a quoted label of Mermaid, which knows entities by number alone."""
    return "".join(c if c.isalnum() or c in " .,+-=_()" else f"#{ord(c)};" for c in clean(text, longest))


def for_latex(text: object, longest: int = LONGEST) -> str:
    """As \\text{…} of LaTeX."""
    special = {"\\": r"\backslash ", "^": r"\^{}", "~": r"\~{}", **{c: "\\" + c for c in "{}$&#%_"}}
    return r"\text{" + "".join(special.get(c, c) for c in clean(text, longest)) + "}"


def for_script(data: object) -> str:
    """Data as JSON inside a <script> element: nothing in it can end the element, or be read as markup."""
    import json

    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
