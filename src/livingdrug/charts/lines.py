"""The text of a file cut into columns, with the line of each row."""

import csv
import hashlib
import io
import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd

from livingdrug.charts.cells import UNKNOWN_WORDS, Faults, distinct
from livingdrug.errors import BadInput

_GROUPED = re.compile(r"[1-9]\d{0,2}(\.\d{3})+")
_NOT_KNOWN = [form for word in UNKNOWN_WORDS for form in dict.fromkeys((word, word.upper(), word.title()))]


@dataclass(frozen=True)
class Sheet:
    """A file as columns of text, or of numbers where all cells of a column are.

    Attributes
    ----------
    digest : str
        A hash of the file's bytes.
    header : tuple of str
    cells : DataFrame
        Rows that are wholly empty are left out.
    lines : int array (rows,)
        Line of each row in the file, from 1.
    """

    digest: str
    header: tuple[str, ...]
    cells: pd.DataFrame
    lines: np.ndarray

    def column(self, name: str) -> pd.Series:
        """Return the cells below a name of the header."""
        return cast(pd.Series, self.cells[self.header.index(name)])


def _text(path: Path) -> tuple[str, str]:
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except OSError as problem:
        raise BadInput(f"{path}: cannot be read: {problem.strerror}, expected a CSV file") from problem
    except UnicodeDecodeError as problem:
        raise BadInput(f"{path}: cannot be read: expected UTF-8 text: {problem}") from problem
    return text, hashlib.sha256(content).hexdigest()[:16]


def _separator(first_line: str) -> str:
    return ";" if first_line.count(";") > first_line.count(",") else ","


def _quoted_places(text: str, separator: str, path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return the first line of each record, and how many cells it has, where cells may be quoted."""
    lines, widths, line = [], [], 1
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    try:
        for record in reader:
            lines.append(line)
            widths.append(len(record))
            line = reader.line_num + 1
    except csv.Error as problem:
        raise BadInput(f"{path}: cannot be read: after line {line}: {problem}") from problem
    return np.array(lines), np.array(widths)


def _places(text: str, separator: str, path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return the line of each record, and how many cells it has (0 in an empty line)."""
    if '"' in text:
        return _quoted_places(text, separator, path)
    content = np.frombuffer(text.encode(), dtype=np.uint8)
    ends = np.flatnonzero(content == ord("\n"))
    ends = ends if text.endswith("\n") else np.append(ends, len(content))
    marks = np.flatnonzero(content == ord(separator))
    lengths = np.diff(ends, prepend=-1) - 1
    widths = np.diff(np.searchsorted(marks, ends), prepend=0) + 1
    return np.arange(1, len(ends) + 1), np.where(lengths > 0, widths, 0)


def read_sheet(path: Path, numbers: frozenset[str], whole: frozenset[str], faults: Faults) -> Sheet:
    """Cut a CSV file (comma or semicolon, UTF-8, with a header) into columns.

    Parameters
    ----------
    path : Path
    numbers : set of str
        Columns that hold numbers; where one has a cell that is none, all of them come back as text.
    whole : set of str
        Those among them that count whole cells: a point in them may part thousands.
    faults : Faults
        Rows with more or fewer cells than the header are added, and points that may part thousands.

    Raises
    ------
    BadInput
        The file cannot be read, or it holds no row.
    """
    text, digest = _text(path)
    first_line = text.split("\n", 1)[0]
    separator = _separator(first_line)
    if first_line.count("\t") > first_line.count(separator):
        raise BadInput(f"{path}: cells are parted by tabs, expected commas or semicolons")
    lines, widths = _places(text, separator, path)
    if not len(lines) or not widths[0]:
        raise BadInput(f"{path}: no header: expected the names of the columns in the first line")
    header = tuple(name.strip() for name in next(csv.reader(io.StringIO(text), delimiter=separator)))
    full = widths[1:] > 0
    lines, widths = lines[1:], widths[1:]
    if not full.any():
        raise BadInput(f"{path}: no rows: expected one row a patient and time below the header")
    faults.add_rows(
        np.flatnonzero(widths > len(header)), lines, lambda row: "more cells than the header has columns"
    )
    comma = separator == ";" and "," in text
    cells = _cut(text, header, (numbers - whole, separator, comma), safely=bool((widths > len(header)).any()))
    for k in range(len(header)):
        if header[k] in numbers:
            cells[k] = _with_points(
                cast(pd.Series, cells[k]), header[k], comma, comma or header[k] in whole, lines, faults
            )
    known = full & ~_empty(cells)
    faults.add_rows(
        np.flatnonzero(known & (widths < len(header))),
        lines,
        lambda row: f"{widths[row]} cells, fewer than the header has columns ({len(header)})",
    )
    if not known.all():
        cells, lines = cells.loc[known].reset_index(drop=True), lines[known]
    return Sheet(digest, header, cells, lines)


def _empty(cells: pd.DataFrame) -> np.ndarray:
    """Return which rows hold nothing, bool (rows,); most files are done after the first column."""
    empty = np.ones(len(cells), dtype=bool)
    for name in cells:
        empty &= cells[name].isna().to_numpy()
        if not empty.any():
            break
    return empty


def _with_points(
    cells: pd.Series, name: str, comma: bool, grouped: bool, lines: np.ndarray, faults: Faults
) -> pd.Series:
    """Return a column of numbers that came as text with decimal points.

    Where the decimal mark is a comma, or whole cells are counted, 1.200 may be a thousand and more: a fault.
    """
    if cells.dtype == np.float64:
        return cells
    places, words = distinct(cells)
    unclear = np.array([grouped and bool(_GROUPED.fullmatch(word.strip())) for word in words], dtype=bool)
    faults.add_rows(
        np.flatnonzero(unclear[places]),
        lines,
        lambda row: (
            f"{name}: got {words[places[row]]!r}, expected a number in which no point parts thousands"
        ),
    )
    if not (comma or unclear.any()):
        return cells
    plain = [
        "" if doubt else word.replace(",", ".") if comma else word
        for word, doubt in zip(words, unclear, strict=True)
    ]
    return pd.Series(np.array([word or None for word in plain], dtype=object)[places])


def _cut(
    text: str, header: tuple[str, ...], how_written: tuple[frozenset[str], str, bool], safely: bool
) -> pd.DataFrame:
    numbers, separator, comma = how_written
    places = range(len(header))
    kinds = {k: np.float64 if header[k] in numbers else "category" for k in places}
    how: dict[str, Any] = {
        "sep": separator, "names": list(places), "header": 0, "index_col": False, "keep_default_na": False,
        "na_values": _NOT_KNOWN, "skip_blank_lines": False, "decimal": "," if comma else ".",
    }  # fmt: skip
    quick = {**how, "dtype": kinds, "float_precision": "round_trip"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pd.errors.ParserWarning)  # rows that are too long are told by line
        if not safely:
            try:
                return pd.read_csv(io.StringIO(text), **quick)
            except ValueError:
                pass
        how["on_bad_lines"] = lambda cells: cells[: len(header)]
        return pd.read_csv(io.StringIO(text), dtype=str, engine="python", **how)
