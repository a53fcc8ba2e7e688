"""From a file to a chart: one row a patient and time, any accepted unit, every fault told at once."""

import difflib
from collections import Counter
from pathlib import Path

import numpy as np

from livingdrug.charts.cells import (
    Faults,
    read_names,
    read_numbers,
    read_plain_numbers,
    read_words,
)
from livingdrug.charts.chart import OF_PATIENTS, Chart, record_of
from livingdrug.charts.columns import DAY, DAY_LIMITS, INFUSED_AT, PATIENT, PLACES, TIME, Column, columns
from livingdrug.charts.contradictions import tell_contradictions
from livingdrug.charts.lines import Sheet, read_sheet
from livingdrug.charts.rows import in_order, join_columns, merge, one_value_each
from livingdrug.charts.times import days_between, moment_text, read_infusion, read_moments
from livingdrug.errors import BadInput
from livingdrug.observations import FLOAT_FIELDS, UNKNOWN_FLAG


def read_observations(path: str | Path, time_zone: str | None = None, infusion: str | None = None) -> Chart:
    """Read observations from a CSV file: one row a patient and time, an empty cell is unknown.

    Parameters
    ----------
    path : path
        Columns: ``patient``; ``day`` (0 is the infusion) or ``time``; and any of
        ``livingdrug evidence show patients.observation_columns``.
    time_zone : str, optional
        Zone of times that state none.
    infusion : str, optional
        Moment of infusion of every patient, where the file has no column ``infused_at``.

    Returns
    -------
    Chart
        Patients by name, their rows by time; rows of one time are merged.

    Raises
    ------
    BadInput
        Lists every fault of the file: line, column, value and what was expected.
    """
    path = Path(path)
    faults = Faults()
    numbers = frozenset({DAY, *(name for name, column in columns().items() if column.is_number)})
    whole = frozenset(name for name, column in columns().items() if column.counts_cells)
    sheet = read_sheet(path, numbers, whole, faults)
    _check_header(sheet.header, infusion is not None, faults)
    if time_zone is not None and TIME not in sheet.header:
        faults.add("--time-zone: days are counted from infusion already, expected none", line=1)
    if PATIENT not in sheet.header or not {DAY, TIME} & set(sheet.header):
        _refuse(path, faults)
    patient, names = _patients(sheet, faults)
    day = _days(sheet, patient, len(names), time_zone, infusion, faults)
    fields = _fields(sheet, faults)
    own = _own_values(fields, patient, len(names), sheet.lines, faults)
    _doses_by_weight(fields, own["weight_kg"][patient], sheet.lines, faults)
    order = in_order(patient, day)
    patient, day, lines = patient[order], day[order], sheet.lines[order]
    _tell_after_death(day, own, patient, lines, faults)
    fields = {name: values[order] for name, values in fields.items()}
    fields, kept = merge(fields, patient, day, lines, faults)
    tell_contradictions(fields, lines[kept], faults)
    _refuse(path, faults)
    return Chart(
        place=str(path),
        digest=sheet.digest,
        fields=tuple(fields),
        patients=tuple(names),
        starts=np.searchsorted(patient[kept], np.arange(len(names) + 1)),
        observations=record_of({"day": day[kept], **fields}, (len(kept),)),
        lines=lines[kept],
        **own,
    )


def _own_values(
    fields: dict[str, np.ndarray], patient: np.ndarray, n: int, lines: np.ndarray, faults: Faults
) -> dict[str, np.ndarray]:
    """Take out of the fields what holds one value a patient: numbers (n,), and flags (n,) with -1 unknown."""
    own = {}
    for name in OF_PATIENTS:
        values = np.full(n, np.nan)
        if name in fields:
            given = fields.pop(name)
            given = given if given.dtype == np.float64 else np.where(given < 0, np.nan, given)
            values = one_value_each(name, patient, given, n, lines, faults)
        is_flag = not columns()[name].is_number
        own[name] = np.where(np.isnan(values), UNKNOWN_FLAG, values).astype(np.int8) if is_flag else values
    return own


def _tell_after_death(
    day: np.ndarray, own: dict[str, np.ndarray], patient: np.ndarray, lines: np.ndarray, faults: Faults
) -> None:
    """Add a fault for each row after the patient's death, and for a cause of death without its day."""
    died = own["died_day"][patient]
    # Of a death only the day may be known: what was seen on that day may have been before it.
    faults.add_rows(
        np.flatnonzero(day >= np.floor(died) + 1),
        lines,
        lambda row: f"day {day[row]:g}: observed after died_day {died[row]:g}",
    )
    for name in ("died_of_crs", "died_of_icans"):
        alive = np.flatnonzero((own[name] == 1) & np.isnan(own["died_day"]))
        rows = np.searchsorted(patient, alive)
        faults.add_rows(rows, lines, lambda row, name=name: f"{name} yes: needs died_day of this patient")


