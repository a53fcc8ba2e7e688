"""Management options: what labels and guidelines name, and which criteria a patient meets; never an order."""

from livingdrug.bedside.options.criteria import Judged as Judged
from livingdrug.bedside.options.doses import OptionDose as OptionDose
from livingdrug.bedside.options.listing import Option as Option
from livingdrug.bedside.options.listing import guidelines_for as guidelines_for
from livingdrug.bedside.options.listing import options_for as options_for
from livingdrug.bedside.options.listing import scales_asked as scales_asked
from livingdrug.bedside.options.situation import GUIDELINE_TITLES as GUIDELINE_TITLES
from livingdrug.bedside.options.situation import Guideline as Guideline
from livingdrug.bedside.options.situation import Kind as Kind
from livingdrug.bedside.options.situation import Scale as Scale
from livingdrug.bedside.options.situation import Situation as Situation
from livingdrug.bedside.options.situation import Toxicity as Toxicity

__all__ = [
    "GUIDELINE_TITLES",
    "Guideline",
    "Judged",
    "Kind",
    "Option",
    "OptionDose",
    "Scale",
    "Situation",
    "Toxicity",
    "guidelines_for",
    "options_for",
    "scales_asked",
]
