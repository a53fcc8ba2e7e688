"""The therapy in the order that a patient lives it: eight stages, each a pure function of tables."""

from livingdrug.course.run import Course as Course
from livingdrug.course.run import run_course as run_course

__all__ = ["Course", "run_course"]
