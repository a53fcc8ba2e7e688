"""Questions about the episodes in a chart over days: how many, and of each its onset, peak and end."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from tests.rules.cases import Answer, Question
from tests.rules.questions.observed import over_time

from livingdrug.bedside.answers import Graded
from livingdrug.bedside.crs import grade_astct, grade_penn
from livingdrug.bedside.episodes import GradedCourse, crs_course, icans_course
from livingdrug.bedside.icans import grade_icans
from livingdrug.evidence import Edition
from livingdrug.observations import Observations

Course = Callable[[Observations, Graded, Edition], GradedCourse]


def _told(grade: Callable[[Observations, Edition], Graded], course_of: Course) -> Question:
    """Answer with the number of episodes, then onset, day and grade of the peak, and end of each.

    Named are the episodes, counted from 1, whose worst grade may be higher, and signs outside any episode
    with their first day.
    """

    def ask(cases: Sequence[dict[str, Any]], rules: Edition) -> list[Answer]:
        answers = []
        for given in cases:
            chart = over_time(given)
            course = course_of(chart, grade(chart, rules), rules)
            columns = (course.onset_day, course.peak_day, course.peak_grade, course.resolved_day)
            episodes = [float(column[0, k]) for k in range(course.onset_day.shape[1]) for column in columns]
            named = {f"AT_LEAST_{k + 1}" for k in np.flatnonzero(course.peak_may_be_higher[0] == 1)}
            outside = {
                "BEFORE_INFUSION": course.signs_before_infusion_day,
                "AFTER_WINDOW": course.signs_after_window_day,
            }
            named |= {f"{name}_{day[0]:g}" for name, day in outside.items() if not np.isnan(day[0])}
            answers.append(Answer([int(course.n_episodes[0]), *episodes], frozenset(named)))
        return answers

    return ask


def _icans(chart: Observations, rules: Edition) -> Graded:
    return grade_icans(chart, np.array([40.0]), rules)


QUESTIONS: dict[str, Question] = {
    "crs_astct_episodes": _told(grade_astct, crs_course),
    "crs_penn_episodes": _told(grade_penn, crs_course),
    "icans_episodes": _told(_icans, icans_course),
}
