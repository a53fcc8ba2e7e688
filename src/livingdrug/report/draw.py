"""The pictures of a trial for a script or a notebook: each function returns a matplotlib figure."""

from typing import TYPE_CHECKING

from livingdrug.errors import BadInput, UnknownName
from livingdrug.report.b_cells import draw_b_cells as draw_b_cells
from livingdrug.report.blood import draw_blood_counts as draw_blood_counts
from livingdrug.report.curves import draw_survival as draw_survival
from livingdrug.report.flow import draw_flow as draw_flow
from livingdrug.report.forest import draw_forest
from livingdrug.report.grades import draw_grades as draw_grades
from livingdrug.report.relapse import draw_relapse as draw_relapse
from livingdrug.report.transgene import draw_transgene as draw_transgene
from livingdrug.report.treatments import draw_treatments as draw_treatments
from livingdrug.report.visits import draw_visits as draw_visits
from livingdrug.trial import TrialResult
from livingdrug.trial.groups import counted_by_topic

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw_comparison(result: TrialResult, topic: str | None = None) -> "Figure":
    """Return each published figure that counts beside its simulated one, of one topic or of all.

    Parameters
    ----------
    result : TrialResult
    topic : str, optional
        As in the column ``topic`` of ``result.rows()``, such as "Response".

    Raises
    ------
    BadInput
        No row of this topic counts, or none at all.
    """
    topics = counted_by_topic(result.comparison.rows)
    if topic is not None and topic not in topics:
        raise UnknownName("topic", topic, topics)
    rows = [row for name, found in topics.items() if topic in (None, name) for row in found]
    if not rows:
        raise BadInput("result: no published figure was counted, expected at least one to draw")
    return draw_forest(rows, f"comparison {topic or 'of all'}")
