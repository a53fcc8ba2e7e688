"""Every question that a case may ask, and the rule that answers it."""

from tests.rules.cases import Question
from tests.rules.questions import before, dates, dosing, grading, who

QUESTIONS: dict[str, Question] = {
    **who.QUESTIONS,
    **before.QUESTIONS,
    **dosing.QUESTIONS,
    **grading.QUESTIONS,
    **dates.QUESTIONS,
}
