"""What a run found, as text and tables."""

from livingdrug.report.table import print_trial as print_trial

__all__ = ["print_trial"]
