"""Lymphodepletion day by day, its window to the infusion, and when to omit or repeat it."""

from datetime import date, timedelta

import numpy as np

from livingdrug.bedside.answers import MET, Reason
from livingdrug.bedside.assessment import drug_courses
from livingdrug.bedside.dates import KeyDates
from livingdrug.bedside.limits import texts
from livingdrug.bedside.lymphodepletion import Regimen, needs_alternative, window_days
from livingdrug.bedside.milestones.lines import Milestone, Standing, days_long, rule_line, states, weeks_long
from livingdrug.evidence import Edition
from livingdrug.patients import Indication, Patients

_LYMPHODEPLETION = "label.lymphodepletion"
_NO_REGIMEN = (
    "Lymphodepletion: open, for cyclophosphamide is ruled out and this edition names no other regimen for "
    "this disease"
)


def chemotherapy(
    patients: Patients, row: int, dates: KeyDates, regimen: Regimen, rules: Edition
) -> list[Milestone]:
    """Return each day's drugs, the window to the infusion, and when to omit or repeat."""
    indication = Indication(int(patients.indication[row]))
    lines: list[Milestone] = []
    if indication.key in texts(rules, f"{_LYMPHODEPLETION}.omission.indications"):
        within = rules.number(f"{_LYMPHODEPLETION}.omission.within_days")
        limit = rules.number(f"{_LYMPHODEPLETION}.omission.white_cells_e9_per_l")
        sign = "at or below" if states(rules, f"{_LYMPHODEPLETION}.omission.inclusive") else "below"
        text = f"White cells {sign} {limit:g}e9/L in this week: lymphodepletion may be omitted"
        key = f"{_LYMPHODEPLETION}.omission.white_cells_e9_per_l"
        lines += rule_line(rules, key, text, dates.infusion - days_long(within), last=dates.infusion)
    if dates.lymphodepletion_first is None or dates.lymphodepletion_last is None:
        return lines
    window = _window(dates.lymphodepletion_last, indication, rules)
    if against := _against_cyclophosphamide(patients, row, regimen, rules):
        why, first, last = against[0], dates.lymphodepletion_first, dates.lymphodepletion_last
        return [*lines, Milestone(first, _NO_REGIMEN, Standing.RULE, why.source, why.where, last), *window]
    courses = drug_courses(patients, regimen, rules)
    day = dates.lymphodepletion_first
    while day <= dates.lymphodepletion_last:
        nth = (day - dates.lymphodepletion_first).days
        given = [course for course in courses if course.days[row] > nth]
        doses = "; ".join(_dose(c.drug, c.mg_per_m2_per_day[row], c.mg_per_day[row]) for c in given)
        key = f"{_LYMPHODEPLETION}.{indication.key}.{courses[0].drug}.mg_per_m2_per_day"
        lines += rule_line(rules, key, f"Lymphodepletion, day {nth + 1}: {doses}", day)
        day += timedelta(days=1)
    return lines + window


def _against_cyclophosphamide(
    patients: Patients, row: int, regimen: Regimen, rules: Edition
) -> tuple[Reason, ...]:
    """Return why cyclophosphamide is ruled out, where the regimen holds it for want of another."""
    if regimen != Regimen.FLUDARABINE_CYCLOPHOSPHAMIDE:
        return ()
    history = patients.cyclophosphamide_resistant, patients.haemorrhagic_cystitis_grade4
    return tuple(r for r in needs_alternative(*history, rules).reasons if r.answer[row] == MET)


def _dose(drug: str, mg_per_m2: float, mg: float) -> str:
    amount = "" if np.isnan(mg) else f" = {mg:.0f} mg"
    return f"{drug} {mg_per_m2:g} mg/m2{amount}"


def _window(last: date, indication: Indication, rules: Edition) -> list[Milestone]:
    """Return when the infusion may follow, and what holds when it is late."""
    shortest, longest = (float(side[0]) for side in window_days(np.array([indication]), rules))
    lines = []
    if not np.isnan(longest):
        key = f"{_LYMPHODEPLETION}.window.{indication.key}.last_day"
        text = f"Window for the infusion: {shortest:g} to {longest:g} days after lymphodepletion"
        lines += rule_line(rules, key, text, last + days_long(shortest), last=last + days_long(longest))
    late = f"{_LYMPHODEPLETION}.repeat.after_weeks"
    if states(rules, late):
        limit = rules.number(f"{_LYMPHODEPLETION}.repeat.white_cells_above_e9_per_l")
        text = f"An infusion later than this: lymphodepletion again if white cells are above {limit:g}e9/L"
        lines += rule_line(rules, late, text, last + weeks_long(rules, late), onward=True)
    return lines
