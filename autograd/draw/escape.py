"""Text as it stands in a picture: cleaned, shortened, and escaped once for each format."""

import unicodedata

LONGEST = 60  # characters of a name that are shown
_KEPT = "\u200c\u200d"  # joiners: Persian words and emoji need them
_TAGS = "\U000e0000"  # from here on: characters that nobody sees
_LATEX = {c: "\\" + c for c in "{}$&#%_"} | {
    "\\": r"{\backslash}", "^": r"{\wedge}", "~": r"{\sim}", "<": r"{\lt}", ">": r"{\gt}"}


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
    """As it stands in HTML, SVG and XML."""
    from html import escape  # takes longer to import than all of this package's drawing

    return str(escape(clean(text, longest))).replace("]", "&#93;")  # a "]" that ends a text stops Graphviz's `dot`


def for_label(text: object, longest: int = LONGEST) -> str:
    """As it stands in the labels of DOT that look like HTML. In these, too, Graphviz would fill in a \\N."""
    return for_html(text, longest).replace("\\", "\\\\")


def for_dot(text: object, longest: int = 2000) -> str:
    """As a tooltip of DOT: never HTML, without the escapes, which Graphviz fills in twice over, and entities."""
    escaped = clean(text, longest).replace("\\", 4 * "\\").replace("&", "&amp;")
    return f" {escaped}" if escaped.startswith("<") else escaped


def for_mermaid(text: object, longest: int = LONGEST) -> str:
    """As a quoted label of Mermaid, which knows entities by number alone."""
    return "".join(c if c.isalnum() or c in " .,+-=_()" else f"#{ord(c)};" for c in clean(text, longest))


def for_latex(text: object, longest: int = LONGEST) -> str:
    """As a formula for LaTeX, MathJax and KaTeX. They differ in what \\text may hold: here, no special characters.

    >>> print(for_latex("a_1 < $b"))
    \\text{a}\\_\\text{1 }{\\lt}\\text{ }\\$\\text{b}
    """
    import re

    parts = re.findall(r"[^\\^~<>{}$&#%_]+|.", clean(text, longest))
    return "".join(_LATEX.get(part, rf"\text{{{part}}}") for part in parts)


def for_markdown(text: object, longest: int = 2000) -> str:
    """As a paragraph of a notebook's Markdown: a block of HTML, in which nothing is read as Markdown or as formulas."""
    alone = {ord(c): f"<span>&#{ord(c)};</span>" for c in "$\\"}  # formulas never go from one element to another
    return f"<p>{for_html(text, longest).translate(alone)}</p>"


def for_script(data: object) -> str:
    """Data as JSON inside a <script> element: nothing in it can end the element, or be read as markup."""
    import json

    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
