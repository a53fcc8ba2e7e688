"""What a run found, as text, tables and pictures."""

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
from livingdrug.report.page import trial_page as trial_page
from livingdrug.report.patient_figure import draw_course as draw_course
from livingdrug.report.patient_figure import patient_picture as patient_picture
from livingdrug.report.patient_json import patient_json as patient_json
from livingdrug.report.patient_page import patient_page as patient_page
from livingdrug.report.patient_text import print_patient as print_patient
from livingdrug.report.table import print_trial as print_trial

__all__ = [
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
    "patient_json",
    "patient_page",
    "patient_picture",
    "print_patient",
    "print_trial",
    "trial_page",
]
