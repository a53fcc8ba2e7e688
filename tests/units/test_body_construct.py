import dataclasses

import pytest

from livingdrug.body.construct import engagement, read_construct
from livingdrug.errors import UnknownName
from livingdrug.evidence import load_edition

RULES = load_edition()
CONSTRUCT = read_construct(RULES)


def test_the_domains_are_read_in_order_from_the_signal_peptide_to_cd3_zeta():
    assert "signal peptide" in CONSTRUCT.domains[0]
    words = ("signal peptide", "FMC63", "hinge", "transmembrane", "4-1BB", "CD3-zeta")
    assert [word in domain for word, domain in zip(words, CONSTRUCT.domains, strict=True)] == [True] * 6
    assert "lentiviral" in CONSTRUCT.vector


def test_every_domain_names_its_source():
    for part in RULES.stated("construct.tisagenlecleucel.domains"):
        assert RULES.sourced(f"construct.tisagenlecleucel.domain.{part}").source


def test_bright_cells_are_fully_engaged_and_cells_without_cd19_not_at_all():
    assert engagement(CONSTRUCT, CONSTRUCT.antigens_per_cell) == pytest.approx(1, abs=1e-3)
    assert engagement(CONSTRUCT, 0.0) == 0


def test_engagement_is_the_hand_computed_quasi_steady_state():
    dim = dataclasses.replace(
        CONSTRUCT, receptors_per_cell=10.0, affinity_receptors=90.0, half_engaged_complexes=0.5
    )
    assert engagement(dim, 100.0) == pytest.approx(5.0 / 5.5)


def test_an_unknown_construct_is_refused_by_name():
    with pytest.raises(UnknownName, match="nothing"):
        read_construct(RULES, "nothing")
