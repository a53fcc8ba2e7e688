"""Questions about blood counts, the scores made of them, laboratory grades and immunoglobulin."""

from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Any

import numpy as np
from tests.rules.cases import Answer, Question
from tests.rules.questions.grading import told
from tests.rules.questions.observed import at_one_time, over_time

from livingdrug.bedside.answers import Graded
from livingdrug.bedside.antibody_levels import AntibodyCriterion, grade_hypogammaglobulinaemia
from livingdrug.bedside.blood_counts import (
    CountCriterion,
    LymphocyteSubsets,
    grade_anaemia,
    grade_cd4_lymphopenia,
    grade_leukopenia,
    grade_lymphopenia,
    grade_neutropenia,
    grade_thrombocytopenia,
    prolonged_cytopenia,
)
from livingdrug.bedside.car_hematotox import car_hematotox
from livingdrug.bedside.ctcae_electrolytes import (
    grade_hyperkalaemia,
    grade_hyperuricaemia,
    grade_hypocalcaemia,
    grade_hypokalaemia,
    grade_hypophosphataemia,
)
from livingdrug.bedside.ctcae_laboratory import (
    LaboratoryCriterion,
    grade_aminotransferase,
    grade_bilirubin,
    grade_creatinine,
    grade_fibrinogen,
)
from livingdrug.bedside.easix import easix
from livingdrug.bedside.febrile_neutropenia import FebrileNeutropeniaCriterion, grade_febrile_neutropenia
from livingdrug.bedside.grade_range import GradeRange
from livingdrug.bedside.icaht import Duration, Icaht, IcahtCriterion, grade_icaht
from livingdrug.bedside.icaht_platelets import PlateletCriterion, PlateletIcaht, grade_icaht_platelets
from livingdrug.evidence import Edition
from livingdrug.observations import ALL_FIELDS, UNKNOWN, Observations

Cases = Sequence[dict[str, Any]]


def numbers(cases: Cases, name: str) -> np.ndarray | None:
    """Return a number beyond the observations for each case, None where no case gives it."""
    given = [case.get("given", {}) for case in cases]
    if not any(name in one for one in given):
        return None
    return np.array([float("nan" if one.get(name) == "unknown" else one.get(name, "nan")) for one in given])


def flags(cases: Cases, name: str) -> np.ndarray:
    """Return a flag beyond the observations for each case, unknown where it is not given."""
    words = {"yes": 1, "no": 0, "unknown": -1}
    return np.array([words[case.get("given", {}).get(name, "unknown")] for case in cases], dtype=np.int8)


def each(ask: Callable[[Cases, Edition], list[Answer]]) -> Question:
    """Ask of one case at a time: cases differ in the optional limits and the times that they give."""
    return lambda cases, rules: [ask([case], rules)[0] for case in cases]


def counted(grader: Callable[..., Graded]) -> Question:
    """Ask for the grade of a count, by the laboratory's own limit where the case gives one."""
    return each(
        lambda cases, rules: told(
            grader(at_one_time(cases), rules, numbers(cases, "lower_limit")), CountCriterion
        )
    )


def laboratory(grader: Callable[..., GradeRange], *names: str) -> Question:
    """Ask for the grade of a laboratory value, with what the case gives of limits and baselines."""
    return each(
        lambda cases, rules: told(
            grader(at_one_time(cases), rules, *(numbers(cases, name) for name in names)).graded,
            LaboratoryCriterion,
        )
    )


def bounded(grader: Callable[..., GradeRange], *names: str) -> Question:
    """Ask for the lowest and highest grade possible."""

    def ask(cases: Cases, rules: Edition) -> list[Answer]:
        found = grader(at_one_time(cases), rules, *(numbers(cases, name) for name in names))
        return [Answer([int(found.lowest[0]), int(found.highest[0])])]

    return each(ask)


def _aminotransferase(observations: Observations, rules: Edition, baseline: np.ndarray | None) -> GradeRange:
    return grade_aminotransferase(observations.alt_x_uln, rules, baseline)


def _hypokalaemia(cases: Cases, rules: Edition) -> GradeRange:
    return grade_hypokalaemia(
        at_one_time(cases), rules, numbers(cases, "lower_limit"), flags(cases, "symptomatic")
    )


def _hyperuricaemia(cases: Cases, rules: Edition) -> GradeRange:
    return grade_hyperuricaemia(
        at_one_time(cases), rules, numbers(cases, "upper_limit"), flags(cases, "has_consequences")
    )


