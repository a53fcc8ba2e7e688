"""One patient held against the rules alone, step by step: nothing is planned and nothing simulated."""

from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np

from livingdrug.bedside.answers import NOT_MET, Verdict
from livingdrug.bedside.assessment import Assessment, assess_patients
from livingdrug.bedside.clock import days_written
from livingdrug.bedside.dates import dates_from_table
from livingdrug.bedside.delay import (
    Signs,
    assess_delay,
    assess_delay_as_in_eliana,
    assess_delay_before_leukapheresis,
    assess_delay_before_lymphodepletion,
    signs_of_one,
)
from livingdrug.bedside.fludarabine import BodySurfaceFormula
from livingdrug.bedside.lymphodepletion import assess_omission
from livingdrug.bedside.screening import assess_trial
from livingdrug.bedside.tocilizumab import states_dose
from livingdrug.bedside.tocilizumab_chart import warn_of_the_step
from livingdrug.bedside.validity import ages_from_table, assess_windows
from livingdrug.bedside.wash_out import DaysSince, assess_wash_out, since_from_table, wash_outs_held
from livingdrug.evidence import Edition
from livingdrug.patients import Indication, PatientFile, Patients
from livingdrug.runs.one_patient import baseline_of
from livingdrug.units import HOURS_PER_DAY

_COLLECTION_ADVICE = "collection_advice"


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
    wash_outs : tuple of (str, Verdict)
        Whose times without other treatment, and the answer.
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
    wash_outs: tuple[tuple[str, Verdict], ...]
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
    own = [name for name in (_COLLECTION_ADVICE, trial) if name in wash_outs_held(rules)]
    return Readiness(
        place=place,
        digest=file.digest,
        chart=chart,
        rules=rules,
        day=day,
        formula=formula,
        assessment=assess_patients(chart, rules),
        trial_name=trial,
        trial=assess_trial(chart, trial, rules),
        windows=assess_windows(trial, chart, ages, rules),
        before_leukapheresis=assess_delay_before_leukapheresis(chart, signs, rules),
        before_lymphodepletion=assess_delay_before_lymphodepletion(signs, rules),
        at_infusion=_at_infusion(chart, signs, rules),
        as_in_eliana=assess_delay_as_in_eliana(signs, rules),
        wash_outs=tuple((name, assess_wash_out(name, since, rules)) for name in own),
        omission=assess_omission(
            chart.indication, chart.white_cells_e9_per_l, rules, ages.white_count_before_infusion
        ),
        warn_of_the_step=_warned(chart.weight_kg, rules),
    )


def _since(file: PatientFile) -> DaysSince:
    """Return the days since other treatment; the last steroid from the patient's own column if need be."""
    since = since_from_table(file.days_since, file.place)
    charted = file.patients.steroid_hours_since_last / HOURS_PER_DAY
    return replace(since, steroid=np.where(np.isnan(since.steroid), charted, since.steroid))


def _at_infusion(chart: Patients, signs: Signs, rules: Edition) -> Verdict:
    return assess_delay(chart, rules, signs.unresolved_toxicity, signs.worsening_disease)


def _warned(weight_kg: np.ndarray, rules: Edition) -> bool:
    return states_dose(rules) and bool(warn_of_the_step(weight_kg, rules)[0])
