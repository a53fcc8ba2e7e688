"""Every number, rule, source and target: data files and their typed loader."""

from livingdrug.evidence.edition import DEFAULT_EDITION as DEFAULT_EDITION
from livingdrug.evidence.edition import NOT_READ as NOT_READ
from livingdrug.evidence.edition import Edition as Edition
from livingdrug.evidence.edition import Sourced as Sourced
from livingdrug.evidence.edition import is_unverified as is_unverified
from livingdrug.evidence.edition import load_edition as load_edition
from livingdrug.evidence.edition import load_table as load_table
from livingdrug.evidence.edition import resolve_edition as resolve_edition
from livingdrug.evidence.loader import Library as Library
from livingdrug.evidence.loader import library as library
from livingdrug.evidence.loader import read_library as read_library
from livingdrug.evidence.schema import Basis as Basis
from livingdrug.evidence.schema import EditionInfo as EditionInfo
from livingdrug.evidence.schema import Spread as Spread

__all__ = [
    "DEFAULT_EDITION",
    "NOT_READ",
    "Basis",
    "Edition",
    "EditionInfo",
    "Library",
    "Sourced",
    "Spread",
    "is_unverified",
    "library",
    "load_edition",
    "load_table",
    "read_library",
    "resolve_edition",
]
