"""Questions about the dates on which the plan hangs: what is refused, what is remarked, what a day holds."""

from datetime import date

from tests.rules.cases import Answer, Question
from tests.typical_patients import typical

from livingdrug.bedside.assessment import assess_patients, regimen_days
from livingdrug.bedside.dates import (
    DATE_FIELDS,
    GivenDates,
    KeyDates,
    dates_from_table,
    key_dates,
    months_after,
)
from livingdrug.bedside.lymphodepletion import Regimen
from livingdrug.bedside.milestones import Milestone, plan_by_date
from livingdrug.evidence import Edition
from livingdrug.patients import Indication
from livingdrug.plans import Plan


def _known(given) -> dict[str, date]:
    return {name: given["given"][name] for name in DATE_FIELDS if name in given["given"]}


def _plan(given) -> Plan:
    return Plan(leukapheresis_lead_days=float(given["given"].get("leukapheresis_lead_days", 0)))


def _dates(given, indication: Indication, n_days: int, rules: Edition) -> KeyDates:
    known = GivenDates(**_known(given))
    referral = known.referral or date(2026, 12, 28)
    return key_dates(known, referral, indication, n_days, _plan(given), rules)


def _read(cases, rules):
    return [Answer(sorted(dates_from_table(_known(given), "x").__dict__)) for given in cases]


def _remarks(cases, rules):
    answers = []
    for given in cases:
        n_days = given["given"]["regimen_days"]
        answers.append(Answer(list(_dates(given, Indication.LBCL, n_days, rules).notes)))
    return answers


def _collection(cases, rules):
    return [Answer(str(_dates(given, Indication.LBCL, 0, rules).collection)) for given in cases]


def _month_later(cases, rules):
    return [Answer(str(months_after(given["given"]["day"], 1))) for given in cases]


def _lines(given, rules: Edition) -> list[Milestone]:
    """Return the lines of the plan that begin as the case says."""
    indication = Indication[given["given"]["indication"].upper()]
    patients = typical(indication)
    regimen = Regimen(int(assess_patients(patients, rules).regimen[0]))
    dates = _dates(given, indication, regimen_days(patients, regimen, rules, 0), rules)
    plan = plan_by_date(patients, 0, dates, regimen, _plan(given), rules)
    return [line for line in plan if line.what.startswith(given["given"]["line"])]


def _spans(cases, rules):
    return [
        Answer([f"{line.first} to {line.last or line.first}" for line in _lines(given, rules)])
        for given in cases
    ]


def _drugs(cases, rules):
    drugs = ("fludarabine", "cyclophosphamide", "bendamustine")
    return [
        Answer([" and ".join(drug for drug in drugs if drug in line.what) for line in _lines(given, rules)])
        for given in cases
    ]


QUESTIONS: dict[str, Question] = {
    "dates_read": _read,
    "remarks_on_dates": _remarks,
    "day_of_collection": _collection,
    "a_month_later": _month_later,
    "spans": _spans,
    "drugs_by_day": _drugs,
}
