"""Every question that a case may ask, and the rule that answers it."""

from tests.rules.cases import Question
from tests.rules.questions import (
    before,
    blood,
    dates,
    dosing,
    episodes,
    files,
    grading,
    key_dates,
    neurology,
    options,
    orders,
    response,
    scores,
    who,
)

QUESTIONS: dict[str, Question] = {
    **before.QUESTIONS,
    **blood.QUESTIONS,
    **dates.QUESTIONS,
    **dosing.QUESTIONS,
    **episodes.QUESTIONS,
    **files.QUESTIONS,
    **grading.QUESTIONS,
    **key_dates.QUESTIONS,
    **neurology.QUESTIONS,
    **options.QUESTIONS,
    **orders.QUESTIONS,
    **response.QUESTIONS,
    **scores.QUESTIONS,
    **who.QUESTIONS,
}
