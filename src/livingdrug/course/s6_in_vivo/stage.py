"""Stage 6: from lymphodepletion to the end of follow-up, the only stage with feedback.

At each decision time the body is carried forward, chance takes its part, the ward looks, grades and
manages, visits are assessed, and what was decided changes the body before the next interval.
"""

from dataclasses import replace

import numpy as np

from livingdrug.bedside.answers import Graded, choose
from livingdrug.bedside.iec_hs import meets_iec_hs, values_before_treatment
from livingdrug.bedside.response import cd19_positive
from livingdrug.body.construct import read_construct
from livingdrug.body.cure import living_tumour_cells, restart_clones, start_clones, update_clones
from livingdrug.body.events import hold_lymphocytes, infuse, reject, set_lymphodepletion, transplant
from livingdrug.body.individual import individual_parameters
from livingdrug.body.known import Known, known_of
from livingdrug.body.observe import draw_noise, observe
from livingdrug.body.values import typical
from livingdrug.course.s6_in_vivo.aside import in_order, nobody_aside, set_aside, survive
from livingdrug.course.s6_in_vivo.assessment import assess
from livingdrug.course.s6_in_vivo.chance import draw_fates
from livingdrug.course.s6_in_vivo.cohort import Cohort, part_of
from livingdrug.course.s6_in_vivo.events import (
    catch_infections,
    due_for_transplant,
    outlive,
    start_next_therapy,
)
from livingdrug.course.s6_in_vivo.inputs import Infused, Made, Prepared
from livingdrug.course.s6_in_vivo.journey import PATIENTS_LAST, Journey, give_up, journey_begins
from livingdrug.course.s6_in_vivo.record import InVivo
from livingdrug.course.s6_in_vivo.recording import (
    Seen,
    all_rows,
    blank_sheets,
    close_record,
    hide,
    write_down,
)
from livingdrug.course.s6_in_vivo.schedule import decision_schedule
from livingdrug.course.s6_in_vivo.survival import Exposure, draw_mortality
from livingdrug.course.s6_in_vivo.ward import chart, grade, manage
from livingdrug.draws import Draws
from livingdrug.engine.failure import first_failure
from livingdrug.engine.integrate import Carried, advance, prepare
from livingdrug.evidence import Edition, load_edition
from livingdrug.observations import Observations
from livingdrug.patients import Patients
from livingdrug.plans import Plan
from livingdrug.tables import take
from livingdrug.units import DAYS_PER_WEEK


def live(
    patients: Patients,
    manufacturing: Made,
    lymphodepletion: Prepared,
    infusion: Infused,
    plan: Plan,
    rules: Edition,
    draws: Draws,
) -> InVivo:
    """Follow every infused patient from lymphodepletion to death, loss or the plan's horizon.

    Parameters
    ----------
    patients, manufacturing, lymphodepletion, infusion : tables (patients,)
    plan : Plan
        Visits, horizon, the protocol for toxicity, transplant policy.
    rules : Edition
    draws : Draws

    Returns
    -------
    InVivo
        One row a patient; those not infused have nothing recorded.
    """
    rows = np.flatnonzero(infusion.infused)
    made, prepared = take(manufacturing, rows), take(lymphodepletion, rows)
    treated = take(patients, rows)
    dose = infusion.dose_cells[rows]
    luck = draws.only(rows)
    known = _known(treated, made, prepared, dose, rules)
    who = individual_parameters(known, read_construct(rules), rules, luck)
    cohort = Cohort(
        rows=rows,
        patients=treated,
        before_treatment=values_before_treatment(treated),
        who=who,
        body=prepare(who.parameters),
        rejecting=prepare(reject(who.parameters, np.ones(len(rows), dtype=bool))),
        schedule=decision_schedule(plan, rules),
        plan=plan,
        rules=rules,
        protocol=load_edition(plan.crs_protocol_edition),
        draws=luck,
    )
    state, failed = _to_infusion(cohort, prepared, dose)
    journey = give_up(_begin(cohort, state, infusion.outpatient[rows]), failed, 0.0)
    return all_rows(_follow(cohort, journey, len(patients)), rows, len(patients))


