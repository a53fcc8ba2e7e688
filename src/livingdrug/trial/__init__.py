"""A trial from its design to the comparison with what was published."""

from livingdrug.trial.arms import RunSettings as RunSettings
from livingdrug.trial.arms import run_trial as run_trial
from livingdrug.trial.cohort import Cohort as Cohort
from livingdrug.trial.cohort import write_cohort as write_cohort
from livingdrug.trial.comparison import Comparison as Comparison
from livingdrug.trial.comparison import Row as Row
from livingdrug.trial.comparison import compare as compare
from livingdrug.trial.design import Design as Design
from livingdrug.trial.design import known_designs as known_designs
from livingdrug.trial.design import load_design as load_design
from livingdrug.trial.design import read_design as read_design
from livingdrug.trial.flow import Flow as Flow
from livingdrug.trial.flow import Loss as Loss
from livingdrug.trial.flow import patient_flow as patient_flow
from livingdrug.trial.incidence import MONTHS as MONTHS
from livingdrug.trial.incidence import Series as Series
from livingdrug.trial.incidence import incidence_in_pool as incidence_in_pool
from livingdrug.trial.incidence import survival_of_pool as survival_of_pool
from livingdrug.trial.regrading import Regrading as Regrading
from livingdrug.trial.regrading import regrade as regrade
from livingdrug.trial.result import TrialResult as TrialResult
from livingdrug.trial.result import trial_json as trial_json
from livingdrug.trial.targets import Target as Target
from livingdrug.trial.targets import read_targets as read_targets
from livingdrug.trial.targets import select_targets as select_targets
from livingdrug.trial.words import LIMITS as LIMITS

__all__ = [
    "LIMITS",
    "MONTHS",
    "Cohort",
    "Comparison",
    "Design",
    "Flow",
    "Loss",
    "Regrading",
    "Row",
    "RunSettings",
    "Series",
    "Target",
    "TrialResult",
    "compare",
    "incidence_in_pool",
    "known_designs",
    "load_design",
    "patient_flow",
    "read_design",
    "read_targets",
    "regrade",
    "run_trial",
    "select_targets",
    "survival_of_pool",
    "trial_json",
    "write_cohort",
]
