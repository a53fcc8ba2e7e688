"""What a run found, as text, tables and pictures."""

from livingdrug.report.page import trial_page as trial_page
from livingdrug.report.table import print_trial as print_trial

__all__ = ["print_trial", "trial_page"]
