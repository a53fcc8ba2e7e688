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
    least_patients, most_patients : int
        Bounds on the patients of one timed run, which otherwise lasts ``compare.SECONDS_A_RUN``.
    """

    name: str
    module: str
    package: str
    tolerances: tuple[float, ...]
    least_patients: int
    most_patients: int


_ALL = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9)

ENGINES = (
    Engine("livingdrug kernel", "kernel", "livingdrug", _ALL, 256, 4096),
    Engine("numbalsoda LSODA", "numbalsoda", "numbalsoda", _ALL, 64, 4096),
    Engine("libRoadRunner CVODE", "roadrunner", "libroadrunner", _ALL, 64, 1024),
    Engine("AMICI CVODES", "amici_cvodes", "amici", _ALL, 64, 1024),
    Engine("diffrax Tsit5", "diffrax_tsit5", "diffrax", _ALL, 128, 128),
    Engine("diffrax Kvaerno5", "diffrax_kvaerno5", "diffrax", _ALL[1:6], 32, 32),
    Engine("SciPy LSODA, scalar code", "scipy_scalar", "scipy", _ALL, 16, 64),
    Engine("SciPy LSODA, arrays", "scipy_arrays", "scipy", _ALL[2:7], 4, 8),
)
