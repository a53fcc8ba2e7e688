"""Stage 7: how toxic the treatment was, read from what was observed; it alters nothing."""

from livingdrug.course.s7_toxicity.record import DRAWN_COLUMNS as DRAWN_COLUMNS
from livingdrug.course.s7_toxicity.record import Toxicity as Toxicity
from livingdrug.course.s7_toxicity.stage import grade_toxicity as grade_toxicity

__all__ = ["DRAWN_COLUMNS", "Toxicity", "grade_toxicity"]
