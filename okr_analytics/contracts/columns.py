"""What every column of the warehouse means. The same name means the same thing in every table.

Types, bounds and closed lists live in the contracts; this catalogue is where their words come from.
"""

DIMENSIONS = ("channel", "topic", "priority", "team", "agent", "segment", "source")

CHANNELS = (
    "email", "chat", "phone", "web_form", "social", "messaging", "chatbot", "ivr", "walk_in", "api", "other",
)  # fmt: skip
STATUSES = ("open", "pending", "on_hold", "solved", "closed", "deleted")
SOLVED_STATUSES = ("solved", "closed")
PRIORITIES = ("low", "normal", "high", "urgent")
ESCALATION_REASONS = (
    "unsure", "missing_documentation", "missing_authority", "technical", "customer_request", "other",
)  # fmt: skip
UNKNOWN = "unknown"

TEXTS = ("topic", "team", "agent", "segment", "tags")
WORDS = ("channel", "origin_channel", "priority", "status", "escalation_reason")
INSTANTS = (
    "opened_at", "first_response_at", "first_resolved_at", "resolved_at", "closed_at", "reopened_at",
    "escalated_at", "updated_at", "exported_at",
)  # fmt: skip
COUNTS = ("reopen_count", "reply_count", "transfer_count", "escalation_level")
SECONDS = ("handle_seconds", "wait_seconds", "approval_wait_seconds")
FLAGS = ("sla_met_by_source",)

