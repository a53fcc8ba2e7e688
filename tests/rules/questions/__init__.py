"""Every question that a case may ask, and the rule that answers it."""

from tests.rules.cases import Question
from tests.rules.questions import grading, response, scores, who

QUESTIONS: dict[str, Question] = {
    **who.QUESTIONS,
    **grading.QUESTIONS,
    **scores.QUESTIONS,
    **response.QUESTIONS,
}
