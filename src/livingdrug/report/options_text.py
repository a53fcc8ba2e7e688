"""Options in the terminal."""

from rich.console import Console
from rich.text import Text

from livingdrug.report.options_blocks import Asked, grade_read, option_blocks, title
from livingdrug.report.patient_text import print_block, screen
from livingdrug.report.verdict_blocks import STATUS


def print_options(asked: Asked, console: Console | None = None) -> None:
    """Print the options of one or more guidelines for one patient."""
    console = console or screen()
    console.print(Text(title(asked), style="bold"))
    console.print(Text(f"Edition of the label: {asked.rules.name}. {asked.rules.info.title}."))
    if asked.rules.info.warning:
        console.print(Text(f"Warning: {asked.rules.info.warning}", style="yellow"))
    if grade_read(asked):
        console.print(Text(grade_read(asked)))
    console.print(Text(STATUS), end="\n\n")
    for block in option_blocks(asked):
        print_block(console, block)
