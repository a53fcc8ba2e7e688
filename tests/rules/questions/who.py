"""Questions about one patient before treatment."""

from collections.abc import Callable

import numpy as np
from tests.rules.cases import Answer, Question
from tests.typical_patients import typical

from livingdrug.bedside.answers import Verdict
from livingdrug.bedside.delay import assess_delay
from livingdrug.bedside.dosing import assess_dose
from livingdrug.bedside.indications import DaysToStep, assess_indication
from livingdrug.bedside.lymphodepletion import assess_omission, assess_window
from livingdrug.bedside.screening import assess_tests, assess_trial
from livingdrug.errors import BadInput
from livingdrug.patients import Histology, Indication, Sex


def _value(name, value):
    """Return a cell of a case as the patients hold it; "unknown" is a missing result."""
    if value == "unknown":
        return -1 if name in ("histology", "sex") else np.nan
    if name == "histology":
        return Histology[value.upper()]
    if name == "sex":
        return Sex[value.upper()]
    return {"yes": 1, "no": 0}.get(value, value) if isinstance(value, str) else value


def _is_flag(name):
    return getattr(typical(Indication.LBCL), name).dtype == np.int8


def patients(given):
    """Return the typical patient of a case's indication with what the case says is different."""
    columns = {name: _value(name, value) for name, value in given["patient"].items() if name != "indication"}
    columns = {
        name: -1 if isinstance(v, float) and np.isnan(v) and _is_flag(name) else v
        for name, v in columns.items()
    }
    return typical(Indication[given["patient"]["indication"].upper()], **columns)


def numbers(given):
    """Return what is given beyond the patient, as columns of one row."""
    return {name: np.array([float(value)]) for name, value in given.get("given", {}).items()}


def told(verdict: Verdict) -> Answer:
    """Return a verdict's answer and the criteria that are not met or not assessable."""
    because = frozenset(reason.code for reason in verdict.reasons if reason.answer[0] != 1)
    return Answer(int(verdict.answer[0]), because)


def _each(ask: Callable[..., Verdict]) -> Question:
    """Ask a rule of one patient at a time; bad input is answered "refused"."""

    def asked(given, rules) -> Answer:
        try:
            return told(ask(patients(given), numbers(given), given, rules))
        except BadInput:
            return Answer("refused")

    return lambda cases, rules: [asked(given, rules) for given in cases]


QUESTIONS: dict[str, Question] = {
    "indication": _each(lambda who, value, given, rules: assess_indication(who, rules)),
    "indication_with_dates": _each(
        lambda who, value, given, rules: assess_indication(
            who,
            rules,
            DaysToStep(
                value.get("days_to_leukapheresis", np.array([np.nan])),
                value.get("days_to_infusion", np.array([np.nan])),
            ),
        )
    ),
    "tests": _each(lambda who, value, given, rules: assess_tests(who, rules)),
    "trial": _each(lambda who, value, given, rules: assess_trial(who, given["trial"], rules)),
    "free_of_delay": _each(lambda who, value, given, rules: assess_delay(who, rules)),
    "dose": _each(
        lambda who, value, given, rules: assess_dose(
            who.indication, value["dose_cells"], value["weight_at_leukapheresis_kg"], rules
        )
    ),
    "omit_lymphodepletion": _each(
        lambda who, value, given, rules: assess_omission(who.indication, value["white_cells_e9_per_l"], rules)
    ),
    "lymphodepletion_window": _each(
        lambda who, value, given, rules: assess_window(
            who.indication, value["days_after_lymphodepletion"], rules
        )
    ),
}
