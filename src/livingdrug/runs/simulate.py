"""One chunk through the whole course."""

from dataclasses import dataclass

from livingdrug.course import Course, run_course
from livingdrug.draws import Draws
from livingdrug.endpoints import PatientRecord, summarise_course
from livingdrug.engine.integrate import BASELINE, ISA_VARIABLE, kernel_in_use
from livingdrug.errors import BadInput
from livingdrug.evidence import Edition, load_edition
from livingdrug.patients import sample_patients
from livingdrug.plans import Plan
from livingdrug.runs.chunks import Chunk
from livingdrug.runs.provenance import code_hash


@dataclass(frozen=True)
class Task:
    """Who is treated, how, under which edition, with which luck, by which state of package and kernel."""

    baseline: str
    plan: Plan
    edition: str
    seed: int
    code_hash: str
    kernel: str


def task_here(baseline: str, plan: Plan, edition: str, seed: int) -> Task:
    """Return a task for the state in which package and kernel are now."""
    return Task(baseline, plan, edition, seed, code_hash(), kernel_in_use())


@dataclass(frozen=True)
class Simulated:
    """The course of a chunk's patients with its rules and their luck, and what endpoints read of it."""

    rules: Edition
    course: Course
    record: PatientRecord


def simulate_patients(first: int, n: int, task: Task) -> Simulated:
    """Sample the patients first .. first + n - 1 and take them through the course.

    Raises
    ------
    BadInput
        The package was edited after the run began, or this worker's kernel is another: two states would mix.
    """
    if code_hash() != task.code_hash:
        raise BadInput(
            f"livingdrug: code or evidence changed during the run: code hash {code_hash()}, "
            f"expected {task.code_hash}; start the run again"
        )
    if kernel_in_use() != task.kernel:
        raise BadInput(
            f"livingdrug: a worker's kernel is {kernel_in_use()!r}, expected {task.kernel!r}; "
            f"set {ISA_VARIABLE}={BASELINE} for all of them and start the run again"
        )
    rules = load_edition(task.edition)
    draws = Draws(task.seed, first, n)
    course = run_course(sample_patients(task.baseline, draws, rules), task.plan, rules, draws)
    return Simulated(rules, course, summarise_course(course, rules, draws))


def simulate_chunk(chunk: Chunk) -> PatientRecord:
    """Return what endpoints read of a chunk's patients, and let the observations go."""
    return simulate_patients(chunk.first, chunk.n, chunk.task).record
