"""Read the tables that an instructor keeps in grading/, as spreadsheets save them."""

import csv
import io

from helpers.grading.course import Stop


def read_table(path, columns):
    """Return [(line number, {column: text})] of a CSV file with at least these columns; [] if there is no such file.

    Raises:
        Stop: a column is missing.
    """
    if not path.exists():
        return []
    text = decoded(path.read_bytes())
    delimiter = max(",;\t", key=text.partition("\n")[0].count)  # some spreadsheets save with semicolons
    table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    head = [name.strip().casefold() for name in next(table, [])]
    if missing := [name for name in columns if name not in head]:
        raise Stop(
            f"{path} has no column {', '.join(missing)}. Its first line names the columns, separated by commas: "
            f"{','.join(columns)}."
        )
    rows = []
    for row in table:
        values = dict(zip(head, (value.strip() for value in row), strict=False))
        if any(values.values()):
            rows.append((table.line_num, dict.fromkeys(head, "") | values))
    return rows


def decoded(data):
    """Return the text of a file in UTF-8 (with or without a byte order mark) or in Windows' Latin alphabet."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")
