"""The engines that are compared, each behind one function ``load`` in a file of its own.

``load(problem)`` makes the engine ready and returns ``solve(n, tolerance)``, which carries the first n
patients through all output days and returns the states, array (outputs, states, n), NaN where it gave up.
The relative tolerance is ``tolerance``; the absolute one is ``tolerance`` times ``problem.scale``.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Solve = Callable[[int, float], np.ndarray]


@dataclass(frozen=True)
class Engine:
    """One line of the comparison.

    Attributes
    ----------
    name : str
        As shown.
    module : str
        The file in this folder.
    package : str
        Of which the version is stated.
    tolerances : tuple of float
    n_patients : int
        Solved in one call, and again until a timed run is over; a call is sized so that what it returns
        stays small, as in a run of a trial, which goes chunk by chunk.
    """

    name: str
    module: str
    package: str
    tolerances: tuple[float, ...]
    n_patients: int


_ALL = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9)

ENGINES = (
    Engine("livingdrug kernel", "kernel", "livingdrug", _ALL, 1024),
    Engine("numbalsoda LSODA", "numbalsoda", "numbalsoda", _ALL, 256),
    Engine("libRoadRunner CVODE", "roadrunner", "libroadrunner", _ALL, 64),
    Engine("AMICI CVODES", "amici_cvodes", "amici", _ALL, 64),
    Engine("diffrax Tsit5", "diffrax_tsit5", "diffrax", _ALL, 128),
    Engine("diffrax Kvaerno5", "diffrax_kvaerno5", "diffrax", _ALL[1:6], 32),
    Engine("SciPy LSODA, scalar code", "scipy_scalar", "scipy", _ALL, 16),
    Engine("SciPy LSODA, arrays", "scipy_arrays", "scipy", _ALL[2:7], 4),
)
