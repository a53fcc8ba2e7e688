"""One patient's whole plan, phase by phase, in the order of its dates."""

from livingdrug.bedside.dates import KeyDates
from livingdrug.bedside.lymphodepletion import Regimen
from livingdrug.bedside.milestones.before import before_collection, tests_before, waiting
from livingdrug.bedside.milestones.chemotherapy import chemotherapy
from livingdrug.bedside.milestones.family import family
from livingdrug.bedside.milestones.first_weeks import first_weeks
from livingdrug.bedside.milestones.infusion import infusion_day
from livingdrug.bedside.milestones.later import antibodies, follow_up, for_life, registry, visits
from livingdrug.bedside.milestones.lines import Milestone
from livingdrug.evidence import Edition
from livingdrug.patients import Indication, Patients
from livingdrug.plans import Plan


def plan_by_date(
    patients: Patients, row: int, dates: KeyDates, regimen: Regimen, plan: Plan, rules: Edition
) -> tuple[Milestone, ...]:
    """Return one patient's plan in the order of its dates.

    Lines of the edition count from the key dates; a typical wait says so. What the edition does not
    state is left out.

    Parameters
    ----------
    patients : Patients
    row : int
        Which patient.
    dates : KeyDates
    regimen : Regimen
        The lymphodepletion that is dated.
    plan : Plan
        For visits and bridging.
    rules : Edition

    Source
    ------
    label.screening, label.leukapheresis, label.timeline, label.lymphodepletion, label.infusion,
    label.monitoring, label.counselling, label.delay.
    """
    indication = Indication(int(patients.indication[row]))
    lines = [
        *before_collection(dates, indication, rules),
        *waiting(dates, plan, rules),
        *tests_before(patients, row, dates, rules),
        *chemotherapy(patients, row, dates, regimen, rules),
        *infusion_day(dates, indication, rules),
        *first_weeks(dates, rules),
        *family(patients, row, dates, rules),
        *visits(dates, plan, rules),
        *antibodies(dates, rules),
        *for_life(dates, rules),
        *registry(dates, rules),
        *follow_up(dates, rules),
    ]
    return tuple(sorted(lines, key=lambda line: (line.first, not line.by)))
