"""What this stage reads of the records of the stages before it."""

from typing import Protocol

import numpy as np


class Made(Protocol):
    """Columns of the manufacturing record, (patients,)."""

    @property
    def tumour_cells_at_lymphodepletion(self) -> np.ndarray: ...  # noqa: D102
    @property
    def growth_per_day(self) -> np.ndarray: ...  # noqa: D102
    @property
    def memory_fraction(self) -> np.ndarray: ...  # noqa: D102
    @property
    def vector_copies_per_car_cell(self) -> np.ndarray: ...  # noqa: D102


class Prepared(Protocol):
    """Columns of the lymphodepletion record, (patients,)."""

    @property
    def start_day(self) -> np.ndarray: ...  # noqa: D102
    @property
    def end_day(self) -> np.ndarray: ...  # noqa: D102
    @property
    def white_cells_e9_per_l_before(self) -> np.ndarray: ...  # noqa: D102
    @property
    def fludarabine_auc_mg_h_per_l(self) -> np.ndarray: ...  # noqa: D102
    @property
    def cyclophosphamide_mg_per_m2_total(self) -> np.ndarray: ...  # noqa: D102
    @property
    def bendamustine_mg_per_m2_total(self) -> np.ndarray: ...  # noqa: D102
    @property
    def cytarabine_mg_per_m2_total(self) -> np.ndarray: ...  # noqa: D102


class Infused(Protocol):
    """Columns of the infusion record, (patients,)."""

    @property
    def infused(self) -> np.ndarray: ...  # noqa: D102
    @property
    def dose_cells(self) -> np.ndarray: ...  # noqa: D102
    @property
    def outpatient(self) -> np.ndarray: ...  # noqa: D102
