"""A new home: folders, a desk file, one example objective, and the schema that editors complete by."""

import re
from datetime import date, timedelta

from okr_analytics.desk.zones import known_country
from okr_analytics.errors import UsageError
from okr_analytics.home import Home
from okr_analytics.okr.defining.written import json_schema

SCHEMA_FILE = "okr.schema.json"
DESK = """\
# Where and when the team works. The time zone decides on which day a thing happened.
time_zone: {time_zone}
{country}
# What is left out is not known: business time is then null, never guessed. Take the # away from what you know.

#hours:
#  mon-thu: 09:00-14:00, 15:30-18:30
#  fri: 09:00-15:00

# Own closed days, and public holidays on which the desk works.

#holidays:
#  country: {code}
#  dates: [{year}-12-24]
#  open: [{year}-12-26]

# Hours, holidays, sla and surveys may change: then they are a list, each with its first day (valid_from).

#sla:
#  - valid_from: {year}-01-01
#    clock: business
#    first_response: {{urgent: 1 h calendar, default: 4 h}}
#    resolution: {{urgent: 8 h, default: 40 h}}

#surveys:
#  csat: 1-5

# Teams, and helpdesks whose desk is elsewhere; what they leave out is the desk's.

#teams:
#  Night desk:
#    hours:
#      mon-sun: 22:00-06:00

#sources:
#  sf311:
#    time_zone: America/Los_Angeles
#    country: US
#    hours:
#      mon-fri: 08:00-17:00

# What the page is written in: en, es, pt or ro.

#language: es

# How many earlier warehouses are kept for 'okr rollback'.

#generations_kept: 3
"""
EXAMPLE = """\
# yaml-language-server: $schema={schema}
# One objective to start from: change the words and numbers, then run 'okr check' and 'okr run'.
# 'okr kpis' lists what can be measured.
objectives:
  - id: answer-faster
    title: Customers hear from us sooner
    why: Waiting without an answer is what customers complain about most.
    owner: Head of support
    window: {window}
    key_results:
      - id: first-response-30-percent-faster
        title: Half of the customers get a first answer 30 % sooner
        kpi: first_response_calendar_median
        baseline: {baseline}   # computed from this period
        target: -30%
      - id: few-opened-again
        title: At most 5 % of the solved tickets are opened again
        kind: reach
        kpi: reopened_share
        target: 5%
      - id: ready-answers
        title: The ten commonest questions have ready answers
        kind: milestone     # ticked by: okr checkin ready-answers --milestone five
        milestones:
          - {{id: five, title: The first five}}
          - {{id: all, title: All ten}}
# Other kinds: maintain (a level, week by week), cadence (done every day or week), all_of (several things at once).
"""
KPIS = """\
# This desk's own KPIs: a statistic, limit or filter on a shipped measure ('okr kpis' lists them), or a metric of
# exports/observations/. One line each.
kpis:
#  - {measure: first_response, clock: calendar, statistic: share_within, limit: 4 h}
#  - {metric: cart_abandonment, statistic: rate, title: Cart abandonment, direction: lower}
"""
IGNORED = "state/\nwarehouse/\ntables/\n"


def create_home(home: Home, time_zone: str, country: str | None, today: date, *, has_example: bool = True) -> None:
    """Make the folders and files of a new home; raises UsageError where one is already."""
    if home.root.exists() and not home.root.is_dir():
        raise UsageError(f"{home.root} is a file; choose a folder")
    if country and not re.fullmatch("[A-Za-z]{2}", country):
        raise UsageError(f"--country {country}: write a country code of two letters, like ES")
    if home.desk_file.exists():
        raise UsageError(f"{home.root} is a home already; choose another folder")
    code = _country(country) if country else '"ES"'
    for folder in (home.exports / "canonical", home.sources, home.okrs):
        folder.mkdir(parents=True, exist_ok=True)
    said = f"{'' if country else '#'}country: {code}   # public holidays"
    _write(home, "desk.yaml", DESK.format(time_zone=time_zone, country=said, code=code, year=today.year))
    if has_example:
        window, baseline = _quarter(today), _quarter(_quarter_start(today) - timedelta(days=1))
        _write(home, "okrs/example.yaml", EXAMPLE.format(schema=SCHEMA_FILE, window=window, baseline=baseline))
    _write(home, f"okrs/{SCHEMA_FILE}", json_schema())
    _write(home, "kpis.yaml", KPIS)
    _write(home, ".gitignore", IGNORED)


def _country(code: str) -> str:
    """The code in quotes, since YAML takes NO for false; raises UsageError where no holidays of it are known."""
    try:
        return f'"{known_country(code)}"'
    except ValueError as error:
        raise UsageError(f"--country {code}: {error}") from None


def _write(home: Home, name: str, text: str) -> None:
    path = home.root / name
    if not path.exists():
        path.write_text(text, encoding="utf-8")


def _quarter_start(day: date) -> date:
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def _quarter(day: date) -> str:
    return f"{day.year}-Q{(day.month - 1) // 3 + 1}"
