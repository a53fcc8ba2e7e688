"""One patient's plan by date: the rules' verdict, the key dates and the milestones, without a simulation."""

import dataclasses
import math
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from livingdrug.bedside.answers import NOT_MET
from livingdrug.bedside.assessment import Assessment, assess_patients, open_reasons, regimen_days
from livingdrug.bedside.clock import days_written, moment_of
from livingdrug.bedside.dates import (
    KeyDates,
    dates_from_table,
    days_ahead,
    key_dates,
    settle_referral,
)
from livingdrug.bedside.dosing import dose_window
from livingdrug.bedside.lymphodepletion import Regimen
from livingdrug.bedside.milestones import Hours, Milestone, hours_of_infusion, plan_by_date
from livingdrug.errors import BadInput
from livingdrug.evidence import Edition
from livingdrug.patients import Indication, PatientFile, Patients
from livingdrug.plans import Plan, change_plan


@dataclass(frozen=True)
class PlannedPatient:
    """One patient's verdict and plan by date.

    ``dates`` is None, and ``milestones`` empty, where the rules refuse the patient; ``hours`` is empty
    where the moment of the infusion is not known.
    """

    place: str
    chart: Patients
    rules: Edition
    plan: Plan
    assessment: Assessment
    dates: KeyDates | None
    milestones: tuple[Milestone, ...]
    hours: tuple[Hours, ...] = ()

    @property
    def indication(self) -> Indication:
        """The patient's disease."""
        return Indication(int(self.chart.indication[0]))


def plan_for(patients: Patients, rules: Edition) -> Plan:
    """Return the default plan of one patient under an edition.

    Manufacturing aims below the top of this patient's dose window, target = min(default, top * exp(-k sd)),
    sd the scatter of the dose measurement on the log scale. CRS is managed by the edition's own table
    where it has one.
    """
    own_table = rules.sourced("scales.management_crs.algorithm").value is not None
    plan = Plan(crs_protocol_edition=rules.name) if own_table else Plan()
    top = float(dose_window(patients.indication, patients.weight_kg, rules).high_cells[0])
    if math.isnan(top):
        return plan
    room = rules.number("patients.alike.dose_room_sd") * rules.spread("course.manufacturing.dose_measurement")
    return dataclasses.replace(plan, dose_target_cells=min(plan.dose_target_cells, top * math.exp(-room)))


def plan_patient(file: PatientFile, rules: Edition, asked: date | None, today: date) -> PlannedPatient:
    """Hold one patient against the rules and lay out the plan by date; none where they refuse.

    Parameters
    ----------
    file : PatientFile
    rules : Edition
    asked : date, optional
        Day of referral that stands above the file's.
    today : date
        Day of referral where neither says one, and no later date says that it has passed.

    Raises
    ------
    BadInput
        Faulty dates or plan in the file.
    """
    chart = file.patients
    plan = change_plan(plan_for(chart, rules), file.plan, file.place)
    given = dates_from_table(file.dates, file.place)
    assessment = assess_patients(chart, rules, days_ahead(given, asked or today))
    dates, milestones = None, ()
    try:
        disease = int(chart.indication[0])
        referral, given = settle_referral(given, asked, disease, today, file.place, rules)
        if assessment.eligible[0] != NOT_MET:
            regimen = Regimen(int(assessment.regimen[0]))
            days = regimen_days(chart, regimen, rules, 0)
            dates = key_dates(given, referral, disease, days, plan, rules)
            milestones = plan_by_date(chart, 0, dates, regimen, plan, rules)
    except OverflowError as problem:
        raise BadInput(
            f"{file.place}: [dates] or --from: a date of the plan would fall outside the calendar"
        ) from problem
    return PlannedPatient(file.place, chart, rules, plan, assessment, dates, milestones)


def plan_on_calendar(
    file: PatientFile, rules: Edition, asked: date | None, today: date, zone: ZoneInfo | None
) -> PlannedPatient:
    """Lay out the plan by date on the calendar of a centre's time zone.

    A moment in ``[dates]`` falls on the day that the centre's calendar shows; where that of the infusion
    is known, what is counted in minutes from it is dated too.

    Parameters
    ----------
    file : PatientFile
    rules : Edition
    asked : date, optional
        Day of referral that stands above the file's.
    today : date
        Day of referral where neither says one, and no later date says that it has passed.
    zone : ZoneInfo, optional
        Needed where ``[dates]`` holds a time of day.

    Raises
    ------
    BadInput
        Faulty dates or plan in the file, a time of day without a zone, or the rules refuse the patient.
    """
    local = dataclasses.replace(file, dates=days_written(file.dates, zone, file.place))
    planned = plan_patient(local, rules, asked, today)
    if planned.dates is None:
        verdicts = planned.assessment.indication, planned.assessment.tests
        reasons = [r.text for v in verdicts for r in open_reasons(v, 0) if r.answer[0] == NOT_MET]
        raise BadInput(
            f"{file.place}: not eligible under {rules.name}, so there is no plan to write. Not met: "
            f"{'; '.join(reasons)}. Another edition may differ: see --edition"
        )
    moment = file.dates.get("infusion")
    if zone is None or not isinstance(moment, datetime):
        return planned
    return dataclasses.replace(planned, hours=hours_of_infusion(moment_of(moment, zone), rules))
