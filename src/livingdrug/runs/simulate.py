"""One chunk through the whole course, reduced to what endpoints need."""

from dataclasses import dataclass

from livingdrug.course import run_course
from livingdrug.draws import Draws
from livingdrug.endpoints import PatientRecord, summarise_course
from livingdrug.errors import BadInput
from livingdrug.evidence import load_edition
from livingdrug.patients import sample_patients
from livingdrug.plans import Plan
from livingdrug.runs.pool import Chunk
from livingdrug.runs.provenance import code_hash


@dataclass(frozen=True)
class Task:
    """Who is treated, how, under which edition and with which luck, by which state of the package."""

    baseline: str
    plan: Plan
    edition: str
    seed: int
    code_hash: str


def simulate_chunk(chunk: Chunk) -> PatientRecord:
    """Sample the patients of a chunk, take them through the course and let the observations go.

    Raises
    ------
    BadInput
        The package was edited after the run began: a worker would mix two states of it.
    """
    task: Task = chunk.task
    if code_hash() != task.code_hash:
        raise BadInput(
            f"livingdrug: code or evidence changed during the run: code hash {code_hash()}, "
            f"expected {task.code_hash}; start the run again"
        )
    rules = load_edition(task.edition)
    draws = Draws(task.seed, chunk.first, chunk.n)
    patients = sample_patients(task.baseline, draws, rules)
    return summarise_course(run_course(patients, task.plan, rules, draws), rules, draws)
