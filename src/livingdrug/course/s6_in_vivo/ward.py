"""What the ward adds to what the body shows: what explains a fever, what was given, where the patient is."""

from dataclasses import replace

import numpy as np

from livingdrug.bedside.answers import Graded, choose
from livingdrug.bedside.care import Orders, next_care_state
from livingdrug.bedside.crs import grade_astct, grade_lee, grade_penn
from livingdrug.bedside.crs_axes import raised_temperature, read_signs, unexplained
from livingdrug.bedside.icans import grade_icans
from livingdrug.bedside.management import all_options
from livingdrug.bedside.steroid_dose import steroid_mg_per_day
from livingdrug.bedside.tocilizumab import hours_since
from livingdrug.body.events import add_immunoglobulin, add_steroid, add_tocilizumab
from livingdrug.course.s6_in_vivo.journey import Journey, first_day
from livingdrug.evidence import Edition
from livingdrug.observations import Observations, OxygenDevice, PlaceOfCare
from livingdrug.plans import Plan
from livingdrug.units import MG_PER_G

_CARE = "course.in_vivo.care"


def chart(
    seen: Observations, journey: Journey, day: float, rules: Edition
) -> tuple[Observations, np.ndarray]:
    """Complete what the body shows with infection, drugs given and treatment, as a chart holds them.

    A fever is explained by an infection when the infection alone accounts for it.

    Returns
    -------
    observations : Observations (patients,)
    episode_began_day : array (patients,), day
        First fever of the present episode; NaN when there is neither fever nor support.
    """
    infected = journey.infections.grade > 0
    febrile = infected & journey.infections.febrile
    own_fever = raised_temperature(seen.temperature_c, rules) == 1
    temperature = np.where(
        febrile, rules.number("course.in_vivo.infection.temperature_c"), seen.temperature_c
    )
    temperature = np.maximum(temperature, seen.temperature_c)
    explained = (febrile & ~own_fever).astype(np.int8)
    hot = unexplained(raised_temperature(temperature, rules), explained) == 1
    supported = (
        (seen.n_vasopressors > 0) | (seen.fluid_bolus == 1) | (seen.oxygen_device != OxygenDevice.NONE.value)
    )
    began = np.where(hot & np.isnan(journey.episode_began_day), day, journey.episode_began_day)
    began = np.where(hot | supported, began, np.nan)
    last_tocilizumab = np.fmax.reduce(journey.care.ledger.last_doses_day, axis=1)
    on_steroid = (journey.care.crs_steroid > 0) | (journey.care.icans_steroid > 0)
    anticytokine = ~np.isnan(began) & ((last_tocilizumab >= began) | on_steroid)
    treated = hot & (
        (temperature >= rules.number(f"{_CARE}.intravenous_from_temperature_c"))
        | (seen.anc_e9_per_l < rules.number(f"{_CARE}.intravenous_below_anc_e9_per_l"))
    )
    low_fibrinogen = seen.fibrinogen_mg_per_dl < rules.number(f"{_CARE}.fibrinogen_given_below_mg_per_dl")
    return replace(
        seen,
        temperature_c=temperature,
        infection_grade=journey.infections.grade,
        fever_otherwise_explained=explained,
        antipyretic_given=(began < day).astype(np.int8),
        anticytokine_given=anticytokine.astype(np.int8),
        intravenous_therapy=treated.astype(np.int8),
        hospitalised_for_crs=(treated & (explained == 0)).astype(np.int8),
        plasma_or_fibrinogen_given=low_fibrinogen.astype(np.int8),
        platelets_transfused=np.zeros(len(hot), dtype=np.int8),
        red_cells_transfused=np.zeros(len(hot), dtype=np.int8),
    ), began


def grade(seen: Observations, age_years: np.ndarray, rules: Edition) -> tuple[Graded, Graded, Graded, Graded]:
    """Grade the present observations: CRS by ASTCT, Lee and Penn, and neurotoxicity."""
    signs = read_signs(seen, rules)
    return (
        grade_astct(seen, rules, age_years, signs),
        grade_lee(seen, rules, age_years, signs),
        grade_penn(seen, rules, signs),
        grade_icans(seen, age_years, rules),
    )


def _carried_out(orders: Orders, journey: Journey, plan: Plan, day: float, rules: Edition) -> Orders:
    """Return the orders that are carried out: on those observed, each drug at its interval.

    The label allows tocilizumab again after some hours; a plan may wait longer for a dose to work.
    """
    there = journey.observed
    last = np.fmax.reduce(journey.care.ledger.last_doses_day, axis=1)
    due = np.isnan(last) | (hours_since(last, day, rules) >= plan.tocilizumab_repeat_hours)
    ivig_due = day - journey.ivig_day >= rules.number(f"{_CARE}.ivig_interval_days")
    return replace(
        orders,
        tocilizumab=orders.tocilizumab & there & due,
        crs_steroid=choose(there, orders.crs_steroid, 0),
        icans_steroid=choose(there, orders.icans_steroid, 0),
        steroid=choose(there, orders.steroid, 0),
        icu=orders.icu & there,
        ivig=orders.ivig & there & ivig_due,
    )


def manage(
    journey: Journey,
    seen: Observations,
    grades: tuple[Graded, Graded, Graded, Graded],
    weight_kg: np.ndarray,
    plan: Plan,
    protocol: Edition,
    day: float,
    days_to_next: float,
    rules: Edition,
) -> tuple[Journey, Observations]:
    """Carry out the options that the plan's protocol gives for these observations.

    Parameters
    ----------
    protocol : Edition
        Whose tables for CRS and ICANS guide (``plan.crs_protocol_edition``).
    days_to_next : float, day
        Until the next decision; a steroid ordered now is given for that long, a day at most.

    Returns
    -------
    journey : Journey
        With drugs given and remembered.
    observations : Observations
        With place of care and transfusions.
    """
    astct, lee, _, icans = grades
    orders = all_options(
        seen, astct, lee, icans, journey.care, weight_kg, day, protocol, plan.ivig_below_g_per_l
    )
    orders = _carried_out(orders, journey, plan, day, rules)
    state = add_tocilizumab(journey.state, np.where(orders.tocilizumab, orders.tocilizumab_mg, 0))
    per_day = steroid_mg_per_day(orders.steroid, weight_kg, protocol)
    equivalent = rules.number("scales.management_icans.methylprednisolone_mg_per_dexamethasone_mg")
    state = add_steroid(state, per_day / equivalent * min(days_to_next, 1), rules)
    grams = rules.number(f"{_CARE}.ivig_mg_per_kg") * weight_kg / MG_PER_G
    state = add_immunoglobulin(state, np.where(orders.ivig, grams, 0))
    ill = (astct.grade > 0) | (icans.grade > 0)
    stays = ill | (day < journey.in_hospital_until_day)
    place = choose(stays, PlaceOfCare.WARD, PlaceOfCare.OUTPATIENT)
    place = choose(orders.icu, PlaceOfCare.ICU, place)
    journey = replace(
        journey,
        state=state,
        care=next_care_state(journey.care, orders, seen, lee, day, rules),
        icu_first_day=first_day(journey.icu_first_day, orders.icu, day),
        ivig_day=np.where(orders.ivig, day, journey.ivig_day),
        ivig_first_day=first_day(journey.ivig_first_day, orders.ivig, day),
    )
    return journey, replace(
        seen,
        place_of_care=place,
        platelets_transfused=orders.platelets.astype(np.int8),
        red_cells_transfused=orders.red_cells.astype(np.int8),
    )
