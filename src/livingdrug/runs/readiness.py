"""One patient held against the rules alone, step by step: nothing is planned and nothing simulated."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from livingdrug.bedside.answers import MET, NOT_MET, Verdict
from livingdrug.bedside.assessment import Assessment, assess_patients, regimen_days
from livingdrug.bedside.clock import days_written
from livingdrug.bedside.dates import GivenDates, dates_from_table, days_ahead
from livingdrug.bedside.delay import (
    Signs,
    assess_delay,
    assess_delay_as_in_eliana,
    assess_delay_before_leukapheresis,
    assess_delay_before_lymphodepletion,
    signs_of_one,
)
from livingdrug.bedside.fludarabine import BodySurfaceFormula
from livingdrug.bedside.limits import within_window
from livingdrug.bedside.lymphodepletion import Regimen, assess_omission, assess_repeat, assess_window
from livingdrug.bedside.screening import assess_trial
from livingdrug.bedside.tocilizumab import states_dose
from livingdrug.bedside.tocilizumab_chart import warn_of_the_step
from livingdrug.bedside.validity import ages_from_table, assess_windows
from livingdrug.bedside.wash_out import (
    DaysSince,
    assess_wash_out,
    counted_to,
    since_from_table,
    wash_outs_held,
)
from livingdrug.errors import BadInput
from livingdrug.evidence import Edition
from livingdrug.patients import Indication, PatientFile, Patients
from livingdrug.runs.one_patient import baseline_of
from livingdrug.units import HOURS_PER_DAY

_STEPS_OF = {
    "collection_advice": ("leukapheresis",),
    "eliana": ("infusion",),
    "juliet": ("leukapheresis", "infusion"),
}
"""Before which steps a source asks for time without other treatment."""


@dataclass(frozen=True)
class Readiness:
    """What the rules say of one patient, at each step before the infusion.

    Attributes
    ----------
    place, digest : str
        The file, and a hash of its bytes.
    chart : Patients
        One row.
    rules : Edition
    day : date
        To which tests count where the step has no date.
    formula : BodySurfaceFormula
    assessment : Assessment
    trial_name : str
        The pivotal trial of the disease; ``trial`` holds the patient against its entry criteria, and
        ``windows`` the dates of the tests against its windows.
    before_leukapheresis, before_lymphodepletion, at_infusion, as_in_eliana : Verdict
        Whether nothing speaks for delaying each step; ``as_in_eliana`` in the numbers of that protocol.
    wash_outs : tuple of (str, str, Verdict)
        Whose times without other treatment, before which step, and the answer.
    infusion : date or None
        Where it is given.
    last_lymphodepletion : date or None
        Last day of the regimen, where its first is given.
    window, repeat : Verdict or None
        Whether the given infusion falls into the window after lymphodepletion, and whether the edition's
        criteria to repeat it are met on that day (without it, today); None without the dates.
    omission : Verdict
        Whether lymphodepletion may be omitted by the dated white count.
    warn_of_the_step : bool
        The step of the tocilizumab dose concerns this weight.
    """

    place: str
    digest: str
    chart: Patients
    rules: Edition
    day: date
    formula: BodySurfaceFormula
    assessment: Assessment
    trial_name: str
    trial: Verdict
    windows: Verdict
    before_leukapheresis: Verdict
    before_lymphodepletion: Verdict
    at_infusion: Verdict
    as_in_eliana: Verdict
    wash_outs: tuple[tuple[str, str, Verdict], ...]
    infusion: date | None
    last_lymphodepletion: date | None
    window: Verdict | None
    repeat: Verdict | None
    omission: Verdict
    warn_of_the_step: bool

    @property
    def refused(self) -> bool:
        """Whether a criterion for treatment is not met."""
        return bool(self.assessment.eligible[0] == NOT_MET)

    @property
    def indication(self) -> Indication:
        """The patient's disease."""
        return Indication(int(self.chart.indication[0]))


