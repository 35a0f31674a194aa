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
    try:
        table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        head, *lines = [(table.line_num, [value.strip() for value in row]) for row in table] or [(1, [])]
    except csv.Error as error:
        raise Stop(f"{path} is not a table in CSV ({error}). Save it again from a spreadsheet, as CSV.") from None
    names = [name.casefold() for name in head[1]]
    if missing := [name for name in columns if name not in names]:
        raise Stop(
            f"{path} has no column {', '.join(missing)}. Its first line names the columns, separated by commas: "
            f"{','.join(columns)}."
        )
    return [(line, dict.fromkeys(names, "") | dict(zip(names, row, strict=False))) for line, row in lines if any(row)]


def decoded(data):
    """Return the text of a file in UTF-8 (with or without a byte order mark) or in Windows' Latin alphabet."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")
