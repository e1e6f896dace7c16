"""`python -m autograd.rules` prints what the table covers, as Markdown: `make table` writes it to a file."""

from autograd.rules import TABLE, Constant, Derived, Op

GROUPS = {
    "elementwise": "Elementwise", "reductions": "Reductions and accumulations", "linalg": "Linear algebra",
    "shaping": "Shaping", "indexing": "Indexing and sorting", "fourier": "Fourier transforms",
}


def file_of(row: Op | Derived) -> str:
    """The file of `autograd/rules` that holds a row: the one in which its derivative is written."""
    if isinstance(row, Derived):
        return row.definition.__module__.split(".")[-1]
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
    rows = [row for row in TABLE.values() if not isinstance(row, Constant)]
    for file, title in GROUPS.items():
        here = [row for row in rows if file_of(row) == file]
        rules = sorted(f"`{row.name}` {row.symbol}" for row in here if isinstance(row, Op))
        derived = sorted({f"`{row.name}`" for row in here if isinstance(row, Derived)})
        lines += ["", f"## {title} ([{file}.py]({file}.py))", "", f"- **Rules**: {', '.join(rules)}"]
        lines += [f"- **Derived**: {', '.join(derived)}"] if derived else []
    constants = sorted({f"`{row.name}`" for row in TABLE.values() if isinstance(row, Constant)})
    lines += ["", "## No gradient by nature", "", f"These give plain arrays, constants: {', '.join(constants)}"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(markdown(), end="")
