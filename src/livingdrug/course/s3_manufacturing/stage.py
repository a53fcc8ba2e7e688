"""The third stage put together: attempts, days, tumour, losses."""

import dataclasses
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from livingdrug.bedside.limits import number_or_nan
from livingdrug.course.s3_manufacturing.losses import Loss, days_lived_after, first_loss
from livingdrug.course.s3_manufacturing.product import Order, Product, choose, make_product
from livingdrug.course.s3_manufacturing.tumour import bridging_response, start_waiting, tumour_after
from livingdrug.course.stopping import StopReason
from livingdrug.draws import Draws
from livingdrug.evidence import Edition
from livingdrug.patients import Patients
from livingdrug.plans import Plan
from livingdrug.tables import describe

_STAGE = "course.manufacturing"


class Collected(Protocol):
    """What this stage reads of the leukapheresis record, columns (patients,)."""

    @property
    def accepted(self) -> np.ndarray: ...  # noqa: D102
    @property
    def cd3_collected_cells(self) -> np.ndarray: ...  # noqa: D102
    @property
    def weight_kg(self) -> np.ndarray: ...  # noqa: D102
    @property
    def leukapheresis_day_from_enrolment(self) -> np.ndarray: ...  # noqa: D102
    @property
    def stop_reason(self) -> np.ndarray: ...  # noqa: D102


@dataclass(frozen=True)
class Manufacturing:
    """The product and the wait for it; every field has shape (patients,), NaN where not reached.

    Products are those of the last attempt. ``released``: may be
    given, within its limits or (``out_of_specification``) outside them and accepted under the plan.
    ``lost_before_infusion``: by death, progression, adverse event or withdrawal, not by manufacturing.
    ``death_day_from_enrolment`` is known for everyone who is not infused.
    ``tumour_cells_at_lymphodepletion``: after growth and bridging, on the day it would start.
    """

    reached: np.ndarray
    started_day_from_enrolment: np.ndarray
    n_attempts: np.ndarray
    transduction_fraction: np.ndarray
    vector_copies_per_car_cell: np.ndarray
    fold_expansion: np.ndarray
    viability_fraction: np.ndarray
    recovery_fraction: np.ndarray
    memory_fraction: np.ndarray
    dose_cells: np.ndarray
    total_viable_cells: np.ndarray
    n_bags: np.ndarray
    bag_volume_ml: np.ndarray
    released: np.ndarray
    out_of_specification: np.ndarray
    days_taken: np.ndarray
    bridged: np.ndarray
    bridging_response: np.ndarray
    tumour_cells_at_enrolment: np.ndarray
    tumour_cells_at_lymphodepletion: np.ndarray
    growth_per_day: np.ndarray
    ready_day_from_enrolment: np.ndarray
    planned_infusion_day_from_enrolment: np.ndarray
    lost_before_infusion: np.ndarray
    death_before_infusion: np.ndarray
    death_day_from_enrolment: np.ndarray
    stop_day_from_enrolment: np.ndarray
    stop_reason: np.ndarray

    def __repr__(self) -> str:
        return describe(self)


@dataclass(frozen=True)
class _Made:
    """The attempts of each patient: the last product, how many, and the days they took."""

    product: Product
    n_attempts: np.ndarray
    days: np.ndarray


def _attempt_days(attempt: int, usable: np.ndarray, rules: Edition, draws: Draws) -> np.ndarray:
    """Return days from receipt to return, or until a failure is known; a repeat waits for a slot first."""
    key = f"{_STAGE}.days.beyond_shortest"
    z = draws.normal("manufacturing/days", attempt)
    whole = rules.number(f"{_STAGE}.days.shortest") + rules.number(key) * np.exp(rules.spread(key) * z)
    days = np.where(usable, whole, rules.number(f"{_STAGE}.days.until_failure_is_known"))
    return days + (rules.number(f"{_STAGE}.days.new_slot") if attempt > 0 else 0.0)


def _make(order: Order, plan: Plan, rules: Edition, draws: Draws) -> _Made:
    """Manufacture until a product is usable or the plan's attempts are used up."""
    product = make_product(order, 0, plan, rules, draws)
    days = _attempt_days(0, product.usable, rules, draws)
    n_attempts = np.ones(order.weight_kg.shape)
    for attempt in range(1, plan.max_manufacturing_attempts):
        again = ~product.usable
        following = make_product(order, attempt, plan, rules, draws)
        days = np.where(again, days + _attempt_days(attempt, following.usable, rules, draws), days)
        n_attempts = np.where(again, n_attempts + 1, n_attempts)
        product = choose(again, following, product)
    return _Made(product=product, n_attempts=n_attempts, days=days)


def _bags(total_viable_cells: np.ndarray, rules: Edition) -> tuple[np.ndarray, np.ndarray]:
    """Return the number of bags and the volume of each, within what the label states."""
    n_bags = np.ceil(total_viable_cells / rules.number(f"{_STAGE}.bags.cells_highest"))
    n_bags = np.clip(n_bags, 1.0, rules.number(f"{_STAGE}.bags.count_highest"))
    volume = total_viable_cells / n_bags / rules.number(f"{_STAGE}.bags.cells_per_ml")
    volume = np.fmax(volume, number_or_nan(rules, "label.infusion.bags.volume_low_ml"))
    return n_bags, np.fmin(volume, number_or_nan(rules, "label.infusion.bags.volume_high_ml"))


