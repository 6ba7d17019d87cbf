from okr_analytics.desk.file import Desk, read_desk
from okr_analytics.desk.schedule import Schedule
from okr_analytics.desk.sla import Target
from okr_analytics.desk.surveys import QUESTIONS, Scale
from okr_analytics.desk.zones import known_time_zone

__all__ = ["QUESTIONS", "Desk", "Scale", "Schedule", "Target", "known_time_zone", "read_desk"]
