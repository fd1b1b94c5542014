# Makes the binary files of this folder's tests: python3 test/table/files.py (needs pandas, pyarrow, openpyxl).
import datetime
import pathlib
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
table.sample(frac=1, random_state=1).to_parquet(here / "index.parquet")
with pd.ExcelWriter(here / "sheets.xlsx") as writer:
    table.drop(columns="large").to_excel(writer, sheet_name="first", index=False)
    pd.DataFrame([["A report", None, None], [None] * 3, ["a", "b", "y"], [1, "x", 2.5], [2, "y", 3.5], [5, "x", 4.5]]).to_excel(
        writer, sheet_name="titled", index=False, header=False
    )
