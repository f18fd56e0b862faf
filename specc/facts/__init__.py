"""What is known about the data without reading a row. Standard library only.

`written` gives what a spec, the table of built-in sets and the headers of files say;
`check_columns` and `check_classes` compare the names and the classes of a spec with it.
`specc.facts.files` finds files, keeps paths inside the project, and reads headers.
"""

from specc.facts.classes import check_classes
from specc.facts.columns import check_columns
from specc.facts.known import Facts
from specc.facts.written import written

__all__ = ["Facts", "check_classes", "check_columns", "written"]
