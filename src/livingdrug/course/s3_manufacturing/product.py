"""The product of one manufacture: growth, transduction, viability, dose, and whether it is released."""

import dataclasses
import math
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from livingdrug import units
from livingdrug.bedside.dosing import dose_window
from livingdrug.bedside.limits import by_indication, number_or_nan
from livingdrug.course.s3_manufacturing.population import centre_and_spread
from livingdrug.draws import Draws
from livingdrug.evidence import Edition
from livingdrug.plans import Plan

_STAGE = "course.manufacturing"


@dataclass(frozen=True)
class Order:
    """What is asked of a manufacture, (patients,)."""

    indication: np.ndarray
    weight_kg: np.ndarray
    cd3_collected_cells: np.ndarray


@dataclass(frozen=True)
class Product:
    """One product; every field has shape (patients,)."""

    transduction_fraction: np.ndarray
    vector_copies_per_car_cell: np.ndarray
    fold_expansion: np.ndarray
    viability_fraction: np.ndarray
    recovery_fraction: np.ndarray
    memory_fraction: np.ndarray
    dose_cells: np.ndarray
    total_viable_cells: np.ndarray
    failed: np.ndarray
    """No usable product: too few CAR-positive cells, contamination or a technical fault."""
    out_of_specification: np.ndarray
    """A product outside a release limit."""
    usable: np.ndarray
    """May be given: released, or outside its limits and accepted under the plan."""


def choose(rows: np.ndarray, first: Product, second: Product) -> Product:
    """Return the first product in these rows and the second in the others."""
    fields = [field.name for field in dataclasses.fields(Product)]
    return Product(**{name: np.where(rows, getattr(first, name), getattr(second, name)) for name in fields})


