"""Factors between units, so that no bare conversion number stands in a rule or an equation."""

HOURS_PER_DAY = 24.0
MINUTES_PER_HOUR = 60.0
SECONDS_PER_MINUTE = 60.0
DAYS_PER_WEEK = 7.0
DAYS_PER_MONTH = 365.25 / 12.0
MONTHS_PER_YEAR = 12.0
ML_PER_L = 1000.0
DL_PER_L = 10.0
MG_PER_G = 1000.0
PERCENT = 100.0
UL_PER_L = 1e6
CELLS_PER_UL_PER_E9_PER_L = 1000.0
MG_PER_DL_PER_MG_PER_L = 0.1
"""A CRP of 10 mg/L is 1 mg/dL."""
DEGF_PER_DEGC = 1.8
DEGF_AT_0_DEGC = 32.0
