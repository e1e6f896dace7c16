"""One self-contained page of HTML: what `explore` and `explore_training` return."""

import base64
import hashlib
import os
import re
from pathlib import Path

from autograd.draw.escape import for_html, for_script
from autograd.draw.themes import THEMES
from autograd.tools import write_atomically

HERE = Path(__file__).parent


class Page:
    """One self-contained page. In a notebook it shows itself, in a frame of its own; `save` writes it to a file."""

    def __init__(self, html: str, height: int = 640):
        self.html, self.height = html, height

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page, whole or not at all, and return its path: it works from a double click, without a network."""
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, self.html.encode())
        return path

    def _repr_html_(self) -> str:
        from html import escape

        return (f'<iframe sandbox="allow-scripts allow-downloads" srcdoc="{escape(self.html)}" '
                f'title="a page of norgrad" '
                f'style="display:block;box-sizing:border-box;width:100%;height:{self.height}px;border:1px solid #8888;'
                'border-radius:6px">A page to walk through: run this cell, or trust the notebook, to see it.</iframe>')

    def __repr__(self) -> str:
        return f"<page of {len(self.html) / 1000:.0f} kB: .save('graph.html') writes it>"


def filled(
    name: str, title: str, body: str, data: object, path: str | os.PathLike[str] | None, height: int = 640
) -> Page:
    """The page NAME.html, filled in, and saved if there is a path.

    NAME.js alone runs, and nothing is loaded, says its content security policy.
    """
    script = (HERE / f"{name}.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    colours = "".join(
        f"{where}{{{';'.join(f'--{k}:{v}' for k, v in THEMES[theme].items())}}}{end}"
        for where, theme, end in ((":root", "light", ""), ("@media(prefers-color-scheme:dark){:root", "dark", "}"),
                                  (":root[data-theme=light]", "light", ""), (":root[data-theme=dark]", "dark", ""))
    )
    colours += "".join(f".f-{k}{{fill:var(--{k})}}.s-{k}{{stroke:var(--{k})}}" for k in THEMES["light"])
    parts = {
        "CSP": f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data: blob:; "
               "base-uri 'none'; form-action 'none'",
        "TITLE": for_html(title, 120), "COLOURS": colours,
        "CSS": (HERE / "page.css").read_text(encoding="utf-8"), "BODY": body, "DATA": for_script(data), "JS": script,
    }
    template = (HERE / f"{name}.html").read_text(encoding="utf-8")
    page = Page(re.sub(r"%(CSP|TITLE|COLOURS|CSS|BODY|DATA|JS)%", lambda found: parts[found[1]], template), height)
    if path is not None:
        page.save(path)
    return page
