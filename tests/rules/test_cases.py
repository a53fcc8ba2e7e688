"""Runs the cases that clinicians write as TOML: what is known, edition, expected answers, source."""

import dataclasses
import math
from collections import defaultdict
from importlib import import_module
from pkgutil import iter_modules

import pytest
from tests.rules import questions
from tests.rules.cases import Answer, Case, all_cases, answers_to
from tests.rules.questions import QUESTIONS

from livingdrug.errors import BadInput, NotStated
from livingdrug.evidence import load_edition

CASES = all_cases()
PARAMETERS = [
    pytest.param(case, id=f"{case.file}: {case.name}: {case.question}".encode("ascii", "replace").decode())
    for case in CASES
]


def same(found, expected) -> bool:
    """Return whether an answer is the one expected, up to rounding."""
    if isinstance(expected, list):
        alike = isinstance(found, list) and len(found) == len(expected)
        return alike and all(same(f, e) for f, e in zip(found, expected, strict=True))
    if isinstance(expected, float | int) and isinstance(found, float | int):
        both_unknown = math.isnan(found) and math.isnan(expected)
        return both_unknown or math.isclose(found, expected, rel_tol=1e-9)
    return found == expected


def fits(answer: Answer, case: Case) -> bool:
    """Return whether an answer and what decided it are those that the case expects."""
    return same(answer.value, case.expected) and case.because in (None, answer.because)


@pytest.mark.parametrize("case", PARAMETERS)
def test_the_rules_answer_as_the_case_expects(case):
    assert case.source
    (answer,) = answers_to(QUESTIONS[case.question], [case], load_edition(case.edition))
    assert same(answer.value, case.expected), answer
    if case.because is not None:
        assert answer.because == case.because


def test_cases_answered_together_answer_as_alone():
    groups = defaultdict(list)
    for case in CASES:
        groups[case.question, case.edition].append(case)
    assert groups
    for (question, edition), cases in groups.items():
        answers = answers_to(QUESTIONS[question], cases, load_edition(edition))
        wrong = [c.name for a, c in zip(answers, cases, strict=True) if not fits(a, c)]
        assert wrong == [], (question, edition)


def test_no_two_cases_of_a_file_share_a_name():
    named = [(case.file, case.name, case.question) for case in CASES]
    assert len(set(named)) == len(named)


@pytest.mark.parametrize(
    ("given", "expected"), [({"x": -1}, "refused"), ({"x": 0}, "not stated"), ({"x": 2}, 2)]
)
def test_a_case_may_expect_an_error_beside_others_that_are_answered(given, expected):
    def ask(cases, rules):
        if any(each["x"] < 0 for each in cases):
            raise BadInput("below 0")
        if any(each["x"] == 0 for each in cases):
            raise NotStated("nothing of 0")
        return [Answer(each["x"]) for each in cases]

    one = Case("made_up", "one", "us_2025_06", "x", {"x": 1}, 1, None, "made up")
    case = dataclasses.replace(one, given=given, expected=expected)
    assert [answer.value for answer in answers_to(ask, [case, one], load_edition())] == [expected, 1]
    assert answers_to(ask, [dataclasses.replace(one, expected="refused")], load_edition()) == [Answer(1)]


def test_no_two_files_of_questions_ask_under_one_name():
    files = [
        import_module(f"{questions.__name__}.{found.name}") for found in iter_modules(questions.__path__)
    ]
    named = [name for file in files for name in getattr(file, "QUESTIONS", ())]
    assert len(set(named)) == len(named)
    assert set(named) == set(questions.QUESTIONS)
