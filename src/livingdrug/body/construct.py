"""The receptor that makes a T cell a living drug: its domains and what they do, from one file each."""

from dataclasses import dataclass
from typing import Any

from livingdrug.evidence import Edition


@dataclass(frozen=True)
class Construct:
    """A CAR construct; ratios are relative to tisagenlecleucel, counts are molecules a cell.

    ``domains`` run from the signal peptide to the signal inside the cell.
    """

    name: str
    domains: tuple[str, ...]
    vector: str
    target: str
    receptors_per_cell: float
    antigens_per_cell: float
    affinity_receptors: float
    half_engaged_complexes: float
    killing_ratio: float
    interferon_ratio: float
    growth_ratio: float
    death_ratio: float
    memory_ratio: float
    exhaustion_ratio: float


_NUMBERS = (
    "receptors_per_cell",
    "antigens_per_cell",
    "affinity_receptors",
    "half_engaged_complexes",
    "killing_ratio",
    "interferon_ratio",
    "growth_ratio",
    "death_ratio",
    "memory_ratio",
    "exhaustion_ratio",
)


def read_construct(rules: Edition, name: str = "tisagenlecleucel") -> Construct:
    """Return a construct from ``evidence/data/construct/<name>.toml``.

    Raises
    ------
    UnknownName
        No file of this name.
    """
    place = f"construct.{name}"
    order = rules.stated(f"{place}.domains")
    names = order if isinstance(order, list) else [order]
    domains = tuple(str(rules.stated(f"{place}.domain.{part}")) for part in names)
    vector, target = (str(rules.stated(f"{place}.{text}")) for text in ("vector", "target"))
    numbers = {number: rules.number(f"{place}.{number}") for number in _NUMBERS}
    return Construct(name=name, domains=domains, vector=vector, target=target, **numbers)


def engagement(construct: Construct, antigens_per_cell: Any) -> Any:
    """Return how far target cells of this antigen density are engaged, 0 (none) to 1.

    complexes c = D_CAR D_19 / (D_19 + D_CAR + K_D) (quasi-steady state);  phi = c / (K_50 + c)

    Source
    ------
    singh_2021 (half-saturation); densities and affinity of the construct's file.
    """
    total = antigens_per_cell + construct.receptors_per_cell + construct.affinity_receptors
    complexes = construct.receptors_per_cell * antigens_per_cell / total
    return complexes / (construct.half_engaged_complexes + complexes)
