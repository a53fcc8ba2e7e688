"""Cure as chance: whether a small number of tumour cells dies out, by the exact birth-death law.

While a clone is large its cells follow the mean equation of the body. Below a limit each cell divides at
rate b (net growth + natural death) and dies at rate d(t) (natural death + killing), independently. The
chance that one cell's descendants are all gone by t is

    P0(t) = 1 - 1/W(t),   W = e^L + J,   L = integral of (d - b),   J = integral of b e^L

and P0^N for N cells. In place of L and J, which overflow, the body carries log_alive = -log W and
room = e^L / W (one over the mean size of a clone that lives), which obey
(log_alive)' = -d room and room' = room (d - b - d room). They are exact and bounded: 0 < room <= 1.

One uniform number a clone decides: the clone dies at the first decision at which P0^N passes it. Until
then the mean path is divided by 1 - P0^N, the mean of those that live.

Source: Kendall, Ann Math Statist 1948;19:1 (time-dependent birth and death).
"""

from dataclasses import dataclass, replace

import numpy as np

from livingdrug.body.events import row
from livingdrug.draws import Draws
from livingdrug.evidence import Edition


@dataclass(frozen=True)
class Clone:
    """One kind of tumour cell, followed by chance while it is small, arrays (patients,).

    Attributes
    ----------
    n_at_start : cells
        Number when last set under chance; NaN while the clone is large.
    luck : 1
        The uniform number that decides.
    extinct : bool
    """

    n_at_start: np.ndarray
    luck: np.ndarray
    extinct: np.ndarray


@dataclass(frozen=True)
class Clones:
    """The cells with CD19 and those without it."""

    positive: Clone
    negative: Clone


def _large(luck: np.ndarray) -> Clone:
    return Clone(np.full(len(luck), np.nan), luck, np.zeros(len(luck), dtype=bool))


def start_clones(n: int, draws: Draws) -> Clones:
    """Return clones that are all large, with the luck that will decide them."""
    positive, negative = draws.uniform("body/clone_positive"), draws.uniform("body/clone_negative")
    return Clones(_large(positive[:n]), _large(negative[:n]))


def extinction_probability(log_alive: np.ndarray, n_at_start: np.ndarray) -> np.ndarray:
    """Return the chance that all clones of n cells are gone: (1 - e^log_alive)^n."""
    alive = np.exp(np.minimum(log_alive, 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        gone = np.exp(n_at_start * np.log1p(-alive))
    return np.where(n_at_start > 0, gone, 1)


def _follow(state: np.ndarray, clone: Clone, kind: str, rules: Edition) -> Clone:
    """Let chance decide on one kind of clone; its rows of the state are changed in place."""
    size, alive, room = (row(f"log_tumour_cd19_{kind}"), row(f"log_alive_{kind}"), row(f"growth_room_{kind}"))
    limit = np.log(rules.number("body.tumour.clone_limit_cells"))
    none = rules.number("body.tumour.extinct_log_cells")
    followed = ~np.isnan(clone.n_at_start)
    gone_by_now = extinction_probability(state[alive], np.where(followed, clone.n_at_start, 1))
    gone_by_now = np.where(followed, gone_by_now, 0)
    dies = followed & ~clone.extinct & (clone.luck < gone_by_now)
    extinct = clone.extinct | dies | (state[size] <= none)
    gone_by_now = np.where(extinct, 0, gone_by_now)
    of_living = state[size] - np.log1p(-gone_by_now)
    released = followed & ~extinct & (of_living > limit)
    begins = ~followed & ~extinct & (state[size] <= limit)
    n_at_start = np.where(begins, np.exp(np.minimum(state[size], limit)), clone.n_at_start)
    n_at_start = np.where(released, np.nan, n_at_start)
    # A clone that lived through one spell has luck above P0; rescaled, it is fresh for the next.
    luck = np.where(released, (clone.luck - gone_by_now) / (1 - gone_by_now), clone.luck)
    state[size] = np.where(extinct, none, np.where(released, of_living, state[size]))
    state[alive] = np.where(begins | released, 0, state[alive])
    state[room] = np.where(begins | released, 1, state[room])
    return Clone(n_at_start, luck, extinct)


def update_clones(state: np.ndarray, clones: Clones, rules: Edition) -> tuple[np.ndarray, Clones]:
    """Let chance decide at a decision time: put small clones under chance, end those that died out.

    Call it once when the body starts, then after every ``advance`` and every transplant.

    Returns
    -------
    state : array (states, patients)
    clones : Clones
    """
    changed = state.copy()
    positive = _follow(changed, clones.positive, "positive", rules)
    negative = _follow(changed, clones.negative, "negative", rules)
    return changed, Clones(positive, negative)


def restart_clones(
    state: np.ndarray, clones: Clones, now: np.ndarray, draws: Draws, k: int
) -> tuple[np.ndarray, Clones]:
    """Set clones free of chance before a transplant, each with the cells that this patient has.

    ``k`` numbers the transplant for its own luck. Call ``update_clones`` once the transplant is done.

    Returns
    -------
    state : array (states, patients)
        Sizes are the patient's own, no longer the mean over those whose clone died out.
    clones : Clones
    """
    positive, negative = living_tumour_cells(state, clones)
    changed = state.copy()

    def anew(clone: Clone, name: str, cells: np.ndarray) -> Clone:
        luck = draws.uniform(f"body/clone_{name}_after_transplant", k)
        size = row(f"log_tumour_cd19_{name}")
        changed[size] = np.where(now & (cells > 0), np.log(np.where(cells > 0, cells, 1)), state[size])
        return replace(
            clone,
            n_at_start=np.where(now, np.nan, clone.n_at_start),
            luck=np.where(now, luck, clone.luck),
        )

    renewed = Clones(anew(clones.positive, "positive", positive), anew(clones.negative, "negative", negative))
    return changed, renewed


def living_tumour_cells(state: np.ndarray, clones: Clones) -> tuple[np.ndarray, np.ndarray]:
    """Return tumour cells with and without CD19 as they are in this patient (not on average), cells."""
    cells = []
    for kind, clone in (("positive", clones.positive), ("negative", clones.negative)):
        mean = np.exp(state[row(f"log_tumour_cd19_{kind}")])
        n = np.where(np.isnan(clone.n_at_start), 1, clone.n_at_start)
        gone = extinction_probability(state[row(f"log_alive_{kind}")], n)
        follows = ~np.isnan(clone.n_at_start) & ~clone.extinct
        alive = np.where(follows & (gone < 1), 1 - gone, 1)
        cells.append(np.where(clone.extinct, 0, mean / alive))
    return cells[0], cells[1]