def _known(
    patients: Patients, made: Made, prepared: Prepared, dose_cells: np.ndarray, rules: Edition
) -> Known:
    """Return what is known before lymphodepletion.

    Lymphocytes have fallen with the white cells since enrolment, and further where lymphodepletion is
    left out because the chemotherapy before has already emptied the blood.
    """
    fallen = prepared.white_cells_e9_per_l_before / patients.white_cells_e9_per_l
    lymphocytes = patients.alc_e9_per_l * np.where(np.isnan(fallen), 1, fallen)
    emptied = rules.number("course.in_vivo.lymphocyte_ratio_when_omitted")
    lymphocytes = lymphocytes * np.where(np.isnan(prepared.start_day), emptied, 1)
    return known_of(
        replace(patients, alc_e9_per_l=lymphocytes),
        tumour_cells=made.tumour_cells_at_lymphodepletion,
        growth_per_day=made.growth_per_day,
        dose_cells=dose_cells,
        memory_fraction=made.memory_fraction,
        vector_copies_per_cell=made.vector_copies_per_car_cell,
        fludarabine_auc_mg_h_per_l=prepared.fludarabine_auc_mg_h_per_l,
        cyclophosphamide_mg_per_m2=prepared.cyclophosphamide_mg_per_m2_total,
        bendamustine_mg_per_m2=prepared.bendamustine_mg_per_m2_total,
        cytarabine_etoposide=prepared.cytarabine_mg_per_m2_total > 0,
        lymphodepletion_start_day=prepared.start_day,
        lymphodepletion_end_day=prepared.end_day,
    )


