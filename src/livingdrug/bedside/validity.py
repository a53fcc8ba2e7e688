"""How old a test may be: a known result that is older than its window counts as not known, never as a yes."""

import math
from dataclasses import dataclass, fields
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta

import numpy as np

from livingdrug.bedside.answers import MET, Reason, Verdict, any_of, combine, negated, tri
from livingdrug.bedside.clock import days_between
from livingdrug.bedside.dates import GivenDates
from livingdrug.bedside.limits import flag, reason, within_window
from livingdrug.errors import BadInput
from livingdrug.evidence import Edition, Sourced
from livingdrug.patients import Indication, Patients, Sex
from livingdrug.units import DAYS_PER_MONTH, DAYS_PER_WEEK, HOURS_PER_DAY

_WINDOWS = "label.test_windows"
_DAYS_PER_UNIT = {
    "hour": 1 / HOURS_PER_DAY,
    "day": 1.0,
    "week": DAYS_PER_WEEK,
    "month": DAYS_PER_MONTH,
}


@dataclass(frozen=True)
class TestAges:
    """Days from each test to the step it is asked for, (n,); NaN where the test has no date.

    Below 0: the test was made after the step. ``entry`` is referral, ``collection`` leukapheresis.
    """

    __test__ = False  # no test of pytest

    serology_before_collection: np.ndarray
    cd19_before_entry: np.ndarray
    pregnancy_test_before_lymphodepletion: np.ndarray
    pregnancy_test_before_infusion: np.ndarray
    influenza_test_before_infusion: np.ndarray
    blood_culture_before_infusion: np.ndarray
    viral_pcr_before_infusion: np.ndarray
    white_count_before_infusion: np.ndarray


_NAMES = {
    "pregnancy_test": "Pregnancy test",
    "cd19": "CD19 on leukaemia",
    "influenza_test": "Influenza test",
    "blood_culture": "Blood culture",
    "viral_pcr": "Viral PCR",
}
_STEPS = {
    "entry": ("referral", "entry"),
    "collection": ("leukapheresis", "leukapheresis"),
    "lymphodepletion": ("lymphodepletion", "lymphodepletion"),
    "infusion": ("infusion", "the infusion"),
}
"""For each step its field in ``[dates]`` and its words."""


def days_of(found: Sourced) -> float:
    """Return a length of time of the evidence in days; a day is 24 hours."""
    return float(found.value) * _DAYS_PER_UNIT[found.unit]  # type: ignore[arg-type]


def unknown_ages(n: int) -> TestAges:
    """Return the ages of the tests of n patients of whom no test has a date."""
    return TestAges(**{field.name: np.full(n, np.nan) for field in fields(TestAges)})


def assess_windows(trial: str, patients: Patients, ages: TestAges, rules: Edition) -> Verdict:
    """Answer whether the tests are recent enough, as a pivotal trial asked.

    A test that has no date, is older than its window or was made after its step is not assessable; its
    result then does not count. Serology is asked before leukapheresis in every edition, without a window.

    Parameters
    ----------
    trial : str
        "eliana" or "juliet"; another name has no windows, so that the order of serology alone is asked.
    patients : Patients, (n,) columns
    ages : TestAges
    rules : Edition

    Returns
    -------
    Verdict
        answer (n,): 1 every test is recent enough, -1 one is not; never 0.

    Source
    ------
    label.test_windows, label.screening.serology.
    """
    reasons = [_serology_first(ages, rules)]
    prefix = f"{_WINDOWS}.{trial}."
    for key in rules.values:
        if key.startswith(prefix):
            reasons.append(_window(key, key.removeprefix(prefix), patients, ages, rules))
    return combine(reasons)


def _serology_first(ages: TestAges, rules: Edition) -> Reason:
    key = "label.screening.serology.test_required"
    made_before = ages.serology_before_collection >= 0
    text = "HIV, hepatitis B and hepatitis C tested before leukapheresis (no window is stated)"
    answer = tri(made_before, made_before) if flag(rules, key) else np.full(made_before.shape, MET)
    return reason(rules, key, "SEROLOGY_BEFORE_COLLECTION", text, answer)


def _window(key: str, name: str, patients: Patients, ages: TestAges, rules: Edition) -> Reason:
    found = rules.sourced(key)
    test, _, step = name.partition("_before_")
    answer = within_window(getattr(ages, name), days_of(found))
    if test == "pregnancy_test":
        answer = any_of([_could_not_be_pregnant(patients), answer])
    if test == "cd19":
        answer = np.where(patients.indication == Indication.ALL, answer, MET).astype(np.int8)
    text = (
        f"{_NAMES[test]} at most {found.value} {found.unit}s before {_STEPS[step][1]} "
        "(older: counts as not known)"
    )
    return reason(rules, key, name.upper(), text, answer)


def _could_not_be_pregnant(patients: Patients) -> np.ndarray:
    man = tri(patients.sex == Sex.MALE, patients.sex != Sex.UNKNOWN)
    return any_of([man, negated(patients.could_be_pregnant)])


def ages_from_table(table: dict[str, object], given: GivenDates, today: date, place: str) -> TestAges:
    """Read the table ``[tests]`` of a patient's file: for each test its date, its time, or its age in days.

    The age counts to the step's own date in ``[dates]``, else to today. A date without a time may be any
    hour of that day, and so may the step: the oldest age that is possible is taken. A number stands for
    the days before the step.

    Raises
    ------
    BadInput
        Unknown tests, values that are neither date, time with zone nor number of 0 or more, and tests that
        lie ahead of today, all listed.
    """
    ages, faults = dict(vars(unknown_ages(1))), []
    tests = sorted({name.partition("_before_")[0] for name in ages})
    for test, value in table.items():
        asked = [name for name in ages if name.partition("_before_")[0] == test]
        if not asked:
            faults.append(f"{test}: unknown test, expected one of {', '.join(tests)}")
        for name in asked:
            field = _STEPS[name.partition("_before_")[2]][0]
            age = _age_days(value, getattr(given, field) or today)
            if age is None:
                faults.append(f"{test}: got {value!r}, expected a date, a time with its zone, or days from 0")
            elif _lies_ahead(value, today):
                faults.append(f"{test}: got {value}, expected a test made by {today}")
            else:
                ages[name] = np.array([age])
    if faults:
        told = dict.fromkeys(faults)  # a test of two steps is at fault once
        raise BadInput(f"{place}: {len(told)} fault(s) in [tests]:\n  " + "\n  ".join(told))
    return TestAges(**ages)


def _lies_ahead(value: object, today: date) -> bool:
    """Return whether a dated test lies on a later day than today."""
    made = value.date() if isinstance(value, datetime) else value
    return isinstance(made, date) and made > today


def _age_days(value: object, step: date) -> float | None:
    """Return the oldest age that a test may have at a step; None where the value cannot be read."""
    if isinstance(value, datetime):
        if value.utcoffset() is None or not (_countable(value) and _countable(step)):
            return None
        end_of_step = datetime(step.year, step.month, step.day, tzinfo=value.tzinfo) + timedelta(days=1)
        return days_between(value, end_of_step) if value.date() <= step else -1.0
    if isinstance(value, date):
        days = (step - value).days
        return float(days + 1) if days >= 0 else float(days)
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < math.inf:
        return float(value)
    return None


def _countable(day: date) -> bool:
    """Return whether days can be counted from it: not at the edges of the calendar."""
    return day.year not in (MINYEAR, MAXYEAR)
