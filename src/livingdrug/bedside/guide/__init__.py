"""The patient guide: what one edition says, in plain words, with its sources."""

from livingdrug.bedside.guide.record import Card as Card
from livingdrug.bedside.guide.record import Cited as Cited
from livingdrug.bedside.guide.record import Guide as Guide
from livingdrug.bedside.guide.record import Kind as Kind
from livingdrug.bedside.guide.record import Section as Section
from livingdrug.bedside.guide.record import Statement as Statement
from livingdrug.bedside.guide.write import write_guide as write_guide

__all__ = ["Card", "Cited", "Guide", "Kind", "Section", "Statement", "write_guide"]
