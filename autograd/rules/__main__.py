"""`python -m autograd.rules` prints what the table covers, as Markdown: `make table` writes it to a file."""

from autograd.rules import TABLE, Constant, Derived, Op
from autograd.rules.derived.apply import IN_PLACE

GROUPS = {
    "Elementwise": ("elementwise", "derived/elementwise"),
    "Reductions and accumulations": ("reductions", "derived/reductions"),
    "Linear algebra": ("linalg", "einsum", "derived/linalg"),
    "Shaping": ("shaping", "derived/shaping", "derived/calculus", "derived/apply"),
    "Indexing and sorting": ("indexing", "derived/indexing"),
    "Fourier transforms": ("fourier", "derived/fourier"),
}


def file_of(row: Op | Derived) -> str:
    """The file of `autograd/rules` in which a row's derivative, or its definition, is written: "derived/linalg"."""
    if isinstance(row, Derived):
        return row.definition.__module__.removeprefix("autograd.rules.").replace(".", "/")
    if row.outputs:
        return file_of(row.outputs[0])
    return next(vjp.__module__ for vjp in (*row.vjps, row.vjp_of_all) if vjp is not None).split(".")[-1]


def markdown() -> str:
    """The table of what is covered."""
    lines = [
        "# What can be differentiated",
        "",
        "Made from the table of derivatives by `make table`. A *rule* is a row with a derivative of its own, here with",
        "its symbol in pictures; *derived* functions are written in terms of others. All else raises `NoRule`.",
    ]
    rows = [row for row in TABLE.values() if not isinstance(row, Constant) and row.function not in IN_PLACE]
    for title, files in GROUPS.items():
        here = [row for row in rows if file_of(row) in files]
        rules = sorted(f"`{row.name}` {row.symbol}" for row in here if isinstance(row, Op))
        derived = sorted({f"`{row.name}`" for row in here if isinstance(row, Derived)})
        links = ", ".join(f"[{file}.py]({file}.py)" for file in files)
        lines += ["", f"## {title} ({links})", "", f"- **Rules**: {', '.join(rules)}",
                  f"- **Derived**: {', '.join(derived)}"]
    constants = sorted({f"`{row.name}`" for row in TABLE.values() if isinstance(row, Constant)})
    lines += ["", "## No gradient by nature ([constants.py](constants.py))", "",
              f"These give plain arrays, constants: {', '.join(constants)}"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(markdown(), end="")
