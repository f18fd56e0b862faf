"""Diagnostics for programs: json, GitHub's workflow commands, SARIF 2.1.0."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from specc.diagnostics import FAMILIES, Diagnostic, Fix, Severity
from specc.diagnostics.terminal import safe
from specc.source import Span, Where

_GITHUB: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}
_SARIF: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}

def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version  # slow, and seldom needed

    try:
        return version("specc")
    except PackageNotFoundError:  # a source tree that is not installed
        return "0"


def as_json(found: Sequence[Diagnostic], unchecked: Sequence[str], files: int) -> str:
    document = {
        "specc": _version(),
        "files": files,
        "errors": sum(one.severity == "error" for one in found),
        "warnings": sum(one.severity == "warning" for one in found),
        "diagnostics": [_json_one(one) for one in found],
        "unchecked": list(unchecked),
    }
    return json.dumps(document, indent=1) + "\n"


def _json_one(found: Diagnostic) -> dict[str, Any]:
    return {
        "code": found.code, "name": found.name, "severity": found.severity,
        "message": found.message, "file": found.where.file, **_json_span(found.span),
        "path": found.where.pointer,
        "related": [{"file": one.where.file,
                     "line": one.where.span.line if one.where.span else None,
                     "column": one.where.span.column if one.where.span else None,
                     "message": one.message} for one in found.related],
        "fix": _json_fix(found.fix, found.where.file) if found.fix else None,
        "help": f"specc explain {found.code}",
    }


def _json_fix(fix: Fix, file: str) -> dict[str, Any]:
    """An edit names its file only where that is not the diagnostic's."""
    return {"title": fix.title, "edits": [
        {**({} if edit.where.file == file else {"file": edit.where.file}),
         **_json_span(edit.where.span), "text": edit.text} for edit in fix.edits]}


def _json_span(span: Span | None) -> dict[str, int | None]:
    names = ("line", "column", "end_line", "end_column")
    return {name: getattr(span, name) if span else None for name in names}


def as_github(found: Diagnostic) -> str:
    """A workflow command; columns only within one line, as the runner drops them otherwise."""
    properties = {"title": f"{found.code} {found.name}"}
    if _in_file(found.where):
        properties |= {"file": found.where.file}
    if span := found.span:
        properties |= {"line": str(span.line)}
        if span.line == span.end_line:
            properties |= {"col": str(span.column)}
        properties |= {"endLine": str(span.end_line)}
        if span.line == span.end_line:
            properties |= {"endColumn": str(span.end_column)}
    listed = ",".join(f"{key}={_escape(value, {':': '%3A', ',': '%2C'})}"
                      for key, value in properties.items())
    return f"::{_GITHUB[found.severity]} {listed}::{_escape(_said(found), {})}"


def _in_file(where: Where) -> bool:
    """Whether a place is in a file: not on the command line, nor the machine itself."""
    return bool(where.file) and not where.file.startswith("--")


def _said(found: Diagnostic) -> str:
    """The sentence and what is advised; where it is, if that is in no file."""
    option = " ".join((found.where.file, ".".join(map(str, found.where.path)))).strip()
    return ("" if _in_file(found.where) or not option else f"{option}: ") + found.message + (
        f"\n{found.advice}" if found.advice else "")


def _escape(text: str, more: Mapping[str, str]) -> str:
    table = {"%": "%25", "\r": "%0D", "\n": "%0A", **more}
    return "".join(table.get(char) or safe(char) for char in text)


def as_sarif(found: Sequence[Diagnostic], pages: Mapping[str, str],
             unchecked: Sequence[str] = ()) -> str:
    """SARIF 2.1.0: one run, one rule a code, columns in code points; what was not looked at as
    notifications of the tool."""
    codes = {one.code: one.name for one in found}
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "specc", "version": _version(),
                "rules": [_sarif_rule(code, name, pages.get(code, ""))
                          for code, name in sorted(codes.items())]}},
            "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": [
                {"level": "note", "message": {"text": f"not checked: {one}"}}
                for one in unchecked]}],
            "columnKind": "unicodeCodePoints",
            "results": [_sarif_result(one, sorted(codes)) for one in found],
        }],
    }
    return json.dumps(document, indent=1) + "\n"


def _sarif_rule(code: str, name: str, page: str) -> dict[str, Any]:
    claim = page.split("\n\n")[0].strip() or name.replace("-", " ")
    return {"id": code, "name": name, "shortDescription": {"text": claim},
            "fullDescription": {"text": claim},
            "help": {"text": page, "markdown": page} if page else {
                "text": f"specc explain {code}"},
            "properties": {"tags": [FAMILIES.get(code[:2], "specc")]}}


def _sarif_result(found: Diagnostic, codes: Sequence[str]) -> dict[str, Any]:
    identity = "\0".join((found.code, _uri(found.where.file), found.where.pointer, found.message))
    result: dict[str, Any] = {
        "ruleId": found.code, "ruleIndex": codes.index(found.code),
        "level": _SARIF[found.severity], "message": {"text": _said(found)},
        "locations": [{"physicalLocation": _sarif_place(found.where)}]
        if _in_file(found.where) else [],
        "partialFingerprints": {
            "speccFingerprint/v1": hashlib.sha256(
                identity.encode("utf-8", "surrogatepass")).hexdigest()},
    }
    if found.related:
        result["relatedLocations"] = [
            {"physicalLocation": _sarif_place(one.where), "message": {"text": one.message}}
            for one in found.related]
    if found.fix and all(edit.where.span for edit in found.fix.edits):
        result["fixes"] = [_sarif_fix(found.fix)]
    return result


def _sarif_fix(fix: Fix) -> dict[str, Any]:
    files = dict.fromkeys(edit.where.file for edit in fix.edits)
    return {"description": {"text": fix.title}, "artifactChanges": [
        {"artifactLocation": {"uri": _uri(file)},
         "replacements": [{"deletedRegion": _region(edit.where.span),
                           "insertedContent": {"text": edit.text}}
                          for edit in fix.edits if edit.where.file == file]}
        for file in files]}


def _sarif_place(where: Where) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(where.file)}}
    if where.span:
        place["region"] = _region(where.span)
    return place


def _region(span: Span | None) -> dict[str, int]:
    return {"startLine": span.line, "startColumn": span.column,
            "endLine": span.end_line, "endColumn": span.end_column} if span else {}


def _uri(file: str) -> str:
    """A path as a URI: relative paths stay relative to the folder the command ran in."""
    path = PurePath(file)
    quoted = quote(path.as_posix(), errors="replace")
    return f"file://{quoted}" if path.is_absolute() else quoted
