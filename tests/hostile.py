"""Exports to be damaged, and those that are damaged already."""

import gzip
import io
import json
import zipfile
from datetime import datetime

import polars as pl
from conftest import csv, ticket

GOOD = csv(ticket("good"))
ROWS = tuple(ticket(str(number), topic=f"t{number}", channel="email") for number in range(8))
NOW = datetime(2026, 11, 22, 4, 15)


def zipped(members: dict[str, str | bytes]) -> bytes:
    """A zip of these files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def parquet(**columns: pl.Series | pl.Expr) -> bytes:
    """The rows as Parquet, some columns otherwise."""
    out = io.BytesIO()
    nothing = pl.lit(None, pl.String).alias("resolved_at")
    pl.DataFrame(ROWS).with_columns(nothing, **columns).write_parquet(out)
    return out.getvalue()


def _cell(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


def workbook(rows: str = "") -> bytes:
    """An xlsx of the header, one ticket, and whatever rows follow."""
    cells = (("ticket_id", "status", "opened_at", "resolved_at"), ("x", "open", "2026-03-02T10:00:00Z", ""))
    lines = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in cells)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{office}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
            '<sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}"><Relationship Id="r1" '
            f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" '
            f'Type="{office}/externalLink" Target="file:///etc/passwd" TargetMode="External"/></Relationships>',
            "xl/vbaProject.bin": b"macro",
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{lines}{rows}</sheetData></worksheet>',
        }
    )


SEEDS: dict[str, bytes] = {
    "a.csv": csv(*ROWS).encode(),
    "b.jsonl": "\n".join(json.dumps(row) for row in ROWS).encode(),
    "c.parquet": parquet(),
    "d.xlsx": workbook(),
    "e.zip": zipped({"x.csv": csv(*ROWS)}),
    "f.csv.gz": gzip.compress(csv(*ROWS).encode()),
}
