"""What a run found, as text, pages and pictures; the only place that loads matplotlib.

Of a trial:

- ``page``: one page that holds all; ``table`` and ``pool``: the same for the terminal;
- ``comparison``, ``misses``, ``forest``: published figures beside simulated ones, those that fall outside,
  and the picture of both;
- one file a picture, each with ``draw_...`` (the figure) and ``show_...`` (figure, caption and tables for the
  page): ``flow``, ``curves`` (survival), ``visits`` (response), ``relapse``, ``transgene``, ``b_cells``,
  ``blood``, ``grades`` (CRS and ICANS), ``treatments``; ``draw`` gathers them for scripts and notebooks;
- what they are drawn from: ``whole`` (the pool without a data cut), ``lines`` (survival curves of a disease),
  ``bands`` (quantiles over time), ``exposure`` (kinetics by response), ``published`` (published shares);
- ``cross_table``: CRS on three scales beside a published regrading, as text;
- ``readme``: picture and tables of the README.

Of one patient, files named ``patient_...``: ``verdict``, ``treatment`` (options and plan by date) and
``course`` write the parts out of ``blocks``; ``document`` puts them in order, ``text``, ``page`` and ``json``
show them, and ``figure`` draws the course; ``calendar_text`` and ``calendar_ics`` show the plan by date
alone.

Of options: ``options_blocks`` (tables), ``options_text`` and ``options_json``.

Of the patient guide, files named ``guide_...``: ``text``, ``html`` and ``pdf`` write it with ``words``.

Of the rules alone: ``check_report`` (one patient), ``dose_report`` (one dose at the bedside),
``verdict_blocks`` (verdicts as tables and as plain data) and ``tocilizumab_words``.

Of a chart: ``graded_chart`` (worst grades), ``graded_words`` (and why, in words), ``grades_text``,
``grades_page`` and ``grades_files``. Of a file of scores: ``scores_text``.

Shared by all: ``figures`` (canvas, colours, SVG), ``stacks`` (stacked bars), ``markup`` (HTML), ``words``
(how figures, intervals and units are written).
"""

from livingdrug.report.calendar_ics import calendar_file as calendar_file
from livingdrug.report.calendar_text import calendar_json as calendar_json
from livingdrug.report.calendar_text import print_calendar as print_calendar
from livingdrug.report.check_report import check_json as check_json
from livingdrug.report.check_report import print_check as print_check
from livingdrug.report.cross_table import regrading_text as regrading_text
from livingdrug.report.dose_report import dose_json as dose_json
from livingdrug.report.dose_report import print_dose as print_dose
from livingdrug.report.draw import draw_b_cells as draw_b_cells
from livingdrug.report.draw import draw_blood_counts as draw_blood_counts
from livingdrug.report.draw import draw_comparison as draw_comparison
from livingdrug.report.draw import draw_flow as draw_flow
from livingdrug.report.draw import draw_grades as draw_grades
from livingdrug.report.draw import draw_relapse as draw_relapse
from livingdrug.report.draw import draw_survival as draw_survival
from livingdrug.report.draw import draw_transgene as draw_transgene
from livingdrug.report.draw import draw_treatments as draw_treatments
from livingdrug.report.draw import draw_visits as draw_visits
from livingdrug.report.graded_chart import GradedChart as GradedChart
from livingdrug.report.grades_files import grades_csv as grades_csv
from livingdrug.report.grades_files import grades_json as grades_json
from livingdrug.report.grades_page import grades_page as grades_page
from livingdrug.report.grades_text import print_grades as print_grades
from livingdrug.report.guide_html import guide_page as guide_page
from livingdrug.report.guide_pdf import guide_pdf as guide_pdf
from livingdrug.report.guide_text import guide_text as guide_text
from livingdrug.report.options_blocks import Asked as Asked
from livingdrug.report.options_json import options_json as options_json
from livingdrug.report.options_text import print_options as print_options
from livingdrug.report.page import trial_page as trial_page
from livingdrug.report.patient_figure import draw_course as draw_course
from livingdrug.report.patient_figure import patient_picture as patient_picture
from livingdrug.report.patient_json import patient_json as patient_json
from livingdrug.report.patient_page import patient_page as patient_page
from livingdrug.report.patient_text import print_patient as print_patient
from livingdrug.report.scores_text import Scored as Scored
from livingdrug.report.scores_text import print_fields as print_fields
from livingdrug.report.scores_text import print_scores as print_scores
from livingdrug.report.scores_text import scores_json as scores_json
from livingdrug.report.table import print_trial as print_trial

__all__ = [
    "Asked",
    "GradedChart",
    "Scored",
    "calendar_file",
    "calendar_json",
    "check_json",
    "dose_json",
    "draw_b_cells",
    "draw_blood_counts",
    "draw_comparison",
    "draw_course",
    "draw_flow",
    "draw_grades",
    "draw_relapse",
    "draw_survival",
    "draw_transgene",
    "draw_treatments",
    "draw_visits",
    "grades_csv",
    "grades_json",
    "grades_page",
    "guide_page",
    "guide_pdf",
    "guide_text",
    "options_json",
    "patient_json",
    "patient_page",
    "patient_picture",
    "print_calendar",
    "print_check",
    "print_dose",
    "print_fields",
    "print_grades",
    "print_options",
    "print_patient",
    "print_scores",
    "print_trial",
    "regrading_text",
    "scores_json",
    "trial_page",
]
