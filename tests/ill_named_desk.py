"""A desk of which every name is meant ill: mark-up, scripts and templates wherever somebody may write."""

from datetime import date
from pathlib import Path

from conftest import ask, csv, new_home, publish, put, ticket

from okr_analytics.home import Home

MARKUP = "<img src=x onerror=alert(1)><script>document.title='pwned'</script>"
INJECTIONS = {
    "topic": MARKUP,
    "team": "</text></svg><script>document.title='pwned'</script>",
    "channel_raw": "--></style><script>document.title='pwned'</script>",
    "agent": "{{ 7 * 7 }} {% include '/etc/passwd' %}",
}
HOSTILE = """\
objectives:
  - id: evil
    title: "{title}"
    owner: "\\"'><b onmouseover=alert(1)>owner</b>"
    window: 2026-03-01..2026-03-31
    initiatives: ["<iframe src=https://example.com>"]
    key_results:
      - {{id: first, title: "javascript:alert(1) &lt;b&gt; {{{{ 7 * 7 }}}}", kpi: first_response_calendar_median,
         baseline: 100 min, target: 50 min, owner: "<svg onload=alert(1)>"}}
      - {{id: second, title: "{title}", kind: reach, kpi: answered_share, target: 90%}}
    outcome: {{title: Xoxo, kind: reach, kpi: answered_share, target: 90%}}
  - id: kinds
    title: Xaxa
    parent: evil
    window: 2026-03-01..2026-03-31
    key_results:
      - {{id: kept, title: Xbxb, kind: maintain, kpi: first_response_calendar_share_within_1h, target: 50%,
         required: 90%}}
      - {{id: plan, title: Xcxc, kind: milestone, milestones: [{{id: m1, title: Xmxm, due: 2026-03-06}},
         {{id: m2, title: Xnxn}}]}}
      - {{id: look, title: Xdxd, kind: cadence, every: week}}
      - id: survey
        title: Xexe
        kind: all_of
        parts:
          - {{title: Xfxf, kind: milestone, milestones: [{{id: sent, title: Xsxs, due: 2026-03-10}}]}}
          - {{id: heard, title: Xgxg, kind: reach, kpi: answered_share, target: 100%}}
      - {{id: guard, title: Xhxh, kind: reach, kpi: answered_share, target: 100%, guardrail: true}}
"""
SAID = 'kr_id,day,author,status,confidence,comment\nfirst,2026-03-20,<u>Eve</u>,at_risk,7,"</q><script>0</script>"\n'


def ill_named_desk(folder: Path) -> Home:
    """Such a home, published as of 28 March."""
    home = new_home(folder)
    meant = {name: '"' + word.replace('"', '""') + '"' for name, word in INJECTIONS.items() if name != "channel_raw"}
    rows = [
        ticket(
            str(n), **meant, channel='"' + INJECTIONS["channel_raw"] + '"', opened_at=f"2026-03-{n:02d}T10:00:00Z",
            first_response_at=f"2026-03-{n:02d}T11:30:00Z",
        )
        for n in range(1, 29)
    ]  # fmt: skip
    put(home, "exports/canonical/<b>t.csv", csv(*rows))
    put(home, "exports/checkins/c.csv", SAID)
    put(home, "okrs/o.yaml", HOSTILE.format(title=MARKUP))
    assert publish(home, date(2026, 3, 28)) == {}
    assert ask(home, "select count(*) from core.tickets where topic like '<img%'") == [(28,)]
    return home
