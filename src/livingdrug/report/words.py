"""How figures, intervals, units and published rows are written: the words of the trial, for the report."""

from livingdrug.trial.words import name as name
from livingdrug.trial.words import number as number
from livingdrug.trial.words import published_text as published_text
from livingdrug.trial.words import span as span
from livingdrug.trial.words import unit as unit
