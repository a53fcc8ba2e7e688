"""The whole course: eight stages, in the order that a patient lives them."""

from dataclasses import dataclass

from livingdrug.course.s1_eligibility import Eligibility, assess_eligibility
from livingdrug.course.s2_leukapheresis import Leukapheresis, collect_cells
from livingdrug.course.s3_manufacturing import Manufacturing, manufacture
from livingdrug.course.s4_lymphodepletion import Lymphodepletion, lymphodeplete
from livingdrug.course.s5_infusion import Infusion, infuse
from livingdrug.course.s6_in_vivo import InVivo, live
from livingdrug.course.s7_toxicity import Toxicity, grade_toxicity
from livingdrug.course.s8_outcomes import Outcomes, classify_outcomes
from livingdrug.course.show import summarise
from livingdrug.draws import Draws
from livingdrug.evidence import Edition
from livingdrug.patients import Patients
from livingdrug.plans import Plan, check_plan


@dataclass(frozen=True)
class Course:
    """What happened to each patient, stage by stage; row i is the same patient in every table."""

    patients: Patients
    eligibility: Eligibility
    leukapheresis: Leukapheresis
    manufacturing: Manufacturing
    lymphodepletion: Lymphodepletion
    infusion: Infusion
    in_vivo: InVivo
    toxicity: Toxicity
    outcomes: Outcomes

    def __repr__(self) -> str:
        return summarise(self)


def run_course(patients: Patients, plan: Plan, rules: Edition, draws: Draws) -> Course:
    """Take patients through the whole treatment course.

    Parameters
    ----------
    patients : Patients
        One row or many; a patient has the same course alone as among others.
    plan : Plan
        What is done.
    rules : Edition
        The label edition (and all parameters) that hold.
    draws : Draws
        The patients' luck; ``draws.first`` is the number of the first of them.

    Raises
    ------
    BadInput
        A field of the plan is out of its range.
    """
    check_plan(plan, "plan")
    eligibility = assess_eligibility(patients, plan, rules)
    leukapheresis = collect_cells(
        patients, eligibility.eligible == 1, plan, rules, draws, eligibility.stop_reason
    )
    manufacturing = manufacture(patients, leukapheresis, plan, rules, draws)
    lymphodepletion = lymphodeplete(patients, manufacturing, plan, rules, draws)
    infusion = infuse(patients, leukapheresis, manufacturing, lymphodepletion, plan, rules, draws)
    in_vivo = live(patients, manufacturing, lymphodepletion, infusion, plan, rules, draws)
    toxicity = grade_toxicity(patients, infusion, in_vivo, rules, draws)
    outcomes = classify_outcomes(infusion, in_vivo, rules)
    return Course(
        patients,
        eligibility,
        leukapheresis,
        manufacturing,
        lymphodepletion,
        infusion,
        in_vivo,
        toxicity,
        outcomes,
    )
