"""The JSON Schema of the language: what editors complete and check specs with.

Draft 7, which every editor reads. It says what can be said of a value at its place; references,
shapes and pairing are for `specc check`.
"""

from __future__ import annotations

from specc.schema import entries, operators, tables
from specc.schema.explicit import explicit
from specc.schema.words import Schema

DRAFT = "http://json-schema.org/draft-07/schema#"


def schema() -> Schema:
    """The schema of version 1 of the language, from the forms and the table of operators."""
    whole: Schema = explicit({
        "$schema": DRAFT,
        "title": "specc, version 1",
        "description": "A model spec for Keras. A text that begins with `=` is an expression.",
        "x-tombi-toml-version": "v1.0.0",
        **tables.top(),
        "required": ["specc"],
        "if": {"type": "object", "required": ["extends"]},
        "else": tables.complete(),
        "definitions": {**tables.definitions(), **entries.definitions(),
                        **operators.definitions()},
    })
    return whole


__all__ = ["DRAFT", "schema"]
