"""Whether other treatment has been over for long enough before leukapheresis or the infusion."""

import math
from dataclasses import dataclass, fields

import numpy as np

from livingdrug.bedside.answers import Verdict, combine
from livingdrug.bedside.limits import above, at_least, reason
from livingdrug.bedside.validity import days_of
from livingdrug.errors import BadInput, UnknownName
from livingdrug.evidence import Edition

_KEY = "label.wash_outs"
_COMPARE = {"above": above, "min": at_least}
_WORDS = {"above": "more than", "min": "at least"}
_NEVER = "never"


@dataclass(frozen=True)
class DaysSince:
    """Days since the last of each treatment, (n,); infinite where never given, NaN unknown.

    ``low_dose_chemotherapy``: vincristine, mercaptopurine, low-dose methotrexate, asparaginase.
    ``chemotherapy``: salvage or other cytotoxic chemotherapy. ``radiation``: outside the central nervous
    system. ``kinase_inhibitor``: or hydroxyurea.
    """

    steroid: np.ndarray
    kinase_inhibitor: np.ndarray
    low_dose_chemotherapy: np.ndarray
    chemotherapy: np.ndarray
    peg_asparaginase: np.ndarray
    immunosuppressant: np.ndarray
    anti_cd20_antibody: np.ndarray
    anti_t_cell_antibody: np.ndarray
    cns_prophylaxis: np.ndarray
    radiation: np.ndarray
    cns_radiation: np.ndarray


def counted_to(since: DaysSince, days_ahead: float) -> DaysSince:
    """Return the days since each treatment as they will be some days later, if it is not given again.

    A step that is past lies some days back; a treatment later than it leaves the time before it unknown.
    """
    columns = {}
    for name, days in vars(since).items():
        then = days + days_ahead
        columns[name] = np.where(then < 0, np.nan, then)
    return DaysSince(**columns)


def unknown_since(n: int) -> DaysSince:
    """Return n patients of whose last treatments nothing is known."""
    return DaysSince(**{field.name: np.full(n, np.nan) for field in fields(DaysSince)})


def wash_outs_held(rules: Edition) -> tuple[str, ...]:
    """Return whose times without other treatment are held: trials, and advice on collection."""
    return tuple(sorted({key.split(".")[2] for key in rules.values if key.startswith(f"{_KEY}.")}))


def assess_wash_out(whose: str, since: DaysSince, rules: Edition) -> Verdict:
    """Answer whether other treatment has been over for as long as a trial, or published advice, asked.

    Parameters
    ----------
    whose : str
        "eliana" (before the infusion), "juliet" (before leukapheresis and the infusion) or
        "collection_advice" (before leukapheresis).
    since : DaysSince
    rules : Edition

    Returns
    -------
    Verdict
        answer (n,): 1 long enough, 0 too short, -1 a time is not known.

    Raises
    ------
    UnknownName
        No times are held under this name.

    Source
    ------
    label.wash_outs
    """
    if whose not in wash_outs_held(rules):
        raise UnknownName("wash-out", whose, wash_outs_held(rules))
    prefix = f"{_KEY}.{whose}."
    reasons = []
    for key in rules.values:
        if key.startswith(prefix):
            treatment, _, sign = key.removeprefix(prefix).rpartition("_")
            found = rules.sourced(key)
            units = found.unit if found.value == 1 else f"{found.unit}s"
            text = f"{found.label.rpartition(',')[0]}: {_WORDS[sign]} {found.value} {units}"
            answer = _COMPARE[sign](getattr(since, treatment), days_of(found))
            reasons.append(reason(rules, key, treatment.upper(), text, answer))
    return combine(reasons)


def since_from_table(table: dict[str, object], place: str) -> DaysSince:
    """Read the table ``[days_since]`` of a patient's file: days since the last of a treatment, or "never".

    Raises
    ------
    BadInput
        Unknown treatments and values that are neither 0 days or more nor "never", all listed.
    """
    columns, faults = dict(vars(unknown_since(1))), []
    for name, value in table.items():
        if name not in columns:
            faults.append(f"{name}: unknown treatment, expected one of {', '.join(columns)}")
        elif value == _NEVER:
            columns[name] = np.array([np.inf])
        elif isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < math.inf:
            columns[name] = np.array([float(value)])
        else:
            faults.append(f"{name}: got {value!r}, expected 0 days or more, or {_NEVER!r}")
    if faults:
        raise BadInput(f"{place}: {len(faults)} fault(s) in [days_since]:\n  " + "\n  ".join(faults))
    return DaysSince(**columns)