def _cd4(cases: Cases, rules: Edition) -> list[Answer]:
    cd4 = numbers(cases, "cd4_cells_per_ul")
    assert cd4 is not None
    graded = grade_cd4_lymphopenia(LymphocyteSubsets(cd4), rules, numbers(cases, "lower_limit"))
    return told(graded, CountCriterion)


def _last_febrile(cases: Cases, rules: Edition) -> list[Answer]:
    record = over_time(cases[0]) if "days" in cases[0] else at_one_time(cases)
    return told(grade_febrile_neutropenia(record, rules), FebrileNeutropeniaCriterion)[-1:]


def _prolonged(cases: Cases, rules: Edition) -> list[Answer]:
    landmark = float(cases[0]["given"]["landmark_day"])
    return [Answer(int(prolonged_cytopenia(over_time(cases[0]), landmark, rules).prolonged[0]))]


def daily(case: dict[str, Any]) -> dict[str, Any]:
    """Spell out a course written as ``spans``: [first day, last day, value], one count a day."""
    if "spans" not in case:
        return case
    by_day = {
        name: {day: value for first, last, value in parts for day in range(first, last + 1)}
        for name, parts in case["spans"].items()
    }
    days = sorted({day for values in by_day.values() for day in values})
    counts = {name: [values.get(day, "unknown") for day in days] for name, values in by_day.items()}
    return {**case, "days": days, "observations": {**case.get("observations", {}), **counts}}


def over_days(cases: Cases) -> Observations:
    """Return the courses of several cases, (cases, times), the shorter ones filled with unknown days."""
    records = [over_time(daily(case)) for case in cases]
    longest = max(record.day.shape[1] for record in records)

    def padded(column: np.ndarray, name: str) -> np.ndarray:
        return np.pad(column, ((0, 0), (0, longest - column.shape[1])), constant_values=UNKNOWN[name])

    columns = {
        name: np.concatenate([padded(getattr(record, name), name) for record in records])
        for name in ALL_FIELDS
    }
    return Observations(**columns)


def _ends(cases: Cases, name: str) -> np.ndarray:
    return np.array([float(case.get("given", {}).get(name, "nan")) for case in cases])


def icaht_of(cases: Cases, rules: Edition) -> list[Icaht]:
    """Grade the neutrophils of several cases; each gets the record made by its own way of counting days."""
    record, died, end = over_days(cases), _ends(cases, "died_day"), _ends(cases, "late_end_day")
    found = {way: grade_icaht(record, died, rules, way, end) for way in Duration}
    return [found[Duration[case.get("duration", "longest_run").upper()]] for case in cases]


def platelets_of(cases: Cases, rules: Edition) -> list[PlateletIcaht]:
    """Grade the platelets of several cases."""
    return [grade_icaht_platelets(over_days(cases), _ends(cases, "end_day"), rules)] * len(cases)


def graded_of(
    grade: Callable[[Cases, Edition], list[Any]], part: Callable[[Any], Graded], criteria: type[IntEnum]
) -> Question:
    """Ask for one grade of a record."""

    def ask(cases: Cases, rules: Edition) -> list[Answer]:
        graded = [part(found) for found in grade(cases, rules)]
        return [
            Answer(int(one.grade[i]), frozenset({criteria(int(one.criterion[i])).name}))
            for i, one in enumerate(graded)
        ]

    return ask


def number_of(grade: Callable[[Cases, Edition], list[Any]], part: Callable[[Any], Any]) -> Question:
    """Ask for one number, or for two, of a record."""

    def ask(cases: Cases, rules: Edition) -> list[Answer]:
        found = [part(one) for one in grade(cases, rules)]
        return [
            Answer([float(each[i]) for each in one] if isinstance(one, list) else float(one[i]))
            for i, one in enumerate(found)
        ]

    return ask


def _hematotox(cases: Cases, rules: Edition) -> list[Answer]:
    found = car_hematotox(at_one_time(cases), rules)
    missing = [
        frozenset(item.field for item in found.items if item.lowest[i] < item.highest[i])
        for i in range(len(cases))
    ]
    return [
        Answer([int(found.lowest[i]), int(found.highest[i])], because) for i, because in enumerate(missing)
    ]


def _hematotox_high(cases: Cases, rules: Edition) -> list[Answer]:
    return [Answer(int(high)) for high in car_hematotox(at_one_time(cases), rules).high_risk]


