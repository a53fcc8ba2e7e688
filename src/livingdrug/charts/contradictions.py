"""What cannot be true at once in one row: two fields that contradict each other are faults."""

from collections.abc import Mapping

import numpy as np

from livingdrug.charts.cells import Faults
from livingdrug.charts.columns import columns
from livingdrug.observations import OxygenDevice

_DOSES = (
    "norepinephrine_ug_per_min",
    "epinephrine_ug_per_min",
    "phenylephrine_ug_per_min",
    "dopamine_ug_per_kg_per_min",
)
"""Vasopressors that a count of them includes; vasopressin is counted apart."""


def tell_contradictions(fields: Mapping[str, np.ndarray], lines: np.ndarray, faults: Faults) -> None:
    """Add a fault for each row whose fields cannot be true together; what is unknown contradicts nothing.

    Parameters
    ----------
    fields : mapping of field to array (rows,)
        In the unit of the record.
    lines : int array (rows,)
    """
    _tell_oxygen(fields, lines, faults)
    if "n_vasopressors" in fields:
        said = fields["n_vasopressors"]
        n_running = np.zeros(len(lines))
        for name in _DOSES:
            n_running = n_running + (fields[name] > 0) if name in fields else n_running
        faults.add_rows(
            np.flatnonzero(said < n_running),
            lines,
            lambda row: f"n_vasopressors {said[row]:g}: doses above 0 of {_running(fields, row)}",
        )


def _running(fields: Mapping[str, np.ndarray], row: int) -> str:
    return ", ".join(name for name in _DOSES if name in fields and fields[name][row] > 0)


def _tell_oxygen(fields: Mapping[str, np.ndarray], lines: np.ndarray, faults: Faults) -> None:
    if "oxygen_device" not in fields:
        return
    device = fields["oxygen_device"]
    room_air = columns()["fio2_percent"].low
    told = (
        (OxygenDevice.NONE, "oxygen_flow_l_per_min", lambda value: value > 0),
        (OxygenDevice.NONE, "fio2_percent", lambda value: value > room_air),
        (OxygenDevice.LOW_FLOW_NASAL, "oxygen_flow_l_per_min", lambda value: value == 0),
    )
    for code, name, contradicts in told:
        if name not in fields:
            continue
        values, word = fields[name], code.name.lower()
        faults.add_rows(
            np.flatnonzero((device == code) & contradicts(values)),
            lines,
            lambda row, values=values, word=word, name=name: (
                f"oxygen_device {word}: contradicts {name} {values[row]:g}"
            ),
        )
