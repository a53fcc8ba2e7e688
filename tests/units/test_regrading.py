"""One trial on three scales: the cross-tables add up, and stand beside the published counts."""

import re

import numpy as np
import pytest
from tests.lively_result import lively_result, result_of
from tests.synthetic_pool import lively_pool

from livingdrug.report import regrading_text
from livingdrug.trial import read_targets, regrade
from livingdrug.trial.regrading import cross_table


@pytest.fixture(scope="module")
def result():
    return lively_result(200, 4)


def test_patients_are_counted_by_both_grades_and_the_unassessable_stand_apart():
    counts = cross_table(
        np.array([0, 3, 3, -1, 2], dtype=np.int8), np.array([0, 2, -1, -1, 2], dtype=np.int8)
    )
    assert counts.sum() == 5
    assert (counts[0, 0], counts[3, 2], counts[3, 6], counts[6, 6], counts[2, 2]) == (1, 1, 1, 1, 1)


def test_every_infused_patient_is_counted_once_on_each_pair_of_scales(result):
    pool = result.pool
    for found, field in zip(regrade(result), ("crs_lee", "crs_astct"), strict=True):
        assert found.counts.sum() == pool.infused.sum()
        for grade in range(6):
            assert found.counts[grade].sum() == (pool.crs_penn[pool.infused] == grade).sum()
            assert found.counts[:, grade].sum() == (getattr(pool, field)[pool.infused] == grade).sum()


def test_the_published_counts_stand_beside_it_as_the_evidence_has_them(result):
    published = {target.id: target.value for target in read_targets()}
    names = ("same_as_penn", "lower_than_penn", "higher_than_penn")
    for found, scale in zip(regrade(result), ("lee", "astct"), strict=True):
        ids = [*(f"juliet_crs_{scale}_{name}" for name in names), f"juliet_crs_count_{scale}"]
        assert [row.target.id for row in found.published] == ids
        assert [row.target.value for row in found.published] == [published[name] for name in ids]
        assert sum(row.target.value for row in found.published[:3]) == 64


def test_the_text_says_the_counts_and_by_how_much_a_published_one_is_missed(result):
    told = regrading_text(result)
    assert f"{int(result.pool.infused.sum())} infused" in told
    row = regrade(result)[0].published[0]
    (line,) = (line for line in told.splitlines() if line.startswith("Lee grade as Penn"))
    assert re.search(r"39/64 .* " + re.escape(f"{row.simulated - 39:+g} "), line)


def test_a_trial_whose_design_compares_with_no_regrading_has_cross_tables_alone():
    told = regrading_text(result_of(lively_pool(0, 60), 2, "elara"))
    assert "Penn \\ ASTCT" in told
    assert "published" not in told
