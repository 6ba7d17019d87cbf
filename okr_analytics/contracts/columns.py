"""Closed lists of words, and which columns of an export are of which sort. What a column means is `descriptions`."""

from okr_analytics.desk.sla import PRIORITIES as PRIORITIES  # noqa: PLC0414 - part of this catalogue's closed lists

DIMENSIONS = ("channel", "topic", "priority", "team", "agent", "segment", "source")

CHANNELS = (
    "email", "chat", "phone", "web_form", "social", "messaging", "chatbot", "ivr", "walk_in", "api", "other",
)  # fmt: skip
STATUSES = ("open", "pending", "on_hold", "solved", "closed", "deleted")
SOLVED_STATUSES = ("solved", "closed")
ESCALATION_REASONS = (
    "unsure", "missing_documentation", "missing_authority", "technical", "customer_request", "other",
)  # fmt: skip
HUMAN_STATUSES = ("on_track", "at_risk", "off_track")
UNKNOWN = "unknown"

TEXTS = ("topic", "team", "agent", "segment", "tags")
WORDS = ("channel", "origin_channel", "priority", "status", "escalation_reason")
INSTANTS = (
    "opened_at", "first_response_at", "first_resolved_at", "resolved_at", "closed_at", "reopened_at",
    "escalated_at", "rated_at", "updated_at", "exported_at",
)  # fmt: skip
COUNTS = ("reopen_count", "reply_count", "transfer_count", "escalation_level")
SECONDS = ("handle_seconds", "wait_seconds", "approval_wait_seconds")
FLAGS = ("sla_met_by_source", "first_response_sla_met_by_source")
TIMED = ("first_response", "first_resolution", "full_resolution")
CLOCKS = ("calendar", "business")
SOURCE_SECONDS = tuple(f"source_{timed}_{clock}_seconds" for timed in TIMED for clock in CLOCKS)
