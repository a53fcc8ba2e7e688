"""Kinetic endpoints: exposure by response, persistence, and tumour volume by severity of CRS."""

from collections.abc import Callable

import numpy as np

from livingdrug.endpoints import statistics
from livingdrug.endpoints.snapshot import Endpoint, Observed, Snapshot, Statistic

Read = Callable[[Snapshot], np.ndarray]


def _by_response(read: Read, statistic: Statistic, responding: bool) -> Endpoint:
    """Return a figure over responders (or non-responders) in whom the parameter could be computed."""

    def observe(snapshot: Snapshot, _month: float) -> Observed:
        values = read(snapshot)
        group = snapshot.responded if responding else snapshot.record.infused & ~snapshot.responded
        return Observed(group & ~np.isnan(values), (values,), statistic)

    return observe


def _both(name: str, read: Read, statistic: Statistic) -> dict[str, Endpoint]:
    return {
        name.format("responders"): _by_response(read, statistic, responding=True),
        name.format("non_responders"): _by_response(read, statistic, responding=False),
    }


def _persistence(responding: bool) -> Endpoint:
    """Return the longest persistence among responders or the others, in a trial of all infused."""

    def observe(snapshot: Snapshot, _month: float) -> Observed:
        group = snapshot.responded if responding else ~snapshot.responded
        tlast = np.where(group, snapshot.exposure.tlast, np.nan)
        return Observed(snapshot.record.infused, (tlast,), statistics.maximum)

    return observe


def _volume(low: int, high: int) -> Endpoint:
    """Return the median tumour volume before infusion of those whose worst Penn grade is low to high."""

    def observe(snapshot: Snapshot, _month: float) -> Observed:
        record = snapshot.record
        members = record.infused & (record.crs_penn >= low) & (record.crs_penn <= high)
        return Observed(
            members & ~np.isnan(record.tumour_volume_ml), (record.tumour_volume_ml,), statistics.median
        )

    return observe


def _label_table(disease: str) -> dict[str, Endpoint]:
    """Return the kinetic table of a label for one disease, by response."""
    parameters = (
        ("cmax_mean", lambda s: s.exposure.cmax, statistics.geometric_mean),
        ("cmax_cv", lambda s: s.exposure.cmax, statistics.geometric_cv),
        ("tmax", lambda s: s.exposure.tmax, statistics.median),
        ("auc_mean", lambda s: s.exposure.auc, statistics.geometric_mean),
        ("auc_cv", lambda s: s.exposure.auc, statistics.geometric_cv),
        ("half_life_mean", lambda s: s.exposure.half_life, statistics.geometric_mean),
        ("half_life_cv", lambda s: s.exposure.half_life, statistics.geometric_cv),
        ("tlast", lambda s: s.exposure.tlast, statistics.median),
    )
    found: dict[str, Endpoint] = {}
    for name, read, statistic in parameters:
        found |= _both(f"{disease}_{name}_{{}}", read, statistic)
    return found


_NOT_PRINTED = ("fl_auc_cv_non_responders",)

EXPOSURES: dict[str, Endpoint] = {
    **_both("cmax_mean_{}", lambda s: s.exposure.cmax, statistics.geometric_mean),
    **_both("cmax_cv_{}", lambda s: s.exposure.cmax, statistics.geometric_cv),
    **_both("tmax_{}", lambda s: s.exposure.tmax, statistics.median),
    **_both("auc_mean_{}", lambda s: s.exposure.auc, statistics.geometric_mean),
    **_both("auc_cv_{}", lambda s: s.exposure.auc, statistics.geometric_cv),
    **_both("half_life_mean_{}", lambda s: s.exposure.half_life, statistics.geometric_mean),
    **_both("half_life_cv_{}", lambda s: s.exposure.half_life, statistics.geometric_cv),
    **_both("half_life_mean_{}_us", lambda s: s.exposure.half_life, statistics.geometric_mean),
    **_both("half_life_cv_{}_us", lambda s: s.exposure.half_life, statistics.geometric_cv),
    **_both("tlast_{}", lambda s: s.exposure.tlast, statistics.median),
    **_label_table("all"),
    **_both("all_half_life_mean_{}_us", lambda s: s.exposure.half_life, statistics.geometric_mean),
    **_both("all_half_life_cv_{}_us", lambda s: s.exposure.half_life, statistics.geometric_cv),
    **{key: observe for key, observe in _label_table("fl").items() if key not in _NOT_PRINTED},
    "persistence_max_responders": _persistence(responding=True),
    "persistence_max_non_responders": _persistence(responding=False),
    "pet_volume_no_crs": _volume(0, 0),
    "pet_volume_crs_1_2": _volume(1, 2),
    "pet_volume_crs_3_4": _volume(3, 5),
}
"""Definitions of ``targets.definitions`` that read exposure or tumour volume."""
