"""Who may be treated, in words and with source; boundaries and editions are cases (rules/)."""

import pytest
from tests.typical_patients import typical

from livingdrug.bedside.indications import assess_indication
from livingdrug.evidence import load_edition
from livingdrug.patients import Indication

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


def test_a_criterion_says_its_limit():
    assert "at most 25 in leukaemia" in reason(typical(ALL), "AGE").text


def test_each_criterion_names_the_source_of_its_edition():
    assert {r.source for r in assess_indication(typical(ALL), EU).reasons} == {"eu_smpc_current"}
    assert {r.source for r in assess_indication(typical(ALL), US).reasons} == {"us_pi_2025_06"}


def test_age_and_state_of_the_disease_cite_the_section_of_the_own_disease():
    places = {code: reason(typical(LBCL), code).where for code in ("AGE", "DISEASE_STATE")}
    assert places == {"AGE": "sections 1.2 and 1.3 (adults), 8.4", "DISEASE_STATE": "sections 1.2 and 1.3"}
    assert reason(typical(ALL), "AGE").where == "section 1.1"
