"""A design's patients through the first five stages: whom they make eligible, what they lose and infuse."""

from dataclasses import dataclass

from livingdrug.course.s1_eligibility import Eligibility, assess_eligibility
from livingdrug.course.s2_leukapheresis import Leukapheresis, collect_cells
from livingdrug.course.s3_manufacturing import Manufacturing, manufacture
from livingdrug.course.s4_lymphodepletion import Lymphodepletion, lymphodeplete
from livingdrug.course.s5_infusion import Infusion, infuse
from livingdrug.draws import Draws
from livingdrug.evidence import load_edition
from livingdrug.patients import Patients, sample_patients
from livingdrug.trial import Design


@dataclass(frozen=True)
class UntilInfusion:
    """The records of stages one to five."""

    patients: Patients
    eligibility: Eligibility
    leukapheresis: Leukapheresis
    manufacturing: Manufacturing
    lymphodepletion: Lymphodepletion
    infusion: Infusion


def until_infusion(design: Design, n: int, seed: int) -> UntilInfusion:
    """Sample a design's patients and take them as far as the infusion."""
    rules, plan, draws = load_edition(), design.plan, Draws(seed, 0, n)
    patients = sample_patients(design.baseline, draws, rules)
    eligibility = assess_eligibility(patients, plan, rules)
    cells = collect_cells(patients, eligibility.eligible == 1, plan, rules, draws, eligibility.stop_reason)
    made = manufacture(patients, cells, plan, rules, draws)
    prepared = lymphodeplete(patients, made, plan, rules, draws)
    given = infuse(patients, cells, made, prepared, plan, rules, draws)
    return UntilInfusion(patients, eligibility, cells, made, prepared, given)
