"""A shortened JULIET for tests of whole runs; as a script, such a run in small chunks, to be killed at will.

``python -m tests.short_runs trial|cohort FOLDER`` writes what it finds into the folder.
"""

import dataclasses
import sys
from functools import partial
from pathlib import Path

from livingdrug.report import trial_page
from livingdrug.runs import split, write_atomically
from livingdrug.trial import RunSettings, arms, cohort, load_design, run_trial, trial_json, write_cohort

JULIET = load_design("juliet")
PLAN = dataclasses.replace(JULIET.plan, horizon_months=3.0, visit_months=(1.0, 3.0))
SHORT = dataclasses.replace(JULIET, plan=PLAN, compare=JULIET.compare[:1])
FIELDS = ("crp_mg_per_l", "place_of_care", "fluid_bolus")
N, CHUNK, WORKERS = 16, 2, 2


def run(what: str, folder: Path) -> None:
    """Run a trial or write a cohort into a folder, in chunks of a few patients."""
    if what == "cohort":
        write_cohort(SHORT, RunSettings(n=N, workers=WORKERS, out=folder), FIELDS)
        return
    result = run_trial(SHORT, RunSettings(n=N, replicates=2, workers=WORKERS, out=folder))
    write_atomically(folder / "rows.json", trial_json(result).encode())
    write_atomically(folder / "page.html", trial_page(result).encode())


if __name__ == "__main__":
    arms.split = cohort.split = partial(split, size=CHUNK)
    run(sys.argv[1], Path(sys.argv[2]))
