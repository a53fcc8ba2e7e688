"""Every question that a case may ask, and the rule that answers it."""

from tests.rules.cases import Question
from tests.rules.questions import blood, grading, options, scores, who

QUESTIONS: dict[str, Question] = {
    **who.QUESTIONS,
    **grading.QUESTIONS,
    **scores.QUESTIONS,
    **options.QUESTIONS,
    **blood.QUESTIONS,
}
