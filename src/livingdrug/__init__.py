"""The tisagenlecleucel (CAR-T) treatment course as an executable system.

For research and education; not a medical device. The names below are the public ones; each is loaded
when it is first asked for, so that ``import livingdrug`` costs nothing. Modules inside the package
never import this one.
"""

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from livingdrug import report as report
    from livingdrug.course import Course as Course
    from livingdrug.course import run_course as run_course
    from livingdrug.draws import Draws as Draws
    from livingdrug.errors import LivingdrugError as LivingdrugError
    from livingdrug.evidence import load_edition as load_edition
    from livingdrug.patients import Patients as Patients
    from livingdrug.patients import read_patient_toml as read_patient_toml
    from livingdrug.patients import read_patients_csv as read_patients_csv
    from livingdrug.patients import sample_patients as sample_patients
    from livingdrug.plans import Plan as Plan
    from livingdrug.tables import to_pandas as to_pandas
    from livingdrug.trial import Design as Design
    from livingdrug.trial import RunSettings as RunSettings
    from livingdrug.trial import TrialResult as TrialResult
    from livingdrug.trial import known_designs as known_designs
    from livingdrug.trial import load_design as load_design
    from livingdrug.trial import run_trial as run_trial

__all__ = [
    "Course",
    "Design",
    "Draws",
    "LivingdrugError",
    "Patients",
    "Plan",
    "RunSettings",
    "TrialResult",
    "known_designs",
    "load_design",
    "load_edition",
    "read_patient_toml",
    "read_patients_csv",
    "report",
    "run_course",
    "run_trial",
    "sample_patients",
    "to_pandas",
]

_HOMES = {
    "Course": "livingdrug.course",
    "Design": "livingdrug.trial",
    "Draws": "livingdrug.draws",
    "LivingdrugError": "livingdrug.errors",
    "Patients": "livingdrug.patients",
    "Plan": "livingdrug.plans",
    "RunSettings": "livingdrug.trial",
    "TrialResult": "livingdrug.trial",
    "known_designs": "livingdrug.trial",
    "load_design": "livingdrug.trial",
    "load_edition": "livingdrug.evidence",
    "read_patient_toml": "livingdrug.patients",
    "read_patients_csv": "livingdrug.patients",
    "report": "livingdrug.report",
    "run_course": "livingdrug.course",
    "run_trial": "livingdrug.trial",
    "sample_patients": "livingdrug.patients",
    "to_pandas": "livingdrug.tables",
}


def __getattr__(name: str) -> Any:
    """Load a public name from its home, or a public module itself, when it is first asked for."""
    if name == "__version__":  # asked for here, so that the package can be read before it is installed
        return version("livingdrug")
    if name not in _HOMES:
        raise AttributeError(f"module 'livingdrug' has no attribute {name!r}")
    home = import_module(_HOMES[name])
    return home if home.__name__ == f"{__name__}.{name}" else getattr(home, name)


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted([*globals(), *__all__])
