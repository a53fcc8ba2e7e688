"""Stage 3, manufacturing: the product, the days it takes, the tumour meanwhile, and who is lost."""

from livingdrug.course.s3_manufacturing.stage import Manufacturing as Manufacturing
from livingdrug.course.s3_manufacturing.stage import manufacture as manufacture

__all__ = ["Manufacturing", "manufacture"]
