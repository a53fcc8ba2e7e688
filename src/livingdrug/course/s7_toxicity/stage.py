"""Stage 7 put together: grades the record of each infused patient and draws what no stage models."""

import dataclasses
from typing import Any

import numpy as np

from livingdrug.bedside.answers import tri
from livingdrug.bedside.bounds import grade_with_death
from livingdrug.course.causes import DeathCause
from livingdrug.course.s7_toxicity.chance import draw_reactions
from livingdrug.course.s7_toxicity.counts import read_counts, read_syndromes, worst_infection
from livingdrug.course.s7_toxicity.crs_care import crs_care, hospital_stay
from livingdrug.course.s7_toxicity.crs_episode import CrsEpisode, crs_episode
from livingdrug.course.s7_toxicity.neurology import icans_episode, wide_event
from livingdrug.course.s7_toxicity.record import Followed, Infused, Toxicity
from livingdrug.draws import Draws
from livingdrug.evidence import Edition
from livingdrug.patients import Patients

_RELATED = (DeathCause.CRS, DeathCause.NEUROTOXICITY, DeathCause.HLH)


def grade_toxicity(
    patients: Patients, infusion: Infused, in_vivo: Followed, rules: Edition, draws: Draws
) -> Toxicity:
    """Grade the toxicity of each infused patient from what was observed.

    Everything is read from the observations, except the columns named in ``DRAWN_COLUMNS``: those rest on
    reactions drawn at the label's rates and are inputs.

    Parameters
    ----------
    patients : Patients
    infusion, in_vivo
        Records of stages 5 and 6.
    rules : Edition
        The evidence.
    draws : Draws
        The patients' luck.

    Returns
    -------
    Toxicity
    """
    seen = in_vivo.observations
    reached = in_vivo.reached & infusion.infused
    crs = crs_episode(seen, patients.age_years, rules)
    icans = icans_episode(seen, patients.age_years, rules)
    cause = in_vivo.death_cause
    columns = _crs_columns(crs, tri(cause == DeathCause.CRS))
    fatal = tri(cause == DeathCause.NEUROTOXICITY)
    icans = dataclasses.replace(icans, grade=grade_with_death(icans.grade, fatal))
    reactions, names = draw_reactions(patients.indication, columns["crs_as_fda_penn"], reached, rules, draws)
    wide = wide_event(icans, reactions, names, patients.indication, in_vivo.followed_until_day, rules, draws)
    related = np.zeros(len(patients), dtype=bool)
    for kind in _RELATED:
        related = related | (cause == kind)
    found = (
        crs_care(seen, crs.penn_at_each_time, crs.episode.inside, rules),
        hospital_stay(seen, rules),
        read_counts(seen, in_vivo.death_day, rules),
        read_syndromes(seen, patients, crs.episode.inside, rules),
    )
    columns |= {
        "n_tocilizumab": in_vivo.n_tocilizumab,
        "steroid_given": ~np.isnan(in_vivo.steroid_first_day),
        "icans_grade": icans.grade,
        "icans_onset_day": icans.onset_day,
        "icans_resolved_day": icans.resolved_day,
        "neurological_event_grade": wide.grade,
        "neurological_onset_day": wide.onset_day,
        "neurological_resolved_day": wide.resolved_day,
        "headache": _drawn("Headache", reactions, names),
        "encephalopathy": _drawn("Encephalopathy", reactions, names),
        "delirium": _drawn("Delirium", reactions, names),
        "infection_grade_8_weeks": worst_infection(
            in_vivo.observations.day, in_vivo.observations.infection_grade, rules
        ),
        "treatment_related_death": related,
    }
    for part in found:
        columns |= {field.name: getattr(part, field.name) for field in dataclasses.fields(part)}
    masked = {name: _only(column, reached) for name, column in columns.items()}
    return Toxicity(reached=reached, reactions=reactions, reaction_names=names, **masked)


def _crs_columns(crs: CrsEpisode, died_of_crs: np.ndarray) -> dict[str, Any]:
    """Columns of the CRS episode; a death of CRS is grade 5 on every scale."""
    columns: dict[str, Any] = {
        f"crs_{name}": grade_with_death(getattr(crs, name), died_of_crs)
        for name in ("penn", "lee", "astct", "as_fda_penn")
    }
    columns |= {f"crs_with_{sign}": getattr(crs, f"with_{sign}") for sign in _SIGNS}
    columns |= {name: getattr(crs, name) for name in _SUPPORT}
    return columns | {
        "crs_onset_day": crs.episode.onset_day,
        "crs_resolved_day": crs.episode.resolved_day,
        "crs_as_fda_onset_day": crs.as_fda_onset_day,
    }


_SIGNS = ("fever", "hypotension", "hypoxia", "tachycardia")
_SUPPORT = ("icu", "oxygen_given", "intubated", "high_dose_vasopressor", "dialysis")


def _drawn(name: str, reactions: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
    return reactions[:, names.index(name)] >= 1


def _only(column: np.ndarray, reached: np.ndarray) -> np.ndarray:
    """Blank the rows that were never infused: NaN, False or -1 by the kind of column."""
    if column.dtype == bool:
        return column & reached
    if np.issubdtype(column.dtype, np.floating):
        return np.where(reached, column, np.nan)
    return np.where(reached, column, np.int8(-1)).astype(column.dtype)
