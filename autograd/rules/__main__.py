"""`python -m autograd.rules` prints what the table covers, as Markdown: `make table` writes it to a file."""

from collections.abc import Iterable

from autograd.rules import TABLE, Constant, Derived, Op

GROUPS = {  # title -> the files of `autograd/rules` that have its rules, and of `derived` that write functions in them
    "Elementwise": (["elementwise"], ["elementwise"]),
    "Reductions and accumulations": (["reductions"], ["reductions", "statistics"]),
    "Linear algebra": (["linalg", "einsum"], ["linalg"]),
    "Shaping": (["shaping"], ["shaping", "joining", "padding", "creation", "calculus"]),
    "Indexing and sorting": (["indexing"], ["indexing"]),
    "Fourier transforms": (["fourier"], ["fourier"]),
}


def file_of(row: Op | Derived) -> str:
    """The file of `autograd/rules` in which a row's derivative, or definition, is written: "derived/linalg.py"."""
    if isinstance(row, Derived):
        written = row.definition
    else:
        of_output = row.outputs[0] if row.outputs else row
        written = next(vjp for vjp in (*of_output.vjps, of_output.vjp_of_all) if vjp is not None)
    return written.__module__.removeprefix("autograd.rules.").replace(".", "/") + ".py"


def _line(kind: str, files: list[str], names: Iterable[str]) -> str:
    links = ", ".join(f"[{file}]({file})" for file in files)
    return f"- **{kind}** ({links}): {', '.join(sorted(names))}"


def markdown() -> str:
    """The table of what is covered."""
    lines = [
        "# What can be differentiated",
        "",
        "Made from the table of derivatives by `make table`. A *rule* is a row with a derivative of its own, here with",
        "its symbol in pictures; *derived* functions are written in terms of others. All else raises `NoRule`.",
    ]
    rows = [row for row in TABLE.values() if not isinstance(row, Constant)]
    for title, (rooms, derived_rooms) in GROUPS.items():
        files, derived_files = [f"{room}.py" for room in rooms], [f"derived/{room}.py" for room in derived_rooms]
        rules = [f"`{row.name}` {row.symbol}" for row in rows if isinstance(row, Op) and file_of(row) in files]
        derived = {f"`{row.name}`" for row in rows if isinstance(row, Derived) and file_of(row) in derived_files}
        lines += ["", f"## {title}", "", _line("Rules", files, rules), _line("Derived", derived_files, derived)]
    constants = {f"`{row.name}`" for row in TABLE.values() if isinstance(row, Constant)}
    lines += ["", "## No gradient by nature", "", "These give plain arrays, constants.", "",
              _line("Constants", ["constants.py"], constants)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(markdown(), end="")
