"""Questions about the plan by date, hours on a centre's clock, and the words of the patient guide."""

from datetime import date, datetime

from tests.rules.cases import Answer, Question
from tests.typical_patients import typical

from livingdrug.bedside.assessment import assess_patients, regimen_days
from livingdrug.bedside.clock import hours_after, local_day, moment_of, read_zone
from livingdrug.bedside.dates import DATE_FIELDS, GivenDates, key_dates, settle_referral
from livingdrug.bedside.guide import write_guide
from livingdrug.bedside.lymphodepletion import Regimen
from livingdrug.bedside.milestones import hours_of_infusion, plan_by_date
from livingdrug.errors import BadInput
from livingdrug.patients import Indication, Sex
from livingdrug.plans import Plan

_REFERRAL = date(2020, 1, 1)
"""Before every infusion of the cases; no line that is asked for hangs on it."""


def _lines(given, rules):
    """Return the lines of the plan that begin as the case says."""
    who = given["given"]
    patient = {name: who[name] for name in ("could_be_pregnant",) if name in who}
    if "sex" in who:
        patient["sex"] = Sex[who["sex"].upper()]
    patients = typical(Indication[who.get("indication", "lbcl").upper()], **patient)
    regimen = Regimen(int(assess_patients(patients, rules).regimen[0]))
    days = regimen_days(patients, regimen, rules, 0)
    given_dates = GivenDates(infusion=who["infusion"])
    dates = key_dates(given_dates, _REFERRAL, int(patients.indication[0]), days, Plan(), rules)
    return [
        one
        for one in plan_by_date(patients, 0, dates, regimen, Plan(), rules)
        if one.what.startswith(who["line"])
    ]


def _each_line(read) -> Question:
    """Ask for one line of the plan; an edition that has none answers "not stated"."""

    def ask(cases, rules):
        answers = []
        for given in cases:
            found = _lines(given, rules)
            if not found:
                answers.append(Answer("not stated"))
                continue
            (line,) = found
            doubt = {"unverified"} if line.unverified else set()
            answers.append(Answer(read(line), frozenset({str(line.standing), line.source} | doubt)))
        return answers

    return ask


def _last(line):
    return "no end" if line.onward else str(line.last or line.first)


def _day_of_infusion(cases, rules):
    answers = []
    for given in cases:
        zone = read_zone(given["given"]["zone"], "zone")
        try:
            moment = moment_of(given["given"]["moment"], zone)
        except BadInput:
            answers.append(Answer("refused"))
        else:
            answers.append(Answer(str(local_day(moment, zone))))
    return answers


def _hours_later(cases, rules):
    answers = []
    for given in cases:
        zone = read_zone(given["given"]["zone"], "zone")
        start = moment_of(given["given"]["moment"], zone)
        later = hours_after(start, given["given"]["hours"]).astimezone(zone)
        answers.append(Answer(later.isoformat(timespec="minutes")))
    return answers


def _premedication(cases, rules):
    answers = []
    for given in cases:
        zone = read_zone(given["given"]["zone"], "zone")
        line = hours_of_infusion(moment_of(given["given"]["moment"], zone), rules)[0]
        span: list[datetime] = [line.first.astimezone(zone), line.last.astimezone(zone)]
        told = [moment.isoformat(timespec="minutes") for moment in span]
        answers.append(Answer(told, frozenset({str(line.standing), line.source})))
    return answers


def _referral(cases, rules):
    answers = []
    for given in cases:
        who = given["given"]
        known = {name: who[name] for name in DATE_FIELDS if name in who}
        disease = int(Indication[who["indication"].upper()])
        day, after = settle_referral(GivenDates(**known), None, disease, who["today"], "x", rules)
        answers.append(Answer(str(day), frozenset({"given" if after.referral else "typical wait"})))
    return answers


def _statements(given, rules, left_out=False):
    """Return the statements of the guide that hold some words: what it says, or what it leaves out."""
    guide = write_guide(Indication[given["given"]["indication"].upper()], rules)
    parts = [part for part in guide.sections if (part.key == "unread") == left_out]
    within = given["given"].get("section")
    return [
        s
        for part in parts
        for s in part.statements
        if given["given"]["words"] in s.text and within in (None, part.key)
    ]


def _guide_says(cases, rules):
    """Answer whether a sentence of the guide holds some words, and on which sources it rests."""
    answers = []
    for given in cases:
        found = _statements(given, rules)
        sources = {one.source for s in found for one in s.rests_on}
        marked = {"marked"} if any(s.marks for s in found) else set()
        answers.append(Answer(int(bool(found)), frozenset(sources | marked)))
    return answers


def _guide_marks(cases, rules):
    """Answer what a sentence of the guide is marked with: up to the colon or full stop."""
    answers = []
    for given in cases:
        (found,) = _statements(given, rules)
        answers.append(Answer([mark.replace(":", ".").split(".")[0] for mark in found.marks]))
    return answers


def _guide_leaves_out(cases, rules):
    return [Answer(int(bool(_statements(given, rules, left_out=True)))) for given in cases]


QUESTIONS: dict[str, Question] = {
    "first_day": _each_line(lambda line: str(line.first)),
    "last_day": _each_line(_last),
    "falls_due": _each_line(lambda line: [str(day) for day in (line.first, *line.again)]),
    "says": _each_line(lambda line: line.what),
    "day_of_infusion": _day_of_infusion,
    "hours_later": _hours_later,
    "premedication_times": _premedication,
    "referral": _referral,
    "guide_says": _guide_says,
    "guide_marks": _guide_marks,
    "guide_leaves_out": _guide_leaves_out,
}
