"""Runs the cases that clinicians write as TOML: what is known, edition, expected answers, source."""

import math
from collections import defaultdict
from importlib import import_module
from pkgutil import iter_modules

import pytest
from tests.rules import questions
from tests.rules.cases import Answer, Case, all_cases
from tests.rules.questions import QUESTIONS

from livingdrug.evidence import load_edition

CASES = all_cases()
PARAMETERS = [
    pytest.param(case, id=f"{case.file}: {case.name}: {case.question}".encode("ascii", "replace").decode())
    for case in CASES
]


def same(found, expected) -> bool:
    """Return whether an answer is the one expected, up to rounding."""
    if isinstance(expected, list):
        return len(found) == len(expected) and all(same(f, e) for f, e in zip(found, expected, strict=True))
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
    answer = QUESTIONS[case.question]([case.given], load_edition(case.edition))[0]
    assert same(answer.value, case.expected), answer
    if case.because is not None:
        assert answer.because == case.because


def test_cases_answered_together_answer_as_alone():
    groups = defaultdict(list)
    for case in CASES:
        groups[case.question, case.edition].append(case)
    assert groups
    for (question, edition), cases in groups.items():
        answers = QUESTIONS[question]([case.given for case in cases], load_edition(edition))
        wrong = [c.name for a, c in zip(answers, cases, strict=True) if not fits(a, c)]
        assert wrong == [], (question, edition)


def test_no_two_cases_of_a_file_share_a_name():
    named = [(case.file, case.name, case.question) for case in CASES]
    assert len(set(named)) == len(named)


def test_no_two_files_of_questions_ask_under_one_name():
    files = [
        import_module(f"{questions.__name__}.{found.name}") for found in iter_modules(questions.__path__)
    ]
    named = [name for file in files for name in getattr(file, "QUESTIONS", ())]
    assert len(set(named)) == len(named)
    assert set(named) == set(questions.QUESTIONS)
