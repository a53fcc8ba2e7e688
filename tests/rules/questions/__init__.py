"""Every question that a case may ask, and the rule that answers it."""

from tests.rules.cases import Question
from tests.rules.questions import dates, dosing, episodes, grading, neurology, options, scores, who

QUESTIONS: dict[str, Question] = {
    **who.QUESTIONS,
    **dosing.QUESTIONS,
    **dates.QUESTIONS,
    **grading.QUESTIONS,
    **neurology.QUESTIONS,
    **episodes.QUESTIONS,
    **scores.QUESTIONS,
    **options.QUESTIONS,
}
