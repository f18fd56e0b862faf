"""What is known about the data without reading a row. Standard library only.

`written` gives what a spec, the table of built-in sets and the headers of files say;
`check_columns` compares the names a spec uses with it. `specc.facts.files` finds files, keeps paths
inside the project, and reads headers.
"""

from specc.facts.columns import check_columns
from specc.facts.known import Facts
from specc.facts.written import written

__all__ = ["Facts", "check_columns", "written"]
