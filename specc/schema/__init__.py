"""The JSON Schema of the language: what editors complete and check specs with.

Draft 7, which every editor reads. It says what can be said of a value at its place; references,
shapes and pairing are for `specc check`.
"""

from __future__ import annotations

from specc.schema import entries, operators, tables
from specc.schema.admits import Schema

DRAFT = "http://json-schema.org/draft-07/schema#"


def schema() -> Schema:
    """The schema of version 1 of the language, from the forms and the table of operators."""
    return {
        "$schema": DRAFT,
        "title": "specc, version 1",
        "description": "A model spec for Keras. A text that begins with `=` is an expression.",
        **tables.top(),
        "required": ["specc"],
        "if": {"required": ["extends"]},
        "else": tables.complete(),
        "definitions": {**tables.definitions(), **entries.definitions(),
                        **operators.definitions()},
    }


__all__ = ["DRAFT", "schema"]
