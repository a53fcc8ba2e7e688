"""How a quantity is spread over patients of one indication."""

import numpy as np

from livingdrug.bedside.limits import by_indication
from livingdrug.evidence import Edition


def centre_and_spread(indication: np.ndarray, key: str, rules: Edition) -> tuple[np.ndarray, np.ndarray]:
    """Return centre and spread of a parameter that each indication has, arrays (patients,)."""
    centre = by_indication(indication, lambda kind: rules.number(f"{key}.{kind.key}"))
    return centre, by_indication(indication, lambda kind: rules.spread(f"{key}.{kind.key}"))
