"""Stage 6: the living drug in the body, observed and managed as a ward would."""

from livingdrug.course.s6_in_vivo.record import InVivo as InVivo
from livingdrug.course.s6_in_vivo.stage import live as live

__all__ = ["InVivo", "live"]
