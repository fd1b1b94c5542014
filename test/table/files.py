# Makes the binary files of this folder's tests: python3 test/table/files.py (needs pandas, pyarrow, openpyxl).
import datetime
import pathlib
import openpyxl
import pandas as pd

here = pathlib.Path(__file__).parent / "files"
table = pd.DataFrame(
    {
        "height": [1.25, None, 3.5, 4.75],
        "count": pd.array([1, 2, 3, 2], dtype="int64"),
        "large": pd.array([2**60 + 1, 2**60 + 2, 2**60 + 3, 2**60 + 4], dtype="int64"),
        "town": ["Bonn", "Köln", "Bonn", None],
        "open": [True, False, True, True],
        "day": [datetime.datetime(2020, 1, day, 12, 30) for day in (1, 2, 3, 4)],
    }
)
for compression in ("snappy", "zstd", "gzip", "brotli", None):
    table.to_parquet(here / f"{compression or 'plain'}.parquet", compression=compression, index=False)
# Every value once, lists, and a column that is all missing.
odd = pd.DataFrame({"height": [1.25, 2.5], "nothing": pd.array([None, None], dtype="string"), "list": [[1, 2], [3]]})
odd.to_parquet(here / "lz4.parquet", compression="lz4", index=False)
table.sample(frac=1, random_state=1).to_parquet(here / "index.parquet")
with pd.ExcelWriter(here / "sheets.xlsx") as writer:
    table.drop(columns="large").to_excel(writer, sheet_name="first", index=False)
    pd.DataFrame([["A report", None, None], [None] * 3, ["a", "b", "y"], [1, "x", 2.5], [2, "y", 3.5], [5, "x", 4.5]]).to_excel(
        writer, sheet_name="titled", index=False, header=False
    )

# As people leave them: an empty sheet first; a title, a margin, an empty column, a time of day, totals and a note.
book = openpyxl.Workbook()
book.active.title = "empty"
sheet = book.create_sheet("report")
sheet["A1"] = "Heights of everybody"
rows = [["name", "height", None, "weight", "when"]]
rows += [[f"n{i}", 150 + i * i % 7, None, 50.5 + i, datetime.datetime(2024, 2, 1 + i, 13, 45)] for i in range(12)]
rows += [["Total", sum(150 + i * i % 7 for i in range(12)), None, sum(50.5 + i for i in range(12)), None], [], ["by hand"]]
for line, row in enumerate(rows, 5):
    for place, cell in enumerate(row, 3):
        sheet.cell(line, place, cell)
book.save(here / "untidy.xlsx")
