"""The form of an evidence file: what an entry, a source and an edition must state."""

import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Scalar = bool | int | Annotated[float, Field(allow_inf_nan=False)] | str
Value = Scalar | list[Scalar]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


class Basis(StrEnum):
    """How a value came to be."""

    ESTIMATED = "estimated"
    FIXED = "fixed"
    RULE = "rule"
    DIGITISED = "digitised"
    FITTED = "fitted"
    ASSUMED = "assumed"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Spread(_Strict):
    """How much a value differs between patients: a distribution around it and its standard deviation.

    ``lognormal``: value is the median, sd is of the natural logarithm. ``log10_normal``: value is
    itself a log10 and sd is in log10 units. ``logit_normal``: value is a median fraction, sd is of its
    logit. ``normal``: value is the mean.
    """

    kind: Literal["normal", "lognormal", "log10_normal", "logit_normal"]
    sd: float = Field(gt=0)


class Stated(_Strict):
    """What one edition says."""

    value: Value | None = None
    absent: str | None = None
    source: Key | None = None
    where: str | None = None
    basis: Basis | None = None
    checked: datetime.date | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "Stated":
        if (self.value is None) == (self.absent is None):
            raise ValueError("give either value or absent (the reason why the edition states none)")
        return self


class Entry(_Strict):
    """One value with its unit and source, the same in every edition or versioned by edition."""

    label: str = Field(min_length=3)
    unit: str
    basis: Basis
    source: Key
    where: str = Field(min_length=1)
    value: Value | None = None
    by_edition: dict[Key, Stated] = {}
    spread: Spread | None = None
    checked: datetime.date | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _has_a_value(self) -> "Entry":
        if self.value is None and not self.by_edition:
            raise ValueError("give a value or by_edition")
        return self


class Source(_Strict):
    """Where a value was read."""

    title: str
    url: str = ""
    kind: Literal["label", "trial", "review", "model", "guideline", "registry", "assumption", "dataset"]
    note: str | None = None


class EditionInfo(_Strict):
    """A dated version of the label (or of the product brief)."""

    title: str
    jurisdiction: Literal["us", "eu", "none"]
    date: str
    source: Key
    selectable: bool
    inherits: Key | None = None
    warning: str | None = None
    """Shown with every answer computed under this edition."""
