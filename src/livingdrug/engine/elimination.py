"""Gaussian elimination of one sparse matrix, written out in advance: which entries, in which order."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Elimination:
    """The order of pivots and the places of the factors, for W = diagonal - J without exchange of rows.

    Attributes
    ----------
    order : tuple of int
        Pivot rows (and columns), first to last.
    places : dict of (row, column) to int
        Where each entry of the factors is kept; those of J and the diagonal among them.
    """

    order: tuple[int, ...]
    places: dict[tuple[int, int], int]


def eliminate(n: int, filled: set[tuple[int, int]]) -> Elimination:
    """Choose pivots on the diagonal that fill in least (Markowitz), and note every entry that arises.

    Parameters
    ----------
    n : int
        Rows.
    filled : set of (row, column)
        Entries of J that are not zero.

    Source
    ------
    Markowitz, Management Science 1957;3:255 (product of the other entries in the pivot's row and column).
    """
    columns = [{row} for row in range(n)]
    for row, column in filled:
        columns[row].add(column)
    left = set(range(n))
    order: list[int] = []
    while left:
        pivot = min(left, key=lambda k: (_cost(k, columns, left), k))
        left.discard(pivot)
        order.append(pivot)
        spread = columns[pivot] & left
        for row in left:
            if pivot in columns[row]:
                columns[row] |= spread
    entries = sorted((row, column) for row in range(n) for column in columns[row])
    return Elimination(tuple(order), {entry: k for k, entry in enumerate(entries)})


def _cost(pivot: int, columns: list[set[int]], left: set[int]) -> int:
    below = sum(1 for row in left if row != pivot and pivot in columns[row])
    return below * len((columns[pivot] & left) - {pivot})
