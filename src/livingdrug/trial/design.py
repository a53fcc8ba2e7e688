"""A trial as a file: population, plan, accrual, data cuts, analysis rules and the rows it is held against."""

import hashlib
import math
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from scipy.stats import norm

from livingdrug.errors import BadInput, UnknownName
from livingdrug.evidence import library
from livingdrug.plans import Plan, plan_from_table

_CELL_FIELDS = {"value", "source", "where", "checked", "note", "basis"}


def _open_cell(cell: Any) -> Any:
    """Take the value out of ``{value, source, where}``; a bare value stands for itself."""
    if not isinstance(cell, dict):
        return cell
    if "value" not in cell or set(cell) - _CELL_FIELDS:
        raise ValueError(f"expected value, source, where; fields are {', '.join(sorted(cell))}")
    if cell.get("source") not in library().sources:
        raise ValueError(f"source {cell.get('source')!r} is not in sources.toml")
    return cell["value"]


_Sourced = BeforeValidator(_open_cell)
Number = Annotated[float, _Sourced, Field(allow_inf_nan=False)]
Patients = Annotated[int, _Sourced, Field(ge=1)]
Flag = Annotated[bool, _Sourced]
Month = Annotated[str, Field(pattern=r"^\d{4}-\d{2}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Accrual(_Strict):
    """How patients' infusion dates lie around the median date."""

    first: Month
    last: Month
    spread_months: Annotated[Number, Field(gt=0)]
    earliest_months: Annotated[Number, Field(lt=0)]
    latest_months: Annotated[Number, Field(gt=0)]


class Analysis(_Strict):
    """Rules that several endpoints share."""

    visit_window_days: Annotated[Number, Field(gt=0)]
    unevaluable_counts_as_no_response: Flag


class Compare(_Strict):
    """Which published rows are set beside the simulation."""

    study: str
    population: str | None = None


class _File(_Strict):
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: str
    baseline: str
    n_enrolled: Patients | None = None
    n_infused: Patients
    cuts: dict[str, Annotated[Number, Field(gt=0)]]
    accrual: Accrual
    analysis: Analysis
    compare: tuple[Compare, ...]
    plan: dict[str, Any]


@dataclass(frozen=True)
class Design:
    """A trial that can be run; ``hash`` is over the file's text.

    ``n_enrolled`` is None where losses before infusion were not recorded, as in a registry.
    """

    name: str
    title: str
    baseline: str
    n_enrolled: int | None
    n_infused: int
    cuts_months: dict[str, float]
    accrual: Accrual
    analysis: Analysis
    compare: tuple[Compare, ...]
    plan: Plan
    hash: str


def known_designs() -> tuple[str, ...]:
    """Return the names of the designs that come with the package."""
    folder = files("livingdrug.trial").joinpath("designs")
    return tuple(sorted(item.name[:-5] for item in folder.iterdir() if item.name.endswith(".toml")))


def _read_text(name_or_path: str) -> tuple[str, str]:
    """Return a design's text and the place to name in messages."""
    if not name_or_path.endswith(".toml"):
        if name_or_path not in known_designs():
            raise UnknownName("design", name_or_path, known_designs())
        return files("livingdrug.trial").joinpath("designs", f"{name_or_path}.toml").read_text(
            "utf-8"
        ), name_or_path
    try:
        return Path(name_or_path).read_text(encoding="utf-8"), name_or_path
    except OSError as problem:
        raise BadInput(f"{name_or_path}: {problem.strerror}, expected a design file") from problem
    except UnicodeDecodeError as problem:
        raise BadInput(f"{name_or_path}: not UTF-8 text, expected a design file") from problem


def _fields_at(place: tuple[int | str, ...]) -> list[str]:
    """Return the names that a table of the design may hold."""
    models: dict[tuple[int | str, ...], type[BaseModel]] = {("accrual",): Accrual, ("analysis",): Analysis}
    model = Compare if place[:1] == ("compare",) else models.get(place[:1], _File)
    return list(model.model_fields)


def _describe(fault: Any) -> str:
    at = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        return f"{at}: {UnknownName('field', str(fault['loc'][-1]), _fields_at(fault['loc']))}"
    if fault["type"] == "missing":
        return f"{at}: missing"
    return f"{at}: {fault['msg']} (got {fault['input']!r})"


def read_design(text: str, place: str) -> Design:
    """Build a design from the text of its file.

    Raises
    ------
    BadInput
        Lists every unknown, missing or faulty field with its value and what was expected.
    """
    try:
        read = _File.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as problem:
        raise BadInput(f"{place}: {problem}") from problem
    except ValidationError as problem:
        faults = [_describe(fault) for fault in problem.errors()]
        raise BadInput(
            f"{place}: {len(faults)} fault(s) in the design:\n  " + "\n  ".join(faults)
        ) from problem
    return Design(
        name=read.name,
        title=read.title,
        baseline=read.baseline,
        n_enrolled=read.n_enrolled,
        n_infused=read.n_infused,
        cuts_months=read.cuts,
        accrual=read.accrual,
        analysis=read.analysis,
        compare=read.compare,
        plan=plan_from_table(read.plan, place),
        hash=hashlib.sha256(text.encode()).hexdigest()[:16],
    )


def load_design(name_or_path: str | Path) -> Design:
    """Return a design of the package by name ("juliet"), or read one from a TOML file.

    Raises
    ------
    UnknownName
        No design of this name.
    BadInput
        The file cannot be read, or is faulty.
    """
    return read_design(*_read_text(str(name_or_path)))


def followed_months(accrual: Accrual, uniform: np.ndarray, cut_months: float) -> np.ndarray:
    """Return the months between each patient's infusion and a data cut.

    Infusion dates are normal around the median date, within the accrual window; patients early in
    the accrual (uniform near 0) are followed longest.

    Parameters
    ----------
    accrual : Accrual
    uniform : array (patients,), 1
    cut_months : float, month
        Follow-up at the cut of the patient infused on the median date; inf shows everything.
    """
    if math.isinf(cut_months):
        return np.full(len(uniform), np.inf)
    later = norm.ppf(uniform) * accrual.spread_months
    return cut_months - np.clip(later, accrual.earliest_months, accrual.latest_months)