def transduction(uptake: np.ndarray, unevenness: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the CAR-positive share of cells and the vector copies per CAR-positive cell.

    Copies per cell are gamma-mixed Poisson with mean lambda and shape k::

        TE = 1 - (1 + lambda / k)^(-k),   VCN = lambda / TE

    Parameters
    ----------
    uptake : array, copies per cell
        lambda, above 0.
    unevenness : float
        k; large means even uptake (Poisson).

    Source
    ------
    livingdrug_model, section 5.1.
    """
    share = -np.expm1(-unevenness * np.log1p(uptake / unevenness))
    return share, uptake / share


def fold_expansion(growth_per_day: np.ndarray, days: np.ndarray, lag_day: float) -> np.ndarray:
    """Return by how much the cells multiply in culture: F = exp(mu (t - lag)), 1 before the lag is over."""
    return np.exp(growth_per_day * np.maximum(days - lag_day, 0.0))


def dose_target_cells(weight_kg: np.ndarray, plan: Plan) -> np.ndarray:
    """Return the CAR-positive viable cells aimed at: the smaller of the flat and the per-kilogram target."""
    return np.fmin(plan.dose_target_cells, plan.dose_target_cells_per_kg * weight_kg)


def fewest_cells(order: Order, plan: Plan, rules: Edition) -> np.ndarray:
    """Return the dose below which a product is of no use: the plan's, otherwise the label's lower limit."""
    if math.isnan(plan.dose_accepted_low_cells):
        return dose_window(order.indication, order.weight_kg, rules).low_cells
    return np.full(order.weight_kg.shape, plan.dose_accepted_low_cells)


def _luck(what: str, attempt: int, rules: Edition, draws: Draws) -> np.ndarray:
    """Return the standard normal luck of one attempt, part of which lies in the patient's cells."""
    shared = rules.number(f"{_STAGE}.culture.attempt_correlation")
    own = draws.normal(f"manufacturing/{what}_attempt", attempt)
    return math.sqrt(shared) * draws.normal(f"manufacturing/{what}") + math.sqrt(1 - shared) * own


def _share(centre: np.ndarray | float, sd: np.ndarray | float, z: np.ndarray) -> np.ndarray:
    """Return a share whose logit is normal."""
    return expit(logit(centre) + sd * z)


def _culture(attempt: int, rules: Edition, draws: Draws) -> tuple[np.ndarray, np.ndarray]:
    """Return the fold expansion and the memory share at harvest, which halves every few doublings."""
    key = f"{_STAGE}.culture"
    growth = rules.number(f"{key}.growth_per_day")
    growth = growth + rules.spread(f"{key}.growth_per_day") * _luck("growth", attempt, rules, draws)
    days = rules.number(f"{key}.days") + rules.spread(f"{key}.days") * draws.normal(
        "manufacturing/culture_days", attempt
    )
    fold = fold_expansion(np.maximum(growth, 0.0), days, rules.number(f"{key}.lag_day"))
    collected = f"{_STAGE}.memory.share_at_collection"
    memory = _share(
        rules.number(collected), rules.spread(collected), draws.normal("manufacturing/memory_at_collection")
    )
    doublings = np.log(fold) / math.log(2)
    return fold, memory * np.exp(
        -math.log(2) * doublings / rules.number(f"{_STAGE}.memory.doublings_per_half")
    )


def _formulate(
    order: Order, car_cells: np.ndarray, attempt: int, plan: Plan, rules: Edition, draws: Draws
) -> tuple[np.ndarray, np.ndarray]:
    """Return the dose, as measured, and the share of the cells made that goes into the bags.

    No more than the target is filled; the measured dose scatters around what is filled.
    """
    target = dose_target_cells(order.weight_kg, plan)
    with np.errstate(divide="ignore", invalid="ignore"):
        filled = np.where(car_cells > target, target / car_cells, 1.0)
    key = f"{_STAGE}.dose_measurement"
    measured = rules.number(key) * np.exp(
        rules.spread(key) * draws.normal("manufacturing/dose_measurement", attempt)
    )
    return car_cells * filled * measured, filled


def outside_limits(
    viability: np.ndarray, car_share: np.ndarray, copies_per_cell: np.ndarray, plan: Plan, rules: Edition
) -> np.ndarray:
    """Return whether a product lies outside a release limit; a limit that is not stated excludes nobody.

    Viability as the plan or the label's jurisdiction asks for, CAR-positive share and vector copies
    per cell as an academic maker of the same product does.
    """
    lowest = plan.release_viability_percent
    if math.isnan(lowest):
        lowest = number_or_nan(rules, "label.product.release.viability_percent")
    too_few_live = viability * units.PERCENT < lowest
    too_few_car = car_share < rules.number(f"{_STAGE}.release.car_share_low")
    too_many_copies = copies_per_cell > rules.number(f"{_STAGE}.release.copies_high")
    return too_few_live | too_few_car | too_many_copies


def _t_cells_used(order: Order, rules: Edition) -> np.ndarray:
    """Return the T cells that go into one manufacture: those collected, up to what a manufacture uses.

    In leukaemia, dosed by weight, a manufacture uses no more than so many a kilogram.
    """
    key = f"{_STAGE}.culture.t_cells_used_highest_per_kg"
    per_kg = by_indication(order.indication, lambda kind: rules.number(f"{key}.{kind.key}"))
    most = np.fmin(per_kg * order.weight_kg, rules.number(f"{_STAGE}.culture.t_cells_used_highest"))
    return np.minimum(order.cd3_collected_cells, most)


def _never_grows(order: Order, rules: Edition, draws: Draws) -> np.ndarray:
    """Return whose cells do not grow in any attempt: it lies in the patient."""
    p = by_indication(order.indication, lambda kind: rules.number(f"{_STAGE}.failure.no_growth.{kind.key}"))
    return draws.happens("manufacturing/no_growth", p)


def make_product(order: Order, attempt: int, plan: Plan, rules: Edition, draws: Draws) -> Product:
    """Manufacture once: seed, transduce, grow, harvest, formulate, test.

    ::

        total = seeded * F * viability * recovery,   CAR = total * TE,   dose = min(CAR, target)

    Parameters
    ----------
    order : Order
    attempt : int
        0 for the first manufacture.
    plan, rules, draws
        As in every stage.

    Source
    ------
    livingdrug_model, section 5.1; anchors in ``course.manufacturing``.
    """
    centre, sd = centre_and_spread(order.indication, f"{_STAGE}.uptake", rules)
    uptake = centre * np.exp(sd * _luck("transduction", attempt, rules, draws))
    share, copies = transduction(uptake, rules.number(f"{_STAGE}.transduction.unevenness"))
    fold, memory = _culture(attempt, rules, draws)
    centre, sd = centre_and_spread(order.indication, f"{_STAGE}.viability", rules)
    viability = _share(centre, sd, _luck("viability", attempt, rules, draws))
    key = f"{_STAGE}.recovery"
    recovery = _share(rules.number(key), rules.spread(key), draws.normal("manufacturing/recovery", attempt))
    made = (
        _t_cells_used(order, rules)
        * rules.number(f"{_STAGE}.culture.seeded_share")
        * fold
        * viability
        * recovery
    )
    dose, filled = _formulate(order, made * share, attempt, plan, rules, draws)
    technical = draws.happens(
        "manufacturing/technical_failure", rules.number(f"{_STAGE}.failure.technical"), attempt
    )
    failed = technical | _never_grows(order, rules, draws) | (dose < fewest_cells(order, plan, rules))
    outside = ~failed & outside_limits(viability, share, uptake, plan, rules)
    return Product(
        transduction_fraction=share,
        vector_copies_per_car_cell=copies,
        fold_expansion=fold,
        viability_fraction=viability,
        recovery_fraction=recovery,
        memory_fraction=memory,
        dose_cells=dose,
        total_viable_cells=made * filled,
        failed=failed,
        out_of_specification=outside,
        usable=~failed & (~outside | plan.accept_out_of_specification),
    )
