"""What the compiled module (engine/kernel/module.cpp) offers; only ``engine.integrate`` calls it."""

import numpy as np

SOURCES_HASH: str
BUILD: str
N_CONSTANTS: int

def names() -> list[str]: ...
def prepare(name: str, parameters: np.ndarray, constants: np.ndarray) -> None: ...
def run(
    name: str,
    rows: np.ndarray,
    state: np.ndarray,
    constants: np.ndarray,
    scales: np.ndarray,
    day_from: np.ndarray,
    day_to: np.ndarray,
    outputs: np.ndarray,
    kept: np.ndarray,
    relative_tolerance: float,
    least_pivot: float,
    most_steps: int,
    n_threads: int,
    step: np.ndarray,
    after: np.ndarray,
    at_outputs: np.ndarray,
    failed: np.ndarray,
    n_steps: np.ndarray,
    n_rejected: np.ndarray,
    n_exchanged: np.ndarray,
) -> None: ...
def elementary(name: str, x: np.ndarray, exponential: np.ndarray, logarithm: np.ndarray) -> None: ...