def _hematotox_missing(cases: Cases, rules: Edition) -> list[Answer]:
    return [Answer(int(n)) for n in car_hematotox(at_one_time(cases), rules).n_missing]


def _easix(name: str) -> Question:
    def ask(cases: Cases, rules: Edition) -> list[Answer]:
        return [Answer(float(value)) for value in getattr(easix(at_one_time(cases), rules), name)]

    return ask


def _igg(cases: Cases, rules: Edition) -> list[Answer]:
    igg = at_one_time(cases).igg_g_per_l
    own = numbers(cases, "lower_limit")
    limit = None if own is None else own
    return told(grade_hypogammaglobulinaemia(igg, rules, limit), AntibodyCriterion)


def of_cases(grader: Callable[[Cases, Edition], GradeRange]) -> Question:
    """Ask a grader that takes whole cases."""
    return each(lambda cases, rules: told(grader(cases, rules).graded, LaboratoryCriterion))


QUESTIONS: dict[str, Question] = {
    "neutropenia": counted(grade_neutropenia),
    "thrombocytopenia": counted(grade_thrombocytopenia),
    "lymphopenia": counted(grade_lymphopenia),
    "leukopenia": counted(grade_leukopenia),
    "anaemia": counted(grade_anaemia),
    "cd4_lymphopenia": each(_cd4),
    "prolonged_cytopenia": each(_prolonged),
    "febrile_neutropenia": each(_last_febrile),
    "aminotransferase": laboratory(_aminotransferase, "baseline_x_uln"),
    "bilirubin": laboratory(grade_bilirubin, "upper_limit", "baseline"),
    "creatinine": laboratory(grade_creatinine, "upper_limit"),
    "creatinine_bounds": bounded(grade_creatinine, "upper_limit"),
    "fibrinogen": laboratory(grade_fibrinogen, "lower_limit", "baseline"),
    "fibrinogen_bounds": bounded(grade_fibrinogen, "lower_limit", "baseline"),
    "hyperkalaemia": laboratory(grade_hyperkalaemia, "upper_limit"),
    "hypokalaemia": of_cases(_hypokalaemia),
    "hypocalcaemia": laboratory(grade_hypocalcaemia, "lower_limit"),
    "hyperuricaemia": of_cases(_hyperuricaemia),
    "hypophosphataemia": laboratory(grade_hypophosphataemia, "lower_limit"),
    "hypophosphataemia_bounds": bounded(grade_hypophosphataemia, "lower_limit"),
    "icaht_early": graded_of(icaht_of, lambda found: found.early.graded, IcahtCriterion),
    "icaht_early_bounds": number_of(icaht_of, lambda found: [found.early.lowest, found.early.highest]),
    "icaht_late": graded_of(icaht_of, lambda found: found.late, IcahtCriterion),
    "icaht_late_bounds": number_of(
        icaht_of, lambda found: [found.late_range.lowest, found.late_range.highest]
    ),
    "icaht_days": number_of(icaht_of, lambda found: [found.longest_run_days, found.cumulative_days]),
    "icaht_profound_days": number_of(
        icaht_of, lambda found: [found.longest_profound_run_days, found.cumulative_profound_days]
    ),
    "platelets_early": graded_of(platelets_of, lambda found: found.early.graded, PlateletCriterion),
    "platelets_early_bounds": number_of(
        platelets_of, lambda found: [found.early.lowest, found.early.highest]
    ),
    "platelets_late": graded_of(platelets_of, lambda found: found.late.graded, PlateletCriterion),
    "platelets_late_bounds": number_of(platelets_of, lambda found: [found.late.lowest, found.late.highest]),
    "platelets_days": number_of(platelets_of, lambda found: [found.low_days, found.very_low_days]),
    "platelets_late_days": number_of(platelets_of, lambda found: found.late_very_low_days),
    "platelets_recovery_day": number_of(platelets_of, lambda found: found.recovery_day),
    "car_hematotox": _hematotox,
    "car_hematotox_high": _hematotox_high,
    "car_hematotox_missing": _hematotox_missing,
    "easix": _easix("easix"),
    "easix_modified": _easix("modified"),
    "easix_simplified": _easix("simplified"),
    "easix_log2": _easix("log2_easix"),
    "easix_modified_log2": _easix("log2_modified"),
    "easix_simplified_log2": _easix("log2_simplified"),
    "hypogammaglobulinaemia": each(_igg),
}