def _to_infusion(cohort: Cohort, prepared: Prepared, dose_cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Carry the body from before lymphodepletion to just after the infusion; its edges are step ends.

    For some days after the last dose no lymphocytes return: regrowth begins then, or at infusion.

    Returns
    -------
    state : array (states, patients)
    failed : array (patients,), int8
        ``engine.failure.Failure``.
    """
    who, rules = cohort.who, cohort.rules
    given = ~np.isnan(prepared.end_day)
    end = np.where(given, prepared.end_day, who.start_day)
    delay = typical("body.lymphodepletion.regrowth_delay_days", cohort.patients.indication, rules)
    regrowth = np.where(given, np.minimum(end + delay, 0), end)
    during = prepare(set_lymphodepletion(who.parameters, given))
    treated = advance(who.initial_state, during, who.start_day, end)
    empty = advance(
        treated.state, prepare(hold_lymphocytes(who.parameters)), end, regrowth, treated.step_days
    )
    ready = advance(empty.state, cohort.body, regrowth, np.zeros_like(end), empty.step_days)
    failed = first_failure(first_failure(treated.failed, empty.failed), ready.failed)
    return infuse(ready.state, np.ones(len(end), dtype=bool), who, dose_cells, rules), failed


def _begin(cohort: Cohort, state: np.ndarray, outpatient: np.ndarray) -> Journey:
    patients, rules, draws = cohort.patients, cohort.rules, cohort.draws
    size = patients.weight_kg / rules.number("body.size.reference_weight_kg")
    state, clones = update_clones(state, start_clones(state.shape[1], draws), rules)
    journey = journey_begins(
        state,
        clones,
        cohort.who.sensitivities.sum_product_diameters_cm2,
        draw_mortality(patients.indication, patients.age_years, size, rules, draws),
        draw_fates(cohort.plan.transplant_in_remission_probability, rules, draws),
        rules,
    )
    stay = rules.number("course.in_vivo.care.inpatient_days")
    return replace(journey, in_hospital_until_day=np.where(outpatient, -np.inf, stay))


def _follow(cohort: Cohort, journey: Journey, n: int) -> InVivo:
    """Go from decision to decision; once a week those out of sight are set aside.

    What is seen is written down in the cohort's rows among all n patients.
    """
    schedule, days = cohort.schedule, cohort.schedule.days
    sheets = blank_sheets(n, schedule)
    aside, sorted_day = nobody_aside(cohort.rows, journey), days[0]
    journey, seen = _look_and_act(cohort, journey, 0)
    write_down(sheets, seen, cohort.rows, 0, schedule)
    for k in range(1, len(days)):
        aside = survive(aside, float(days[k - 1]), float(days[k]), cohort.rules)
        journey = _pass_time(cohort, journey, seen, k)
        journey, seen = _look_and_act(cohort, journey, k)
        write_down(sheets, seen, cohort.rows, k, schedule)
        if days[k] - sorted_day >= DAYS_PER_WEEK and not journey.observed.all():
            gone = np.flatnonzero(~journey.observed)
            stay = np.flatnonzero(journey.observed)
            aside = set_aside(aside, cohort.rows[gone], take(journey, gone, PATIENTS_LAST))
            cohort, journey, seen = (
                part_of(cohort, stay),
                take(journey, stay, PATIENTS_LAST),
                take(seen, stay),
            )
            sorted_day = days[k]
    everybody = in_order(set_aside(aside, cohort.rows, journey))
    return close_record(everybody, schedule, cohort.plan, sheets)


def _carry(cohort: Cohort, journey: Journey, k: int) -> Carried:
    """Carry the body of those observed to decision k, landing on the day at which rejection begins."""
    schedule = cohort.schedule
    before = np.full(len(journey.observed), schedule.days[k - 1])
    day = np.full(len(journey.observed), schedule.days[k])
    turn = np.clip(cohort.who.rejection_day, before, day)
    early = np.flatnonzero(journey.observed & (before < turn))
    late = np.flatnonzero(journey.observed & (turn < day))
    moved = advance(journey.state, cohort.body, before, turn, journey.step_days, early)
    if len(late) == 0:
        return moved
    then = advance(moved.state, cohort.rejecting, turn, day, moved.step_days, late)
    return replace(then, failed=first_failure(moved.failed, then.failed))


def _pass_time(cohort: Cohort, journey: Journey, last: Seen, k: int) -> Journey:
    """Let the interval before decision k pass, in the body and by chance."""
    schedule, rules = cohort.schedule, cohort.rules
    before, day = float(schedule.days[k - 1]), float(schedule.days[k])
    positive, negative = living_tumour_cells(journey.state, journey.clones)
    exposure = Exposure(
        progressed=~(np.isnan(journey.disease.progression_day) & np.isnan(journey.next_therapy_day)),
        tumour_cells=np.where(journey.observed, positive + negative, 0),
        crs_penn=last.penn,
        icans=last.icans,
        hlh_like=last.hlh_like,
        days_since_transplant=before - journey.transplant_day,
        has_second_malignancy=~np.isnan(journey.second_malignancy_day),
    )
    carried = _carry(cohort, journey, k)
    journey = give_up(journey, carried.failed, before)
    state, clones = update_clones(carried.state, journey.clones, rules)
    was_observed = journey.observed
    journey = replace(journey, state=state, step_days=carried.step_days, clones=clones)
    journey = outlive(journey, exposure, before, day, rules)
    journey = start_next_therapy(journey, was_observed, day)
    return catch_infections(journey, last.observations, before, day, k, rules, cohort.draws)


def _look_and_act(cohort: Cohort, journey: Journey, k: int) -> tuple[Journey, Seen]:
    """Observe, grade, manage and, at a visit, assess."""
    schedule, rules = cohort.schedule, cohort.rules
    day = float(schedule.days[k])
    at_visit = bool(np.any(schedule.visit_index == k))
    positive, negative = living_tumour_cells(journey.state, journey.clones)
    shown = observe(
        np.full(len(positive), day),
        journey.state,
        cohort.who.parameters,
        positive + negative,
        negative,
        cohort.who.sensitivities,
        draw_noise(cohort.draws, k, at_visit),
        rules,
        at_visit,
    )
    shown, episode = chart(shown, journey, day, rules)
    grades = grade(shown, cohort.patients.age_years, rules)
    to_next = float(schedule.days[min(k + 1, len(schedule.days) - 1)]) - day
    observed = journey.observed
    journey, shown = manage(
        replace(journey, episode_began_day=episode),
        shown,
        grades,
        cohort.patients.weight_kg,
        cohort.plan,
        cohort.protocol,
        day,
        to_next,
        rules,
    )
    response = None
    if at_visit:
        journey, response = _assess(cohort, journey, shown, day)
    journey = _transplant(cohort, journey, day, k)
    seen = hide(shown, observed, at_visit)
    hlh_like = meets_iec_hs(seen, cohort.before_treatment, rules).answer
    return journey, Seen(seen, *_shown_grades(grades, observed), hlh_like, response)


def _shown_grades(
    grades: tuple[Graded, Graded, Graded, Graded], observed: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    _, lee, penn, icans = grades
    penn_seen, lee_seen, icans_seen = (choose(observed, graded.grade, -1) for graded in (penn, lee, icans))
    return penn_seen, lee_seen, icans_seen


def _assess(cohort: Cohort, journey: Journey, seen: Observations, day: float) -> tuple[Journey, np.ndarray]:
    """Read the response, and at a relapse whether the sampled tumour shows CD19."""
    responded_before = journey.disease.has_responded
    response, disease = assess(
        cohort.patients.indication, seen, journey.disease, journey.observed, day, cohort.rules
    )
    relapses = responded_before & (disease.progression_day == day)
    antigen = cd19_positive(seen.cd19_positive_percent, cohort.rules)
    return replace(
        journey,
        disease=disease,
        relapse_antigen=np.where(relapses, antigen, journey.relapse_antigen).astype(np.int8),
    ), response


def _transplant(cohort: Cohort, journey: Journey, day: float, k: int) -> Journey:
    """Transplant those whose plan and remission say so."""
    now = due_for_transplant(journey, day)
    if not np.any(now):
        return journey
    state, clones = restart_clones(journey.state, journey.clones, now, cohort.draws, k)
    state, clones = update_clones(transplant(state, now, cohort.rules), clones, cohort.rules)
    return replace(
        journey,
        state=state,
        clones=clones,
        transplant_day=np.where(now, day, journey.transplant_day),
    )
