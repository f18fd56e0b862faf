"""What a schema leaves unsaid, said for editors; nothing of it changes what is admitted.

Whether a table may have other keys: draft 7 takes silence for a yes, tombi (a language server for
TOML) for a no, and would warn of every key of a good spec. And what is wrong with a text that is
no expression: VS Code would show a pattern.
"""

from __future__ import annotations

from typing import Any

from specc.schema.admits import EXPRESSION
from specc.schema.words import Schema

NAMED = ("properties", "patternProperties", "definitions")  # schemas by name
LISTED = ("allOf", "anyOf", "oneOf")
INNER = ("items", "additionalProperties", "propertyNames", "not", "if", "then", "else")
TYPES = {"integer": "a whole number", "number": "a number", "boolean": "true or false",
         "array": "a list", "object": "a table", "null": "null"}


def explicit(schema: Any) -> Any:
    """The same schema, with this said in every part of it."""
    if not isinstance(schema, dict):
        return schema  # true or false
    out: Schema = dict(schema)
    for key in NAMED:
        if key in out:
            out[key] = {name: explicit(one) for name, one in out[key].items()}
    for key in LISTED:
        if key in out:
            out[key] = [explicit(one) for one in out[key]]
    for key in INNER:
        if key in out:
            out[key] = explicit(out[key])
    if out.keys() & {"properties", "propertyNames"} or "object" in out.get("type", ()):
        out.setdefault("additionalProperties", True)
    if out.get("pattern") == EXPRESSION and isinstance(out.get("type"), list):
        wanted = [TYPES[one] for one in out["type"] if one != "string"]
        out["patternErrorMessage"] = f"{' or '.join(wanted)}, or an expression such as \"=units\""
    return out


__all__ = ["explicit"]
