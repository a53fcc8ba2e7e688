"""Laws of episodes: the first is the same function's, they never overlap, unknown times say nothing."""

import dataclasses

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from livingdrug.bedside.answers import Graded
from livingdrug.bedside.episodes import EpisodeWindow, crs_course, find_episode, find_episodes
from livingdrug.evidence import load_edition
from livingdrug.observations import observations_with

RULES = load_edition()
TIMES = 14
DAYS = np.arange(TIMES) / 2.0
GRADES = st.lists(
    st.lists(st.sampled_from([-1, 0, 0, 0, 1, 2, 4]), min_size=TIMES, max_size=TIMES), min_size=1, max_size=4
)


def course(grades, days=DAYS):
    grade = np.array(grades, dtype=np.int8)
    chart = observations_with(grade.shape, {"day": np.broadcast_to(days, grade.shape)})
    return crs_course(chart, Graded(grade, grade, "made up"), RULES)


@given(grades=GRADES)
def test_the_first_of_all_episodes_is_the_one_that_the_simulation_finds(grades):
    grade = np.array(grades, dtype=np.int8)
    day = np.broadcast_to(np.arange(TIMES) / 2.0, grade.shape)
    signs = (grade >= 1, grade == 0, day, EpisodeWindow(30.0, 1.0, 7.0))
    first, episodes = find_episode(*signs), find_episodes(*signs)
    if not episodes:
        assert np.isnan(first.onset_day).all()
        return
    np.testing.assert_array_equal(episodes[0].onset_day, first.onset_day)
    np.testing.assert_array_equal(episodes[0].resolved_day, first.resolved_day)
    np.testing.assert_array_equal(episodes[0].inside, first.inside)
    assert np.sum([episode.inside for episode in episodes], axis=0).max() <= 1
    assert ((grade < 1) | np.any([episode.inside for episode in episodes], axis=0)).all()


@given(grades=GRADES)
def test_onset_peak_and_end_follow_each_other_and_the_peak_is_the_worst(grades):
    found = course(grades)
    for row, grade in enumerate(grades):
        n = found.n_episodes[row]
        assert (n == -1) == (max(grade) == -1)
        n = max(n, 0)
        assert np.isnan(found.onset_day[row, n:]).all()
        onset, end = found.onset_day[row, :n], found.resolved_day[row, :n]
        assert (onset <= found.peak_day[row, :n]).all()
        assert not np.any(found.peak_day[row, :n] > end)
        assert not np.any(onset[1:] < end[:-1])
        assert max([0, *found.peak_grade[row, :n]]) == max([0, *grade])


@given(grades=GRADES)
def test_one_patient_has_the_same_course_alone_as_in_a_cohort(grades):
    together, alone = course(grades), course(grades[:1])
    n = max(alone.n_episodes[0], 0)
    assert together.n_episodes[0] == alone.n_episodes[0]
    for name in ("onset_day", "peak_day", "peak_grade", "resolved_day"):
        np.testing.assert_array_equal(getattr(together, name)[0, :n], getattr(alone, name)[0, :n])


@given(grades=GRADES, times=st.sets(st.integers(0, TIMES - 1), max_size=TIMES - 1))
def test_times_that_are_not_assessable_are_as_if_they_were_not_there(grades, times):
    kept = [j for j in range(TIMES) if j not in times]
    blank = course([[-1 if j in times else g for j, g in enumerate(row)] for row in grades])
    without = course([[row[j] for j in kept] for row in grades], DAYS[kept])
    for field in dataclasses.fields(blank):
        np.testing.assert_array_equal(getattr(blank, field.name), getattr(without, field.name))
