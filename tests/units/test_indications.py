"""Who may be treated, at every boundary and by edition."""

import numpy as np
import pytest
from tests.typical_patients import typical

from livingdrug.bedside.indications import assess_indication
from livingdrug.evidence import load_edition
from livingdrug.patients import Histology, Indication

US = load_edition("us_2025_06")
EU = load_edition("eu_current")
ALL, LBCL, FL = Indication.ALL, Indication.LBCL, Indication.FL


def answer(patients, rules=US):
    return assess_indication(patients, rules).answer.tolist()


def reason(patients, code, rules=US):
    found = {r.code: r for r in assess_indication(patients, rules).reasons}
    return found[code]


@pytest.mark.parametrize("indication", list(Indication))
@pytest.mark.parametrize("edition", ["us_2022_05", "us_2025_06", "eu_current", "brief"])
def test_a_typical_patient_of_each_indication_is_covered(indication, edition):
    assert answer(typical(indication), load_edition(edition)) == [1]


def test_leukaemia_is_covered_up_to_the_26th_birthday():
    patients = typical(ALL, 4, age_years=[25, 25.99, 26, np.nan])
    assert answer(patients) == [1, 1, 0, -1]
    assert "at most 25 in leukaemia" in reason(patients, "AGE").text


def test_lymphoma_is_covered_from_the_18th_birthday():
    assert answer(typical(LBCL, 3, age_years=[17.99, 18, 90])) == [0, 1, 1]
    assert answer(typical(FL, 2, age_years=[17, 18])) == [0, 1]


def test_leukaemia_needs_a_second_relapse_unless_refractory():
    patients = typical(ALL, 4, refractory=[0, 0, 1, 0], n_relapses=[1, 2, 0, np.nan])
    assert answer(patients) == [0, 1, 1, -1]


def test_only_the_eu_counts_a_first_relapse_after_transplant():
    patients = typical(
        ALL,
        refractory=0,
        n_relapses=1,
        prior_allogeneic_transplant=1,
        months_since_allogeneic_transplant=12,
    )
    assert answer(patients, US) == [0]
    assert answer(patients, EU) == [1]


def test_lymphoma_needs_two_earlier_lines():
    assert answer(typical(LBCL, 3, prior_lines=[1, 2, np.nan])) == [0, 1, -1]
    assert answer(typical(FL, 2, prior_lines=[1, 2])) == [0, 1]


def test_an_edition_covers_no_disease_that_was_approved_after_it():
    assert answer(typical(LBCL), load_edition("us_2017_08")) == [0]
    assert answer(typical(LBCL), load_edition("us_2018_05")) == [1]
    assert answer(typical(FL), load_edition("us_2018_05")) == [0]
    assert answer(typical(FL), load_edition("us_2022_05")) == [1]


@pytest.mark.parametrize(
    ("histology", "us", "eu"),
    [
        (Histology.DLBCL_NOS, 1, 1),
        (Histology.HIGH_GRADE_B_CELL, 1, -1),
        (Histology.TRANSFORMED_FOLLICULAR, 1, 1),
        (Histology.PRIMARY_MEDIASTINAL, -1, -1),
        (Histology.PRIMARY_CNS_LYMPHOMA, 0, -1),
        (Histology.FOLLICULAR_1_3A, 0, 0),
        (Histology.UNKNOWN, -1, -1),
    ],
)
def test_a_histology_that_is_not_named_is_left_open_and_primary_cns_lymphoma_is_refused_in_the_us(
    histology, us, eu
):
    patients = typical(LBCL, histology=histology)
    assert (answer(patients, US), answer(patients, EU)) == ([us], [eu])


def test_only_the_eu_asks_for_cd19_and_an_unknown_status_does_not_pass():
    patients = typical(ALL, 3, cd19_positive=[1, 0, -1])
    assert answer(patients, US) == [1, 1, 1]
    assert answer(patients, EU) == [1, 0, -1]


def test_the_eu_asks_for_four_months_since_an_allogeneic_transplant():
    patients = typical(
        LBCL,
        4,
        prior_allogeneic_transplant=[1, 1, 1, -1],
        months_since_allogeneic_transplant=[3.9, 4, np.nan, np.nan],
    )
    assert answer(patients, EU) == [0, 1, -1, -1]
    assert answer(patients, US) == [1, 1, 1, 1]


def test_twelve_weeks_from_transplant_to_leukapheresis_are_84_days():
    patients = typical(
        LBCL,
        2,
        prior_allogeneic_transplant=1,
        months_since_allogeneic_transplant=[83 / 30.4375, 84.1 / 30.4375],
    )
    assert reason(patients, "WEEKS_SINCE_TRANSPLANT", EU).answer.tolist() == [0, 1]


def test_each_criterion_names_the_source_of_its_edition():
    assert {r.source for r in assess_indication(typical(ALL), EU).reasons} == {"eu_smpc_current"}
    assert {r.source for r in assess_indication(typical(ALL), US).reasons} == {"us_pi_2025_06"}