def _refuse(path: Path, faults: Faults) -> None:
    if faults.count:
        raise BadInput(
            f"{path}: {faults.count} fault(s) in the observations:\n  " + "\n  ".join(faults.in_words())
        )


def _check_header(header: tuple[str, ...], infusion_given: bool, faults: Faults) -> None:
    known = [*PLACES, *columns()]
    for name, times in Counter(header).items():
        if name not in known:
            near = difflib.get_close_matches(name.lower(), known, n=3, cutoff=0.5)
            hint = f", did you mean {' or '.join(near)}?" if near else ""
            faults.add(f"{name or repr(name)}: unknown column{hint}", line=1)
        elif times > 1:
            faults.add(f"{name}: in the header {times} times, expected once", line=1)
    if PATIENT not in header:
        faults.add("patient: no such column, expected a name or number in every row", line=1)
    if (DAY in header) == (TIME in header):
        got = "both" if DAY in header else "neither"
        faults.add(f"day, time: got {got}, expected one of them", line=1)
    if TIME in header and (INFUSED_AT in header) == infusion_given:
        got = "both" if infusion_given else "neither"
        faults.add(f"infused_at, --infusion: got {got}, expected one of them beside time", line=1)
    if TIME not in header and (infusion_given or INFUSED_AT in header):
        faults.add("infused_at, --infusion: days are counted from infusion already, expected neither", line=1)


def _patients(sheet: Sheet, faults: Faults) -> tuple[np.ndarray, list[str]]:
    """Return of whom each row is, and the patients in the order of their names."""
    cells = sheet.column(PATIENT)
    places, names = read_names(PATIENT, cells, sheet.lines, faults)
    order = sorted(range(len(names)), key=lambda place: _by_number(names[place]))
    rank = np.empty(len(names), dtype=np.int64)
    rank[order] = np.arange(len(names))
    return rank[places], [names[place] for place in order]


def _by_number(name: str) -> tuple[int, str]:
    """Order names by length and then letters, so that 2 comes before 10."""
    return len(name), name


def _days(
    sheet: Sheet, patient: np.ndarray, n: int, time_zone: str | None, infusion: str | None, faults: Faults
) -> np.ndarray:
    """Return the day of each row, 0 at the infusion of its patient."""
    if DAY in sheet.header:
        return read_plain_numbers(DAY, DAY_LIMITS, sheet.column(DAY), sheet.lines, faults)
    time = read_moments(TIME, sheet.column(TIME), time_zone, sheet.lines, faults)
    empty = sheet.column(TIME).isna().to_numpy()
    faults.add_rows(np.flatnonzero(empty), sheet.lines, lambda row: "time: missing, expected a date and time")
    if infusion is not None:
        return days_between(np.array(read_infusion(infusion, time_zone)), time)
    if INFUSED_AT not in sheet.header:
        return np.zeros(len(sheet.lines))
    given = read_moments(INFUSED_AT, sheet.column(INFUSED_AT), time_zone, sheet.lines, faults)
    start = one_value_each(INFUSED_AT, patient, given, n, sheet.lines, faults, moment_text)
    without = np.flatnonzero(np.isnan(start))
    told = "infused_at: not known in any row of this patient, or its time cannot be read"
    first_rows = np.unique(patient, return_index=True)[1]
    faults.add_rows(first_rows[without], sheet.lines, lambda row: told)
    return days_between(start[patient], time)


def _field_of(column: Column) -> str:
    return column.name if column.kind == "per_kg" else column.field


def _fields(sheet: Sheet, faults: Faults) -> dict[str, np.ndarray]:
    """Return the columns by the field that they become; doses per kilogram under their own name."""
    found: dict[str, tuple[Column, np.ndarray]] = {}
    for name, column in columns().items():
        if name not in sheet.header:
            continue
        cells = sheet.column(name)
        read = read_numbers if column.is_number else read_words
        now = column, read(column, cells, sheet.lines, faults)
        field = _field_of(column)
        if field in found:
            now = column, join_columns(found[field], now, sheet.lines, faults)
        found[field] = now
    return {field: values for field, (_, values) in found.items()}


def _doses_by_weight(
    fields: dict[str, np.ndarray], weight_kg: np.ndarray, lines: np.ndarray, faults: Faults
) -> None:
    """Turn doses per kilogram into doses; one that runs in a patient of unknown weight is a fault."""
    for name in [name for name in fields if name not in FLOAT_FIELDS and columns()[name].kind == "per_kg"]:
        per_kg = fields.pop(name)
        without = np.flatnonzero((per_kg > 0) & np.isnan(weight_kg))
        faults.add_rows(without, lines, lambda row, name=name: f"{name}: needs weight_kg of this patient")
        dose = np.where(per_kg == 0, 0.0, per_kg * weight_kg)
        field = columns()[name].field
        if field in fields:
            dose = join_columns((columns()[field], fields[field]), (columns()[name], dose), lines, faults)
        fields[field] = dose
