from importlib.resources import files

import numpy as np
import pytest

from livingdrug.errors import BadInput, UnknownName
from livingdrug.trial import known_designs, load_design, read_design
from livingdrug.trial.design import followed_months
from livingdrug.trial.words import infused_as_published

TEXT = files("livingdrug.trial").joinpath("designs", "juliet.toml").read_text("utf-8")


def test_juliet_comes_with_the_package():
    design = load_design("juliet")
    assert "juliet" in known_designs()
    assert (design.n_enrolled, design.n_infused) == (167, 115)
    assert design.cuts_months["lancet_2020"] == 40.3
    assert design.plan.crs_protocol_edition == "us_2018_05"


def test_an_unknown_design_is_refused_with_the_nearest():
    with pytest.raises(UnknownName, match="unknown design 'julia': did you mean juliet"):
        load_design("julia")


def test_a_missing_file_is_refused_by_name():
    with pytest.raises(BadInput, match=r"nowhere\.toml: .*expected a design file"):
        load_design("nowhere.toml")


def test_a_design_is_read_from_a_file(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(TEXT.replace('name = "juliet"', 'name = "mine"'))
    assert load_design(str(path)).name == "mine"
    assert load_design(str(path)).hash != load_design("juliet").hash


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("n_enrolled =", "n_enroled =", "n_enroled: unknown field 'n_enroled': did you mean n_enrolled"),
        ("spread_months =", "spred_months =", "accrual.spred_months: .*did you mean spread_months"),
        ("{ value = 167,", "{ value = 0,", r"n_enrolled: .*greater than or equal to 1 \(got"),
        ('source = "schuster_2021", where', 'source = "schuster", where', "is not in sources.toml"),
        ('baseline = "juliet"', "", "baseline: missing"),
        ("horizon_months =", "horizon_month =", "horizon_month: unknown field"),
        ('last = "2017-11"', 'last = "Nov 2017"', "accrual.last: .*got 'Nov 2017'"),
        ("[cuts]", "[cuts", "juliet.toml: "),
    ],
)  # fmt: skip
def test_a_faulty_field_is_refused_with_value_and_what_was_expected(old, new, message):
    assert old in TEXT
    with pytest.raises(BadInput, match=message):
        read_design(TEXT.replace(old, new, 1), "juliet.toml")


def test_all_faults_are_listed_at_once():
    with pytest.raises(BadInput, match="2 fault"):
        read_design(TEXT.replace("n_infused =", "n_infusd ="), "juliet.toml")


def test_follow_up_has_the_published_median_quartiles_and_range():
    accrual = load_design("juliet").accrual
    months = followed_months(accrual, (np.arange(20000) + 0.5) / 20000, 40.3)
    low, middle, high = np.quantile(months, [0.25, 0.5, 0.75])
    assert middle == pytest.approx(40.3, abs=0.01)
    assert (low, high) == (pytest.approx(37.3, abs=0.1), pytest.approx(43.3, abs=0.1))
    assert months.max() == pytest.approx(40.3 + 12.3)
    assert months.min() == pytest.approx(40.3 - 16.2)


def test_no_cut_means_that_all_is_known():
    assert np.isinf(followed_months(load_design("juliet").accrual, np.array([0.1, 0.9]), np.inf)).all()


def test_a_registry_that_counts_from_infusion_says_that_losses_before_were_not_recorded():
    assert infused_as_published(load_design("juliet")) == "115 of 167 enrolled, 68.9%"
    assert load_design("cibmtr_lbcl").n_enrolled is None
    assert infused_as_published(load_design("cibmtr_lbcl")) == (
        "1,159, enrolment and losses before infusion not recorded"
    )
