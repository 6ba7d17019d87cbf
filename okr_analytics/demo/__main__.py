"""Makes the demo's exports: python -m okr_analytics.demo FOLDER, or FILE.csv --rows N for a benchmark."""

import argparse
from pathlib import Path

from okr_analytics.demo.bundle import write_bundle, write_rows


def main() -> None:
    """Write the bundle, or any number of rows."""
    parser = argparse.ArgumentParser(prog="python -m okr_analytics.demo", description=__doc__)
    parser.add_argument("target", type=Path, help="an exports folder for the bundle, or a CSV file with --rows")
    parser.add_argument("--rows", type=int, help="write that many tickets into one CSV")
    arguments = parser.parse_args()
    if arguments.rows:
        write_rows(arguments.target, arguments.rows)
    else:
        write_bundle(arguments.target)


if __name__ == "__main__":
    main()
