"""Every question that a case may ask, and the rule that answers it."""

from tests.rules.cases import Question
from tests.rules.questions import dosing, grading, options, response, scores, who

QUESTIONS: dict[str, Question] = {
    **who.QUESTIONS,
    **dosing.QUESTIONS,
    **grading.QUESTIONS,
    **scores.QUESTIONS,
    **options.QUESTIONS,
    **response.QUESTIONS,
}