def _wait(median: float, log_sd: float, decision: str, draws: Draws) -> np.ndarray:
    return median * np.exp(log_sd * draws.normal(decision))


def _why_stopped(product: Product, loss: Loss, last_day: np.ndarray) -> np.ndarray:
    """Return the reason that comes first: an event of the patient, otherwise the product."""
    out = np.where(product.failed, int(StopReason.MANUFACTURING_FAILED), int(StopReason.OUT_OF_SPECIFICATION))
    made = np.where(product.usable, int(StopReason.NOT_STOPPED), out)
    return np.where(loss.day < last_day, loss.reason, made)


def _only_reached(table: Manufacturing, reached: np.ndarray, earlier: np.ndarray) -> Manufacturing:
    """Blank the rows that did not reach this stage and repeat their earlier reason."""
    columns = {}
    for field in dataclasses.fields(table):
        column = getattr(table, field.name)
        blank = False if column.dtype == bool else np.nan
        columns[field.name] = np.where(reached, column, blank)
    columns["stop_reason"] = np.where(reached, table.stop_reason, earlier).astype(np.int8)
    columns["n_attempts"] = np.where(reached, table.n_attempts, 0).astype(np.int8)
    return Manufacturing(**columns)


def manufacture(
    patients: Patients, leukapheresis: Collected, plan: Plan, rules: Edition, draws: Draws
) -> Manufacturing:
    """Make the product while the patient waits; some are lost before it can be given.

    Enrolment (or collection, if later) -> slot -> manufacture, repeated if it fails -> scheduling ->
    infusion. Meanwhile the tumour grows as far as bridging lets it, and death, progression, adverse
    event or withdrawal may come first.

    Parameters
    ----------
    patients : Patients
    leukapheresis : Leukapheresis
    plan : Plan
    rules : Edition
    draws : Draws

    Source
    ------
    Product: livingdrug_model section 5.1 with its anchors; waits, losses: ``course.manufacturing``,
    ``course.losses``. Loss rates are set to published counts: input, not prediction.
    """
    order = Order(patients.indication, leukapheresis.weight_kg, leukapheresis.cd3_collected_cells)
    made = _make(order, plan, rules, draws)
    product = made.product
    collected = np.maximum(leukapheresis.leukapheresis_day_from_enrolment, 0.0)
    started = collected + _wait(plan.slot_wait_days, plan.slot_wait_log_sd, "manufacturing/slot_wait", draws)
    done = started + made.days
    infusion = done + _wait(plan.schedule_days, plan.schedule_log_sd, "manufacturing/schedule", draws)
    last_day = np.where(product.usable, infusion, done)

    tumour = start_waiting(patients, plan, rules, draws)
    lead = np.where(product.usable, rules.number(f"{_STAGE}.waiting.lymphodepletion_lead_days"), 0.0)
    growing_days = np.maximum(last_day - lead, 0.0)
    tumour_cells = tumour_after(tumour, growing_days, rules)

    loss = first_loss(patients.indication, tumour_cells, rules, draws)
    why = _why_stopped(product, loss, last_day)
    stopped = why != StopReason.NOT_STOPPED
    died = why == StopReason.DIED_BEFORE_INFUSION
    stop_day = np.where(stopped, np.minimum(loss.day, last_day), np.nan)
    death_day = np.where(died, stop_day, stop_day + days_lived_after(rules, draws))
    n_bags, bag_volume_ml = _bags(product.total_viable_cells, rules)
    table = Manufacturing(
        reached=leukapheresis.accepted,
        started_day_from_enrolment=started,
        n_attempts=made.n_attempts,
        transduction_fraction=product.transduction_fraction,
        vector_copies_per_car_cell=product.vector_copies_per_car_cell,
        fold_expansion=product.fold_expansion,
        viability_fraction=product.viability_fraction,
        recovery_fraction=product.recovery_fraction,
        memory_fraction=product.memory_fraction,
        dose_cells=product.dose_cells,
        total_viable_cells=product.total_viable_cells,
        n_bags=n_bags,
        bag_volume_ml=bag_volume_ml,
        released=product.usable,
        out_of_specification=product.out_of_specification,
        days_taken=made.days,
        bridged=tumour.bridged,
        bridging_response=bridging_response(tumour, growing_days),
        tumour_cells_at_enrolment=tumour.cells_at_enrolment,
        tumour_cells_at_lymphodepletion=tumour_cells,
        growth_per_day=tumour.growth_per_day,
        ready_day_from_enrolment=np.where(product.usable, done, np.nan),
        planned_infusion_day_from_enrolment=np.where(product.usable, infusion, np.nan),
        lost_before_infusion=stopped & (loss.day < last_day),
        death_before_infusion=died,
        death_day_from_enrolment=death_day,
        stop_day_from_enrolment=stop_day,
        stop_reason=why,
    )
    return _only_reached(table, leukapheresis.accepted, leukapheresis.stop_reason)
