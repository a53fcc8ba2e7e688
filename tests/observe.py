"""One endpoint of a made-up pool, without drawing trials from it."""

import numpy as np

from livingdrug.endpoints import OBSERVERS, Conduct, PatientRecord, Sampling, Snapshot

CONDUCT = Conduct(14.0, True, Sampling(50.0, 28.0, 3))


def members(key: str, record: PatientRecord, month: float = np.nan) -> list[bool]:
    """Return who is in the analysis set of a definition."""
    return OBSERVERS[key](seen(record), month).members.tolist()


def figure(key: str, record: PatientRecord, month: float = np.nan) -> float:
    """Return the figure of a definition over its whole analysis set."""
    observed = OBSERVERS[key](seen(record), month)
    columns = [column[observed.members][None] for column in observed.columns]
    if observed.fit is not None:
        return float(observed.statistic(observed.fit(*columns))[0])
    return float(observed.statistic(*columns)[0])


def seen(record: PatientRecord) -> Snapshot:
    """Return the database of a pool without a data cut."""
    return Snapshot(record, CONDUCT, np.full(len(record), np.inf))
