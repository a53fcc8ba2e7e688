"""Every question that a case may ask, and the rule that answers it."""

from tests.rules.cases import Question
from tests.rules.questions import (
    blood,
    dates,
    dosing,
    episodes,
    files,
    grading,
    neurology,
    options,
    response,
    scores,
    who,
)

QUESTIONS: dict[str, Question] = {
    **blood.QUESTIONS,
    **dates.QUESTIONS,
    **dosing.QUESTIONS,
    **episodes.QUESTIONS,
    **files.QUESTIONS,
    **grading.QUESTIONS,
    **neurology.QUESTIONS,
    **options.QUESTIONS,
    **response.QUESTIONS,
    **scores.QUESTIONS,
    **who.QUESTIONS,
}
