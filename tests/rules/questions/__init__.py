"""Every question that a case may ask, and the rule that answers it."""

from tests.rules.cases import Question
from tests.rules.questions import blood, files, grading, scores, who

QUESTIONS: dict[str, Question] = {
    **who.QUESTIONS,
    **grading.QUESTIONS,
    **blood.QUESTIONS,
    **files.QUESTIONS,
    **scores.QUESTIONS,
}