def check_patient(
    file: PatientFile,
    rules: Edition,
    day: date,
    formula: BodySurfaceFormula = BodySurfaceFormula.MOSTELLER,
    zone: ZoneInfo | None = None,
) -> Readiness:
    """Hold one patient against the rules of one edition, at each step before the infusion.

    Parameters
    ----------
    file : PatientFile
        With ``[tests]``, ``[days_since]`` and ``[signs]`` where they are known.
    rules : Edition
    day : date
        Today.
    formula : BodySurfaceFormula
        For the doses by day.
    zone : ZoneInfo, optional
        Of the centre, where ``[dates]`` holds a time of day.

    Raises
    ------
    BadInput
        A faulty table in the file.
    """
    chart, place = file.patients, file.place
    dates = dates_from_table(days_written(file.dates, zone, place), place)
    ages = ages_from_table(file.tests, dates, day, place)
    since, signs = _since(file), signs_of_one(file.signs, place)
    trial = baseline_of(Indication(int(chart.indication[0])), rules)
    own = [name for name in _STEPS_OF if name in ("collection_advice", trial)]
    assessment = assess_patients(chart, rules, days_ahead(dates, day))
    last = _last_lymphodepletion(chart, dates, assessment, rules)
    recent = _recent_white_count(chart, ages.white_count_before_infusion, rules)
    return Readiness(
        place=place,
        digest=file.digest,
        chart=chart,
        rules=rules,
        day=day,
        formula=formula,
        assessment=assessment,
        trial_name=trial,
        trial=assess_trial(chart, trial, rules),
        windows=assess_windows(trial, chart, ages, rules),
        before_leukapheresis=assess_delay_before_leukapheresis(chart, signs, rules),
        before_lymphodepletion=assess_delay_before_lymphodepletion(signs, rules),
        at_infusion=_at_infusion(chart, signs, rules),
        as_in_eliana=assess_delay_as_in_eliana(signs, rules),
        wash_outs=tuple(
            (name, step, assess_wash_out(name, counted_to(since, _days_to(step, dates, day)), rules))
            for name in own
            if name in wash_outs_held(rules)
            for step in _STEPS_OF[name]
        ),
        infusion=dates.infusion,
        last_lymphodepletion=last,
        window=_window(chart, last, dates, rules),
        repeat=_repeat(recent, last, dates, day, rules),
        omission=assess_omission(
            chart.indication, chart.white_cells_e9_per_l, rules, ages.white_count_before_infusion
        ),
        warn_of_the_step=_warned(chart.weight_kg, rules),
    )


def _days_to(step: str, dates: GivenDates, day: date) -> float:
    """Return the days to a step that has a date, 0 to one that has none: it is taken to be today."""
    planned = getattr(dates, step)
    return 0.0 if planned is None else float((planned - day).days)


def _last_lymphodepletion(
    chart: Patients, dates: GivenDates, assessment: Assessment, rules: Edition
) -> date | None:
    """Return the last day of a given lymphodepletion, by the days of the edition's first option."""
    length = regimen_days(chart, Regimen(int(assessment.regimen[0])), rules, 0)
    if dates.lymphodepletion is None or not length:
        return None
    try:
        return dates.lymphodepletion + timedelta(days=length - 1)
    except OverflowError as problem:
        raise BadInput(
            f"[dates] lymphodepletion: got {dates.lymphodepletion}, expected a date inside the calendar"
        ) from problem


def _recent_white_count(chart: Patients, count_age_days: np.ndarray, rules: Edition) -> np.ndarray:
    """Return the white count where it is dated within the edition's window, else NaN."""
    recent = within_window(count_age_days, rules.number("label.lymphodepletion.omission.within_days")) == MET
    return np.where(recent, chart.white_cells_e9_per_l, np.nan)


def _window(chart: Patients, last: date | None, dates: GivenDates, rules: Edition) -> Verdict | None:
    if last is None or dates.infusion is None:
        return None
    return assess_window(chart.indication, np.array([float((dates.infusion - last).days)]), rules)


def _repeat(
    white_cells_e9_per_l: np.ndarray, last: date | None, dates: GivenDates, day: date, rules: Edition
) -> Verdict | None:
    """Hold the time since lymphodepletion against the rule on repeating it, once it is over."""
    then = dates.infusion or day
    if last is None or then <= last:
        return None
    return assess_repeat(np.array([float((then - last).days)]), white_cells_e9_per_l, rules)


def _since(file: PatientFile) -> DaysSince:
    """Return the days since other treatment; the last steroid from the patient's own column if need be."""
    since = since_from_table(file.days_since, file.place)
    charted = file.patients.steroid_hours_since_last / HOURS_PER_DAY
    return replace(since, steroid=np.where(np.isnan(since.steroid), charted, since.steroid))


def _at_infusion(chart: Patients, signs: Signs, rules: Edition) -> Verdict:
    return assess_delay(chart, rules, signs.unresolved_toxicity, signs.worsening_disease)


def _warned(weight_kg: np.ndarray, rules: Edition) -> bool:
    return states_dose(rules) and bool(warn_of_the_step(weight_kg, rules)[0])