DESCRIPTIONS = {
    # keys and dimensions
    "source": "The helpdesk (or desk) that the ticket belongs to; ids of two sources may collide.",
    "ticket_id": "The ticket's id in its source.",
    "channel": "Where the contact took place, folded to the project's list; 'unknown' where not given.",
    "channel_raw": "The channel in the source's own word.",
    "origin_channel": "Where the contact began: an IVR call handed to the chatbot has origin ivr.",
    "topic": "What the ticket is about, in the source's words; 'unknown' where not given.",
    "priority": "Priority of the newest version, folded to low, normal, high, urgent where the word is known.",
    "team": "Team or group of the newest version; 'unknown' where not given.",
    "agent": "Agent of the newest version; 'unknown' where not given.",
    "segment": "Customer segment, product or region; 'unknown' where not given.",
    "customer_key": "Keyed hash of the customer's identity; null without a key or a customer.",
    "tags": "The source's tags as exported.",
    "dimension": "The dimension that is looked at: all, or one of the ticket dimensions.",
    "member": "The member of that dimension; 'all' for the whole desk.",
    # state and instants
    "status": "State in the table's own closed list (see the table's comment).",
    "opened_at": "Instant of opening, UTC.",
    "first_response_at": "First public reply by a human agent, UTC; null if none is known.",
    "first_resolved_at": "First solve, UTC; null if none is known.",
    "resolved_at": "Last solve, UTC; null while unsolved or reopened.",
    "closed_at": "Instant of closing, UTC; null if not closed or not known.",
    "resolved_from": "Where resolved_at came from: export, history, closed or derived.",
    "reopen_count": "How often the ticket was reopened; null where the source does not say.",
    "reopened_at": "Last reopening, UTC; in fact.solves the reopening that ended this solve.",
    "history_known": "False where a snapshot hides the solves and reopenings in between.",
    "is_folded": "True where the ticket was folded from an event history, false where a snapshot gave it.",
    "escalated_at": "First escalation, UTC; null if none is known.",
    "escalation_level": "Escalation level as the source counts it.",
    "escalation_reason": "Why it was escalated, folded to the project's list; null where not given.",
    "reply_count": "Public agent replies.",
    "transfer_count": "Reassignments between agents or teams.",
    "handle_seconds": "Agent handle time in seconds, transfers and hold included.",
    "wait_seconds": "Customer waiting time in seconds.",
    "approval_wait_seconds": "Seconds spent waiting for an approval.",
    "sla_met_by_source": "The helpdesk's own SLA verdict, where it exports one.",
    "updated_at": "Last change that this version shows, UTC.",
    "exported_at": "When the export was made, UTC: a column, else the file name, else the newest instant inside.",
    "change_number": "Position among the ticket's known solves, from 1.",
    "solved_at": "Instant of this solve, UTC.",
    # desk-local days
    "opened_date": "Desk-local day of opening.",
    "first_response_date": "Desk-local day of the first response.",
    "first_resolved_date": "Desk-local day of the first solve.",
    "resolved_date": "Desk-local day of the last solve.",
    "closed_date": "Desk-local day of closing.",
    "reopened_date": "Desk-local day of the reopening.",
    "first_reopened_date": "Desk-local day of the first reopening; null: never, or the day is not known.",
    "exported_date": "Desk-local day on which the export was made.",
    "escalated_date": "Desk-local day of the first escalation.",
    "unsolved_date": "Desk-local day from which this solve no longer stands; null: it stands.",
    "solved_date": "Desk-local day of this solve.",
    "day": "Desk-local day that the row counts for.",
    "counts_from": "First day as of which the row is known: it counts as of D where counts_from <= D.",
    "counts_until": "Day as of which the row no longer counts (a solve ends with its reopening); null: it stays.",
    "first_day": "First day covered or asked for.",
    "last_day": "Last day covered or asked for.",
    # measures
    "value": "The measured value in the KPI's unit; null where it cannot be known.",
    "calendar_seconds": "Elapsed seconds by the calendar clock.",
    "business_seconds": "Desk-open seconds; null where no schedule is known.",
    "first_response_calendar_seconds": "Elapsed seconds from opening to first response.",
    "first_response_business_seconds": "Desk-open seconds from opening to first response; null: no schedule known.",
    "first_resolution_calendar_seconds": "Elapsed seconds from opening to the first solve.",
    "first_resolution_business_seconds": "Desk-open seconds from opening to the first solve; null: no schedule.",
    "full_resolution_calendar_seconds": "Elapsed seconds from opening to the last solve.",
    "full_resolution_business_seconds": "Desk-open seconds from opening to the last solve; null: no schedule known.",
    "n": "How many rows the value rests on.",
    "is_complete": "False while the period is not over, a source does not cover it, or its cohort is young.",
    "grain": "day, week (from Monday), month or quarter.",
    "period_start": "First day of the period.",
    # files
    "file": "Path of the export below the home.",
    "file_id": "Short name of the file: 16 hex digits that follow from its folder and its bytes.",
    "sha256": "Digest of the file's bytes; the same bytes are read once, whatever they are called.",
    "row_number": "Position of the record in its file, from 1, header not counted.",
    "reasons": "Every reason for which the row was rejected.",
    "record": "The record as JSON under the file's own headers, personal data masked.",
    "kind": "In ops.loads tickets or events; in okr.key_results the kind of key result.",
    "error": "Why the file failed; null when it was loaded.",
    "mend": "What to do about it.",
    "rows_read": "Records in the file; null where it could not be read.",
    "rows_current": "Rows that are the newest version of a ticket.",
    "rows_superseded": "Accepted rows of which a newer version is known.",
    "rows_rejected": "Rows in core.rejected_rows.",
    "rows_folded": "Events that became part of a ticket without being its last one.",
    "rows_removed": "Newest rows of deleted, merged or spam tickets.",
    "nulled": "Optional values that could not stand, by column and reason, as JSON.",
    "nulled_column": "The column whose value could not stand.",
    "reason": "Why.",
    "nulled_count": "How many values were nulled or folded.",
    "loaded_at": "When the file was first read, UTC.",
    "run_id": "The Dagster run that did it.",
    # catalogue
    "kpi_id": "Measure, clock and statistic.",
    "title": "Short name for people.",
    "question": "The question that it answers, in one sentence.",
    "measure": "The fact table that it is computed from.",
    "statistic": "count, sum, mean, median, p90, share, share_within or per_business_day.",
    "clock": "calendar or business; null where no time is measured.",
    "unit": "Unit of the value.",
    "direction": "higher or lower is better, or watch where neither is.",
    "lower_bound": "Smallest possible value; null where there is none.",
    "upper_bound": "Largest possible value; null where there is none.",
    "limit_seconds": "For share_within: the limit in seconds.",
    "maturity_days": "Days after a period's end before its cohort is complete.",
    # OKRs
    "objective_id": "Id of the objective, as written.",
    "kr_id": "Id of the key result, as written.",
    "why": "Why the objective matters, in its owner's words.",
    "owner": "Who answers for it.",
    "area": "Area of the desk that it belongs to.",
    "ambition": "committed or aspirational.",
    "window_start": "First day of the window.",
    "window_end": "Last day of the window, inclusive.",
    "initiatives": "What is being done about it.",
    "weight": "Weight in the objective; positive.",
    "filter": "Filters on dimensions as JSON; {} for the whole desk.",
    "over": "The days that a value is measured over: window, week, month, a number of days, or a fixed period.",
    "min_n": "Fewest rows that a value may rest on.",
    "baseline_written": "The baseline as written: a number with its unit, or the period it is computed from.",
    "target_written": "The target as written; null while it is open (draft).",
    "version": "Version of the definition, from 1.",
    "changed": "What changed against the version before.",
    "known_from": "Instant from which this answer was known, UTC.",
    "known_to": "Instant at which a newer one replaced it; null: it is the newest.",
    "as_of_date": "The day that the answer speaks of: only events up to its end count.",
    "revision": "Revision of the answer for that day, from 1.",
    "cause": "Why this revision exists.",
    "baseline": "The baseline in the KPI's unit; null while it is not known.",
    "target": "The target in the KPI's unit.",
    "raw": "Share of the way from baseline to target, unclamped: 0 at the baseline, 1 at the target.",
    "attainment": "Score from 0 to 1; null where it cannot be known.",
    "expected": "Score that would be on schedule on that day.",
    "gap": "Attainment minus expected.",
    "flag": "What a reader must know beside the number; null: nothing.",
    "coverage": "Weight of the scored members over the weight of all started, non-draft members.",
    "grade": "The objective's score; committed succeeds at 1.0, aspirational at 0.7.",
    # generations
    "generation": "Number of the published generation, from 1.",
    "table_name": "schema.table",
    "content_hash": "Hash of the table's rows, whatever their order; known_from, loaded_at and run ids left out.",
    "row_count": "Rows in the table.",
    "published_at": "When the generation was published, UTC.",
}
