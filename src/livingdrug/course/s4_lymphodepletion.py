"""Stage 4: lymphodepletion, or going without it because white cells are low already."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from livingdrug.bedside.answers import MET
from livingdrug.bedside.fludarabine import (
    body_surface_m2,
    fludarabine_auc_mg_h_per_l,
    fludarabine_clearance_l_per_h,
)
from livingdrug.bedside.limits import by_indication
from livingdrug.bedside.lymphodepletion import (
    DRUGS,
    Regimen,
    assess_omission,
    assess_window,
    choose_regimen,
    needs_alternative,
    regimen_dose,
    window_days,
)
from livingdrug.course.stopping import StopReason
from livingdrug.draws import Draws
from livingdrug.evidence import Edition, load_edition
from livingdrug.patients import Patients
from livingdrug.plans import Plan
from livingdrug.tables import describe

_KEY = "course.lymphodepletion"


class Made(Protocol):
    """What this stage reads of the manufacturing record, columns (n,)."""

    @property
    def reached(self) -> np.ndarray: ...  # noqa: D102
    @property
    def bridged(self) -> np.ndarray: ...  # noqa: D102
    @property
    def stop_reason(self) -> np.ndarray: ...  # noqa: D102


@dataclass(frozen=True)
class Lymphodepletion:
    """The chemotherapy before the infusion; days are relative to the infusion and so negative.

    Attributes
    ----------
    reached, given, omitted_for_white_count : bool array (n,)
    regimen : int8 array (n,)
        ``Regimen``; NONE where none is given.
    alternative_not_stated : bool array (n,)
        Cyclophosphamide is ruled out but the edition names no alternative (US, leukaemia): first choice.
    body_surface_m2 : array (n,), m2
    fludarabine_mg_per_m2_total, cyclophosphamide_mg_per_m2_total, bendamustine_mg_per_m2_total,
    cytarabine_mg_per_m2_total, etoposide_mg_per_m2_total : array (n,), mg/m2
        0 where not given.
    start_day, end_day : array (n,), day
        start < end < 0; end - start is the number of days of chemotherapy. NaN where none is given.
    fludarabine_auc_mg_h_per_l : array (n,), mg*h/L
        0 where no fludarabine is given.
    white_cells_e9_per_l_before : array (n,), e9/L
        White cells before lymphodepletion, after bridging; NaN where not reached.
    within_window : bool array (n,)
        Whether the infusion falls into the edition's window; true where none is given.
    stop_reason : int8 array (n,)
    """

    reached: np.ndarray
    given: np.ndarray
    regimen: np.ndarray
    alternative_not_stated: np.ndarray
    omitted_for_white_count: np.ndarray
    body_surface_m2: np.ndarray
    fludarabine_mg_per_m2_total: np.ndarray
    cyclophosphamide_mg_per_m2_total: np.ndarray
    bendamustine_mg_per_m2_total: np.ndarray
    cytarabine_mg_per_m2_total: np.ndarray
    etoposide_mg_per_m2_total: np.ndarray
    start_day: np.ndarray
    end_day: np.ndarray
    fludarabine_auc_mg_h_per_l: np.ndarray
    white_cells_e9_per_l_before: np.ndarray
    within_window: np.ndarray
    stop_reason: np.ndarray

    def __repr__(self) -> str:
        return describe(self)


def lymphodeplete(
    patients: Patients, manufacturing: Made, plan: Plan, rules: Edition, draws: Draws
) -> Lymphodepletion:
    """Give each patient whose product is ready the lymphodepletion of the edition, or omit it.

    The edition is the one that the plan's protocol follows, or that of the run. Omitted where white cells
    before it meet the edition's criterion. The alternative regimen follows an earlier resistance or
    cystitis, or (lymphoma) the plan's preference for bendamustine.

    Parameters
    ----------
    patients : Patients, (n,) columns
    manufacturing : Manufacturing record
    plan : Plan
        ``lymphodepletion_edition``, ``prefer_bendamustine_probability``.
    rules : Edition
    draws : Draws

    Returns
    -------
    Lymphodepletion

    Source
    ------
    label.lymphodepletion; course.lymphodepletion, whose fall of white cells and whose preference for short
    gaps before the infusion are assumed.

    Notes
    -----
    A history that is not known to rule cyclophosphamide out leaves a simulated patient on the first choice;
    ``needs_alternative`` answers -1 for such a patient at the bedside.
    """
    protocol = load_edition(plan.lymphodepletion_edition) if plan.lymphodepletion_edition else rules
    reached = manufacturing.reached & (manufacturing.stop_reason == StopReason.NOT_STOPPED)
    white_cells = _white_cells_before(patients, manufacturing, rules, draws)
    omitted = reached & _omits(patients.indication, white_cells, protocol, draws)
    given = reached & ~omitted
    regimen, not_stated = _regimen(patients, given, plan, protocol, draws)
    surface = body_surface_m2(patients.height_cm, patients.weight_kg, rules)
    totals = {drug: _total(patients.indication, regimen, drug, protocol) for drug in _all_drugs()}
    start, end = _days(patients.indication, regimen, given, protocol, draws)
    inside = assess_window(patients.indication, -end, protocol).answer == MET
    return Lymphodepletion(
        reached=reached,
        given=given,
        regimen=regimen,
        alternative_not_stated=not_stated,
        omitted_for_white_count=omitted,
        body_surface_m2=surface,
        fludarabine_mg_per_m2_total=totals["fludarabine"],
        cyclophosphamide_mg_per_m2_total=totals["cyclophosphamide"],
        bendamustine_mg_per_m2_total=totals["bendamustine"],
        cytarabine_mg_per_m2_total=totals["cytarabine"],
        etoposide_mg_per_m2_total=totals["etoposide"],
        start_day=start,
        end_day=end,
        fludarabine_auc_mg_h_per_l=_exposure(patients, surface, totals["fludarabine"], rules, draws),
        white_cells_e9_per_l_before=np.where(reached, white_cells, np.nan),
        within_window=inside | ~given,
        stop_reason=manufacturing.stop_reason,
    )


def _all_drugs() -> list[str]:
    return [drug for drugs in DRUGS.values() for drug in drugs]


def _white_cells_before(patients: Patients, manufacturing: Made, rules: Edition, draws: Draws) -> np.ndarray:
    """Return white cells before lymphodepletion: enrolment times a drawn ratio, lower after bridging."""
    bridged, not_bridged = f"{_KEY}.white_cells.ratio_bridged", f"{_KEY}.white_cells.ratio_not_bridged"
    median = by_indication(patients.indication, lambda i: rules.number(f"{bridged}.{i.key}"))
    median = np.where(manufacturing.bridged, median, rules.number(not_bridged))
    sd = by_indication(patients.indication, lambda i: rules.spread(f"{bridged}.{i.key}"))
    sd = np.where(manufacturing.bridged, sd, rules.spread(not_bridged))
    ratio = median * np.exp(sd * draws.normal("lymphodepletion/white_cells"))
    return patients.white_cells_e9_per_l * ratio


def _omits(indication: np.ndarray, white_cells: np.ndarray, rules: Edition, draws: Draws) -> np.ndarray:
    low = assess_omission(indication, white_cells, rules).answer == MET
    share = by_indication(indication, lambda kind: rules.number(f"{_KEY}.omission.share.{kind.key}"))
    return low & draws.happens("lymphodepletion/omission", share)


def _regimen(
    patients: Patients, given: np.ndarray, plan: Plan, rules: Edition, draws: Draws
) -> tuple[np.ndarray, np.ndarray]:
    """Return the regimen, and where an alternative was called for that the edition does not name."""
    triggers = needs_alternative(
        patients.cyclophosphamide_resistant, patients.haemorrhagic_cystitis_grade4, rules
    )
    alternative = triggers.answer == MET
    prefer = draws.happens("lymphodepletion/bendamustine", plan.prefer_bendamustine_probability)
    chosen = choose_regimen(patients.indication, alternative, prefer, rules)
    not_stated = given & alternative & (chosen == Regimen.FLUDARABINE_CYCLOPHOSPHAMIDE)
    return np.where(given, chosen, Regimen.NONE).astype(np.int8), not_stated


def _gets(regimen: np.ndarray, drug: str) -> np.ndarray:
    gets = np.zeros(regimen.shape, dtype=bool)
    for member, drugs in DRUGS.items():
        if drug in drugs:
            gets = gets | (regimen == member)
    return gets


def _total(indication: np.ndarray, regimen: np.ndarray, drug: str, rules: Edition) -> np.ndarray:
    """Return the total dose of a drug: 0 where not given, NaN where the edition names no dose of it."""
    return np.where(_gets(regimen, drug), regimen_dose(indication, drug, rules).mg_per_m2_total, 0.0)


def _days(
    indication: np.ndarray, regimen: np.ndarray, given: np.ndarray, rules: Edition, draws: Draws
) -> tuple[np.ndarray, np.ndarray]:
    """Return first and last day of chemotherapy: a gap from the window, the short ones likelier.

    gap = first + floor(u^shape * (last - first + 1)), u uniform: all days of the window occur.
    """
    first, last = window_days(indication, rules)
    log_u = np.log(draws.uniform("lymphodepletion/gap"))
    share = np.exp(rules.number("course.lymphodepletion.gap_shape") * log_u)
    gap = first + np.floor(share * (last - first + 1))
    n_days = np.zeros(regimen.shape)
    for drug in _all_drugs():
        days = regimen_dose(indication, drug, rules).days
        n_days = np.where(_gets(regimen, drug), np.fmax(n_days, days), n_days)
    end = np.where(given, -gap, np.nan)
    return end - n_days, end


def _exposure(
    patients: Patients, surface_m2: np.ndarray, mg_per_m2: np.ndarray, rules: Edition, draws: Draws
) -> np.ndarray:
    clearance = fludarabine_clearance_l_per_h(
        patients.indication,
        patients.weight_kg,
        patients.creatinine_clearance_ml_per_min,
        rules,
        draws.normal("lymphodepletion/fludarabine_clearance"),
    )
    dose_mg = np.where(mg_per_m2 == 0, 0.0, mg_per_m2 * surface_m2)
    return fludarabine_auc_mg_h_per_l(dose_mg, clearance, rules)
