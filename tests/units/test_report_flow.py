import dataclasses
import itertools
import re

import numpy as np
import pytest
from tests.lively_result import result_of
from tests.synthetic_pool import lively_pool

from livingdrug.course.stopping import StopReason
from livingdrug.report.figures import written
from livingdrug.report.flow import arms_of, draw_flow, show_flow, steps_of


@pytest.fixture(scope="module")
def result():
    pool = lively_pool(0, 200)
    eligible = pool.patient % 10 != 0
    made = eligible & (pool.patient % 7 != 0)
    reason = np.where(~eligible, StopReason.NOT_ELIGIBLE, StopReason.MANUFACTURING_FAILED)
    pool = dataclasses.replace(
        pool,
        eligible=eligible,
        enrolled=eligible,
        released=made,
        infused=pool.infused & made,
        stop_reason=np.where(made, pool.stop_reason, reason).astype(np.int8),
    )
    return result_of(pool, trials=2)


def test_who_reached_a_step_is_who_reached_the_next_or_was_lost_between(result):
    steps = steps_of(result)
    assert [step.n for step in steps] == [
        200, result.flow.eligible, result.flow.enrolled, result.flow.released, result.flow.infused,
    ]  # fmt: skip
    for before, after in itertools.pairwise(steps):
        assert before.n - before.lost.n == after.n
        assert sum(n for _, n in before.lost.reasons) == before.lost.n
    assert steps[0].lost.reasons == (("A criterion for treatment is not met", 20),)
    assert steps[2].published == 167
    assert steps[4].published == 115


def test_the_infused_part_into_responders_and_others_until_the_end(result):
    pool, arms = result.pool, arms_of(result)
    assert sum(arm.n for arm in arms) == result.flow.infused
    assert arms[0].n == result.flow.responded
    for arm in arms:
        assert arm.n == arm.lost.n + arm.followed
        assert sum(n for _, n in arm.lost.reasons) == arm.lost.n
    alive = pool.infused & np.isnan(pool.death_day)
    assert sum(arm.followed for arm in arms) == int((alive & (pool.followed_until_day == 2000)).sum())


def test_a_patient_lost_from_sight_is_not_taken_for_followed(result):
    pool = result.pool
    alive = np.flatnonzero(pool.infused & np.isnan(pool.death_day))
    shorter = pool.followed_until_day.copy()
    shorter[alive[:5]] = 300.0
    fewer = dataclasses.replace(result, pool=dataclasses.replace(pool, followed_until_day=shorter))
    assert sum(arm.followed for arm in arms_of(fewer)) == sum(arm.followed for arm in arms_of(result)) - 5
    told = [text for arm in arms_of(fewer) for text, _ in arm.lost.reasons]
    assert "Lost from follow-up, alive when last seen" in told


def test_picture_and_table_hold_every_count(result):
    picture, shown = written(draw_flow(result)), show_flow(result).html
    for step in steps_of(result):
        assert f"{step.words}: {step.n:,}" in picture
        assert re.search(rf"{re.escape(step.words)}</th><td[^>]*>{step.n:,}</td>", shown)
        for text, n in step.lost.reasons if step.lost else ():
            assert re.search(rf"{re.escape(text)}</th><td[^>]*></td><td[^>]*>{n:,}</td>", shown)
    assert "(published: 115)" in picture
    first_cells = re.findall(r'<th scope="row"[^>]*>([^<]*)</th>', shown)
    assert len(first_cells) == len(set(first_cells))  # each row says by itself whom it is about
