"""The report of one patient in the terminal."""

from dataclasses import replace

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from livingdrug.evidence import Edition
from livingdrug.report.patient_blocks import Block, Grid, Listed, Part, Words
from livingdrug.report.patient_document import patient_parts, title
from livingdrug.report.verdict_blocks import STATUS, edition_line
from livingdrug.runs import OnePatient

WIDTH = 100
"""Characters in a line; fewer on a narrower screen."""
_GAP = 2
"""Characters between two columns."""
_ALARMS = ("NOT MET", "REFUSED", "DELAY", "LOW (advice)")


def _cell(text: str) -> Text:
    return Text(text, style="bold red" if text in _ALARMS else "")


def _longest(grid: Grid, k: int, whole_lines: bool) -> int:
    """Return the longest line, or the longest word, of a column with its head."""
    texts = (grid.heads[k], *(row[k] for row in grid.rows))
    return max(
        (len(part) for text in texts for part in (text.split("\n") if whole_lines else text.split())),
        default=1,
    )


def _widths(grid: Grid, width: int) -> list[int]:
    """Return the characters of each column: no word is broken as long as all words find room."""
    found = [0 if share else _longest(grid, k, True) for k, share in enumerate(grid.widths)]
    words = {k: _longest(grid, k, False) for k, share in enumerate(grid.widths) if share}
    room = width - sum(found) - _GAP * (len(found) - 1)
    left = dict(words)
    while left:
        total = sum(grid.widths[k] for k in left)
        tight = [k for k in left if words[k] > room * grid.widths[k] // total]
        for k in tight or list(left):
            found[k] = max(1, words[k] if tight else room * grid.widths[k] // total)
            del left[k]
        room = room - sum(found[k] for k in tight) if tight else room
    return found


def _fitted(grid: Grid, width: int) -> Grid:
    """Return the table with its intervals broken after the dash where the columns are too narrow for them."""
    if sum(_widths(grid, width)) + _GAP * (len(grid.heads) - 1) <= width:
        return grid
    rows = tuple(tuple(text.replace("–", "– ") for text in row) for row in grid.rows)
    return replace(grid, rows=rows)


def table_of(given: Grid, width: int) -> Table:
    """Return a table of the report as one for the terminal, with whole words and numbers."""
    grid = _fitted(given, width)
    table = Table(
        title=Text(grid.caption, style="bold") if grid.caption else None, title_justify="left",
        box=box.SIMPLE_HEAD, show_edge=False, expand=True, padding=(0, 1, 0, 0), pad_edge=False,
    )  # fmt: skip
    for head, share, characters in zip(grid.heads, grid.widths, _widths(grid, width), strict=True):
        table.add_column(head, width=characters if share else None, no_wrap=not share, overflow="fold")
    for row in grid.rows:
        table.add_row(*(_cell(text) for text in row))
    return table


def print_block(console: Console, block: Block) -> None:
    """Print one block of a report."""
    if isinstance(block, Words):
        console.print(Text(block.text, style="bold" if block.loud else ""))
    elif isinstance(block, Listed):
        for item in block.items:
            bullet = Table.grid(padding=(0, 1, 0, 0))
            bullet.add_row("•", Text(item))
            console.print(bullet)
    elif isinstance(block, Grid):
        console.print(table_of(block, console.width))
    else:
        return
    console.print()


def print_part(console: Console, part: Part) -> None:
    """Print one part with its title."""
    console.rule(Text(part.title, style="bold"), align="left", style="dim")
    console.print()
    for block in part.blocks:
        print_block(console, block)


def screen() -> Console:
    """Return the terminal, no wider than is good to read; a file gets the full width."""
    found = Console(highlight=False)
    return Console(width=min(WIDTH, found.width) if found.is_terminal else WIDTH, highlight=False)


def print_document(
    heading: str, rules: Edition, parts: tuple[Part, ...], console: Console | None = None
) -> None:
    """Print a report: heading, edition with its warning, what it is for, and its parts."""
    console = console or screen()
    console.print(Text(heading, style="bold"))
    console.print(Text(edition_line(rules)))
    if rules.info.warning:
        console.print(Text(f"Warning: {rules.info.warning}", style="yellow"))
    console.print(Text(STATUS), end="\n\n")
    for part in parts:
        print_part(console, part)


def print_patient(result: OnePatient, console: Console | None = None) -> None:
    """Print the rules' verdict, the plan by date and the simulated course of one patient."""
    print_document(title(result), result.rules, patient_parts(result), console)
