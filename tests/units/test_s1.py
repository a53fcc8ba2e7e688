"""Stage 1: who goes on to leukapheresis, and why the others do not."""

import dataclasses

import numpy as np
import pytest
from tests.typical_patients import typical

from livingdrug.course.s1_eligibility import assess_eligibility
from livingdrug.course.stopping import StopReason
from livingdrug.errors import UnknownName
from livingdrug.evidence import load_edition
from livingdrug.patients import Indication
from livingdrug.plans import Plan
from livingdrug.tables import concatenate, take

US = load_edition("us_2025_06")
ALL, LBCL = Indication.ALL, Indication.LBCL
LABEL_ONLY = Plan()
JULIET = Plan(exclude_by_trial="juliet")


def _not_met(found):
    """Return the codes of the criteria that the first patient does not meet or that are open."""
    return [
        code for code, answer in zip(found.criterion_codes, found.criteria[0], strict=True) if answer != 1
    ]


def test_each_answer_has_its_own_stop_reason():
    patients = typical(ALL, 3, age_years=[25, 26, np.nan])
    found = assess_eligibility(patients, LABEL_ONLY, US)
    assert found.eligible.tolist() == [1, 0, -1]
    expected = [StopReason.NOT_STOPPED, StopReason.NOT_ELIGIBLE, StopReason.ELIGIBILITY_NOT_ASSESSABLE]
    assert found.stop_reason.tolist() == expected
    assert found.reached.all()


def test_a_missing_test_does_not_pass_and_the_open_criterion_names_it():
    found = assess_eligibility(typical(LBCL, hiv=-1), LABEL_ONLY, US)
    assert found.eligible.tolist() == [-1]
    assert _not_met(found) == ["HIV"]
    assert "HIV test" in found.criterion_texts[found.criterion_codes.index("HIV")]


def test_a_refusal_outweighs_an_unknown():
    found = assess_eligibility(typical(LBCL, hiv=-1, age_years=17), LABEL_ONLY, US)
    assert found.eligible.tolist() == [0]
    assert sorted(_not_met(found)) == ["AGE", "HIV"]


def test_the_plan_puts_the_trial_on_top_of_the_label():
    patients = typical(LBCL, 3, creatinine_clearance_ml_per_min=[59.9, 60, 60], alc_e9_per_l=[0.3, 0.3, 0.29])
    assert assess_eligibility(patients, LABEL_ONLY, US).eligible.tolist() == [1, 1, 1]
    assert assess_eligibility(patients, JULIET, US).eligible.tolist() == [0, 1, 0]


def test_a_trial_that_is_not_held_is_refused():
    with pytest.raises(UnknownName, match="unknown trial 'zuma'"):
        assess_eligibility(typical(LBCL), Plan(exclude_by_trial="zuma"), US)


def test_an_infection_today_delays_but_does_not_refuse():
    found = assess_eligibility(typical(LBCL, active_infection=1), LABEL_ONLY, US)
    assert found.eligible.tolist() == [1]
    assert found.free_of_delay.tolist() == [0]


def test_every_criterion_has_wording_and_a_source():
    found = assess_eligibility(typical(LBCL, 2), JULIET, US)
    assert found.criteria.shape == (2, len(found.criterion_codes))
    assert len(found.criterion_texts) == len(found.criterion_sources) == len(found.criterion_codes)
    assert len(set(found.criterion_codes)) == len(found.criterion_codes)
    assert all(found.criterion_sources)


def test_a_patient_is_assessed_alone_as_among_others():
    patients = typical(LBCL, 3, hiv=[0, 1, -1], age_years=[17, 30, 40])
    together = assess_eligibility(patients, JULIET, US)
    apart = concatenate([assess_eligibility(take(patients, [i]), JULIET, US) for i in range(3)])
    for field in dataclasses.fields(together):
        assert np.array_equal(getattr(together, field.name), getattr(apart, field.name)), field.name


def test_every_stop_reason_has_a_text():
    assert len({reason.text for reason in StopReason}) == len(StopReason)
