"""The plan by date: what an edition asks for, and when, before and after the infusion (day 0)."""

from livingdrug.bedside.milestones.hours import Hours as Hours
from livingdrug.bedside.milestones.hours import hours_of_infusion as hours_of_infusion
from livingdrug.bedside.milestones.lines import Milestone as Milestone
from livingdrug.bedside.milestones.lines import Standing as Standing
from livingdrug.bedside.milestones.plan import plan_by_date as plan_by_date

__all__ = ["Hours", "Milestone", "Standing", "hours_of_infusion", "plan_by_date"]
