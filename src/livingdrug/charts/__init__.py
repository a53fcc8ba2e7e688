"""Observations of patients read from a file, with every fault told at once.

- ``columns``: what a column may be called, its unit, its limits and its factor to the record;
- ``lines``: the text of a file cut into columns, with the line of each row;
- ``cells``: from the text of a column to its values, with what is wrong;
- ``times``: days from infusion out of dates and times;
- ``rows``: rows put in order, those of one time merged;
- ``contradictions``: fields of one row that cannot be true at once;
- ``chart``: the patients of a file, one row a patient and time;
- ``read``: from a file to a chart;
- ``score_file``: a file of scores, one table each.
"""

from livingdrug.charts.chart import Block as Block
from livingdrug.charts.chart import Chart as Chart
from livingdrug.charts.chart import Known as Known
from livingdrug.charts.chart import first_known as first_known
from livingdrug.charts.chart import in_blocks as in_blocks
from livingdrug.charts.chart import last_known as last_known
from livingdrug.charts.chart import one_patient as one_patient
from livingdrug.charts.read import read_observations as read_observations

__all__ = [
    "Block",
    "Chart",
    "Known",
    "first_known",
    "in_blocks",
    "last_known",
    "one_patient",
    "read_observations",
]
