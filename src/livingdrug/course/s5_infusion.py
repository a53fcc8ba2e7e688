"""Stage 5: the infusion, with the checks that can stop it."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from livingdrug.bedside.answers import MET, NOT_ASSESSABLE, NOT_MET
from livingdrug.bedside.dosing import assess_dose, merges_bands
from livingdrug.bedside.infusion import assess_identity, assess_tocilizumab_stock, infusion_minutes
from livingdrug.bedside.limits import by_indication
from livingdrug.course.stopping import StopReason
from livingdrug.draws import Draws
from livingdrug.evidence import Edition
from livingdrug.patients import Patients
from livingdrug.plans import Plan
from livingdrug.tables import describe

_KEY = "course.infusion"
_LABEL = "label.infusion"


class Collected(Protocol):
    """What this stage reads of the leukapheresis record, columns (n,)."""

    @property
    def weight_kg(self) -> np.ndarray: ...  # noqa: D102


class Product(Protocol):
    """What this stage reads of the manufacturing record, columns (n,)."""

    @property
    def dose_cells(self) -> np.ndarray: ...  # noqa: D102
    @property
    def n_bags(self) -> np.ndarray: ...  # noqa: D102
    @property
    def bag_volume_ml(self) -> np.ndarray: ...  # noqa: D102
    @property
    def released(self) -> np.ndarray: ...  # noqa: D102
    @property
    def planned_infusion_day_from_enrolment(self) -> np.ndarray: ...  # noqa: D102


class Prepared(Protocol):
    """What this stage reads of the lymphodepletion record, columns (n,)."""

    @property
    def reached(self) -> np.ndarray: ...  # noqa: D102
    @property
    def stop_reason(self) -> np.ndarray: ...  # noqa: D102


DRAWN_COLUMNS = ("outpatient", "reaction_grade", "anaphylaxis", "delayed_days")
"""Columns of ``Infusion`` whose rates are put in: inputs, never predictions."""


@dataclass(frozen=True)
class Infusion:
    """The infusion of each patient; measures are NaN where nothing was infused.

    Attributes
    ----------
    reached, infused : bool array (n,)
    infusion_day_from_enrolment : array (n,), day
        Planned day plus ``delayed_days``. This is day 0 of every later table.
    dose_cells : array (n,), cells
        CAR-positive viable T cells given.
    within_label : int8 array (n,)
        The edition's dose window: 1 within, 0 outside, -1 not assessable or not reached.
    n_bags, volume_ml, rate_ml_per_min, minutes : array (n,)
    premedicated : bool array (n,)
    outpatient : bool array (n,)
        Infused without a hospital stay; drawn at the plan's rate.
    tocilizumab_doses_in_stock : array (n,), count
    identity_confirmed : bool array (n,)
    reaction_grade : int8 array (n,)
        Infusion-related reaction, 0 none; drawn at the published rate, so an input and no prediction.
    anaphylaxis : bool array (n,)
        Drawn at an assumed rate.
    delayed_days : array (n,), day
        Days by which fever or infection moved lymphodepletion and infusion together.
    stop_reason : int8 array (n,)
    """

    reached: np.ndarray
    infused: np.ndarray
    infusion_day_from_enrolment: np.ndarray
    dose_cells: np.ndarray
    within_label: np.ndarray
    n_bags: np.ndarray
    volume_ml: np.ndarray
    rate_ml_per_min: np.ndarray
    minutes: np.ndarray
    premedicated: np.ndarray
    outpatient: np.ndarray
    tocilizumab_doses_in_stock: np.ndarray
    identity_confirmed: np.ndarray
    reaction_grade: np.ndarray
    anaphylaxis: np.ndarray
    delayed_days: np.ndarray
    stop_reason: np.ndarray

    def __repr__(self) -> str:
        return describe(self)


def infuse(
    patients: Patients,
    leukapheresis: Collected,
    manufacturing: Product,
    lymphodepletion: Prepared,
    plan: Plan,
    rules: Edition,
    draws: Draws,
) -> Infusion:
    """Check product, identity, dose and tocilizumab, then infuse.

    Hard stops, in this order: identifiers that do not match; a product that was not released; too little
    tocilizumab; a dose outside the window. A released dose outside the window is still given under a trial
    or where the plan accepts products out of specification, and stays marked.

    Parameters
    ----------
    patients : Patients, (n,) columns
    leukapheresis : Leukapheresis record
        ``weight_kg`` then decides the dose band.
    manufacturing : Manufacturing record
    lymphodepletion : Lymphodepletion record
    plan : Plan
    rules : Edition
    draws : Draws

    Returns
    -------
    Infusion

    Source
    ------
    label.dose, label.infusion; course.infusion, whose postponements and grades of reactions are assumed.

    Notes
    -----
    A postponement is taken to be found before lymphodepletion starts, so the window between the two holds.
    """
    reached = lymphodepletion.reached & (lymphodepletion.stop_reason == StopReason.NOT_STOPPED)
    identity = _identity(len(patients), rules, draws)
    stock = np.full(len(patients), float(plan.tocilizumab_doses_in_stock))
    within = assess_dose(
        patients.indication,
        np.where(reached, manufacturing.dose_cells, np.nan),
        leukapheresis.weight_kg,
        rules,
    ).answer
    stop = _stop(identity, manufacturing.released, stock, within, plan, rules)
    stop = np.where(reached, stop, lymphodepletion.stop_reason).astype(np.int8)
    infused = reached & (stop == StopReason.NOT_STOPPED)
    delay = _delay(rules, draws)
    volume = np.where(infused, manufacturing.n_bags * manufacturing.bag_volume_ml, np.nan)
    rate = np.where(infused, _rate(rules, draws), np.nan)
    grade, anaphylaxis = _reactions(patients.indication, plan, rules, draws)
    planned = manufacturing.planned_infusion_day_from_enrolment
    return Infusion(
        reached=reached,
        infused=infused,
        infusion_day_from_enrolment=np.where(infused, planned + delay, np.nan),
        dose_cells=np.where(infused, manufacturing.dose_cells, np.nan),
        within_label=np.where(reached, within, NOT_ASSESSABLE).astype(np.int8),
        n_bags=np.where(infused, manufacturing.n_bags, np.nan),
        volume_ml=volume,
        rate_ml_per_min=rate,
        minutes=infusion_minutes(volume, rate),
        premedicated=infused & plan.premedicated,
        outpatient=infused & draws.happens("infusion/outpatient", plan.outpatient_infusion_probability),
        tocilizumab_doses_in_stock=stock,
        identity_confirmed=reached & (identity == MET),
        reaction_grade=np.where(infused, grade, 0).astype(np.int8),
        anaphylaxis=infused & anaphylaxis,
        delayed_days=np.where(infused, delay, np.nan),
        stop_reason=stop,
    )


def _identity(n: int, rules: Edition, draws: Draws) -> np.ndarray:
    """Return the answer of the identity check; the simulation draws no mismatch unless told to."""
    mismatch = draws.happens("infusion/identity", rules.number(f"{_KEY}.identity.p_mismatch"))
    bag = np.where(mismatch, NOT_MET, MET).astype(np.int8)
    return assess_identity(bag, np.full(n, MET, dtype=np.int8), rules).answer


def _stop(
    identity: np.ndarray,
    released: np.ndarray,
    stock: np.ndarray,
    within: np.ndarray,
    plan: Plan,
    rules: Edition,
) -> np.ndarray:
    """Return why the infusion does not take place, the gravest reason first."""
    accepts_outside = plan.accept_out_of_specification or plan.exclude_by_trial != ""
    stop = np.full(identity.shape, StopReason.NOT_STOPPED)
    if not merges_bands(rules):
        stop = np.where(within == NOT_ASSESSABLE, StopReason.DOSE_NOT_ASSESSABLE, stop)
    if not accepts_outside:
        stop = np.where(within == NOT_MET, StopReason.OUT_OF_SPECIFICATION, stop)
    enough = assess_tocilizumab_stock(stock, rules).answer == MET
    stop = np.where(enough, stop, StopReason.NO_TOCILIZUMAB)
    stop = np.where(released, stop, StopReason.OUT_OF_SPECIFICATION)
    return np.where(identity == MET, stop, StopReason.IDENTITY_MISMATCH)


def _delay(rules: Edition, draws: Draws) -> np.ndarray:
    """Return days of postponement for fever or infection, 0 for most."""
    postponed = draws.happens("infusion/delay", rules.number(f"{_KEY}.delay.p"))
    sd = rules.spread(f"{_KEY}.delay.days")
    days = rules.number(f"{_KEY}.delay.days") * np.exp(sd * draws.normal("infusion/delay_days"))
    return np.where(postponed, np.ceil(days), 0.0)


def _rate(rules: Edition, draws: Draws) -> np.ndarray:
    """Return the infusion rate, any within the edition's range."""
    low, high = (rules.number(f"{_LABEL}.rate.{side}_ml_per_min") for side in ("low", "high"))
    return low + (high - low) * draws.uniform("infusion/rate")


def _reactions(
    indication: np.ndarray, plan: Plan, rules: Edition, draws: Draws
) -> tuple[np.ndarray, np.ndarray]:
    """Return the grade of the infusion-related reaction and whether it is an anaphylaxis."""
    p = by_indication(indication, lambda i: rules.number(f"{_LABEL}.reaction.p_{i.key}"))
    if not plan.premedicated:
        p = np.minimum(p * rules.number(f"{_KEY}.reaction.multiplier_without_premedication"), 1.0)
    grade_2 = draws.happens("infusion/reaction_grade", rules.number(f"{_KEY}.reaction.p_grade_2"))
    grade = np.where(draws.happens("infusion/reaction", p), np.where(grade_2, 2, 1), 0)
    anaphylaxis = draws.happens("infusion/anaphylaxis", rules.number(f"{_KEY}.anaphylaxis.p"))
    return np.where(anaphylaxis, rules.number(f"{_KEY}.anaphylaxis.grade"), grade), anaphylaxis
