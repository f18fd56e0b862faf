"""`specc lsp` with a real client: a process, its stdin and stdout, and the protocol between."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from lsprotocol import types

from lsp.documents import BASE, SMALL, at, tree_of
from lsp.editor import COMMAND, PATIENCE, Editor, editing
from specc.cli import main
from specc.lsp.server import FEATURES, Server, server
from unit.test_imports import FRAMEWORKS

NAME = "a.specc.toml"
WRONG = SMALL.replace('"relu"', '"Relu"').replace("task =", "Task =")
LAST = '  { type = "Dense", units = 1'
BROKEN = SMALL.replace(LAST, f'  {{ type = "De\n{LAST}')
WARNED = SMALL.replace(LAST, f'  {{ type = "Dense", units = 3, activation = "linear" }},\n{LAST}')
HEIR = 'extends = "base.specc.toml"\n' + SMALL.replace("units = 8\n", "")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("")
    return tmp_path


def patched(program: str) -> tuple[str, ...]:
    """A server that runs a program before it starts."""
    return (sys.executable, "-c", f"{program}\nfrom specc.cli import main\nimport sys\n"
                                  "sys.exit(main(['lsp']))")


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """One server for all tests that want nothing special of it. It leaves politely, and whatever
    was asked of it, it has imported no framework."""
    folder = tmp_path_factory.mktemp("session")
    program = f"""
import atexit, json, sys
atexit.register(lambda: open({str(folder / "seen")!r}, "w").write(json.dumps(
    sorted({{name.partition(".")[0] for name in sys.modules}}))))
"""
    with editing(folder, command=patched(program)) as one:
        yield one
    assert one.code == 0
    found = set(json.loads((folder / "seen").read_text()))
    assert "pygls" in found
    assert not found & FRAMEWORKS


@pytest.fixture
def editor(session: Editor, folder: Path) -> Iterator[Editor]:
    """That server, for a test in a folder of its own."""
    session.folder = folder
    yield session
    for name in tuple(session.texts):
        session.close(name)
    assert not session.logged


# -- life -----------------------------------------------------------------------------------------


def test_what_the_server_says_it_can(editor: Editor) -> None:
    can = editor.initialized.capabilities
    assert can.position_encoding == "utf-16"
    assert isinstance(can.text_document_sync, types.TextDocumentSyncOptions)
    assert can.text_document_sync.change == types.TextDocumentSyncKind.Full
    assert can.hover_provider
    assert can.definition_provider
    assert can.document_symbol_provider
    assert can.inlay_hint_provider
    assert can.diagnostic_provider is None  # findings are pushed; both would show them twice
    assert isinstance(can.completion_provider, types.CompletionOptions)
    assert can.completion_provider.resolve_provider
    assert isinstance(can.code_action_provider, types.CodeActionOptions)
    assert list(can.code_action_provider.code_action_kinds or ()) == [
        "quickfix", "source.fixAll.specc"]
    assert editor.initialized.server_info is not None
    assert editor.initialized.server_info.name == "specc"


def test_it_leaves_with_1_without_a_shutdown(folder: Path) -> None:
    with editing(folder) as rude:
        assert rude.stop(politely=False) == 1


def test_it_leaves_when_the_editor_is_gone() -> None:
    done = subprocess.run([*COMMAND, "--stdio"], input=b"", capture_output=True, timeout=PATIENCE)
    assert (done.returncode, done.stdout) == (1, b"")


def test_without_pygls_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch,
                                               capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "pygls", None)
    assert main(["lsp"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert 'pip install "specc[lsp]"' in said.err


def test_help_says_what_it_is_for(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["lsp", "--help"])
    assert left.value.code == 0
    said = capsys.readouterr().out
    for word in ("stdin", "inlayHints", "specc[lsp]", "hover", "completion", "exit codes"):
        assert word in said


HAUNTED = """
import os
from specc.lsp import server, views
import specc
check, asked = specc.check, server.hover
def hover(here, known, offset):
    print("to stdout", flush=True)
    os.write(1, b"and so")
    if offset == 0:
        raise ZeroDivisionError("a bug in a hover")
    return asked(here, known, offset)
def checked(file, **rest):
    if b"divide" in next(iter(rest["texts"].values())):
        raise ZeroDivisionError("a bug in a check")
    return check(file, **rest)
server.hover, specc.check = hover, checked
"""


def test_a_bug_is_logged_and_the_server_lives_on(folder: Path) -> None:
    """And what prints does not meet the protocol."""
    with editing(folder, command=patched(HAUNTED)) as editor:
        editor.open(NAME, SMALL)
        with pytest.raises(Exception, match="a bug in a hover"):
            editor.hover(NAME, 0)
        editor.until(lambda: len(editor.logged) == 1)
        editor.change(NAME, "# divide\n" + SMALL)
        editor.until(lambda: len(editor.logged) == 2)
        editor.change(NAME, SMALL)
        assert editor.found(NAME) == []
        assert editor.hover(NAME, at(SMALL, "kind")) is not None
    assert all(one.type == types.MessageType.Error for one in editor.logged)
    assert "a bug in a hover" in editor.logged[0].message
    assert "in hover" in editor.logged[0].message  # the way to it
    assert "a bug in a check" in editor.logged[1].message


def test_every_feature_is_one_of_the_protocol() -> None:
    made = server("1")
    assert isinstance(made, Server)
    assert {name for name, _, _ in FEATURES} <= set(types.METHOD_TO_TYPES)
    made.desk.stop()


# -- findings -------------------------------------------------------------------------------------


def test_findings_while_somebody_types(editor: Editor) -> None:
    editor.open(NAME, SMALL)
    assert editor.found(NAME) == []
    for end in range(len('seed = "x"\n') + 1):  # faster than anything can be checked
        editor.change(NAME, 'seed = "x"\n'[:end] + SMALL)
    assert len(editor.found(NAME)) == 1
    editor.change(NAME, SMALL)
    assert editor.found(NAME) == []


def test_what_a_finding_carries(editor: Editor, folder: Path) -> None:
    text = SMALL.replace("units = 8", "units = -8").replace("[outputs.y]", """[inputs.z]
shape = [2]
[outputs.y]""") + "[fit]\nepoch = 3\n"
    editor.open(NAME, text)
    found = {one.code: one for one in editor.diagnostics(NAME)}
    key = found["SX301"]
    assert editor.cut(text, key.range) == "epoch"
    assert key.message == "unknown key `epoch` in [fit]; did you mean `epochs`?"
    assert (key.severity, key.source) == (types.DiagnosticSeverity.Error, "specc")
    assert key.code_description is None
    assert key.data == ["SX301", "/fit/epoch", "key"]
    param = next(one for one in found.values() if one.related_information)
    assert param.related_information is not None
    second = param.related_information[0]
    assert second.location.uri == editor.uri(NAME)
    assert editor.cut(text, second.location.range) == "-8"
    assert second.message == "`units` is set here"


def test_what_is_there_in_vain_is_faded(editor: Editor) -> None:
    text = SMALL.replace("[model]", "[inputs.z]\nshape = [2]\n[model]").replace(
        'name = "hidden"', 'name = "hidden", inputs = "x"')
    editor.open(NAME, text)
    faded, = editor.diagnostics(NAME)
    assert faded.tags is not None
    assert list(faded.tags) == [types.DiagnosticTag.Unnecessary]


def columns(editor: Editor) -> None:
    """A line with letters of every width, and places behind them."""
    text = ('{"description": "😀 ö 𝒳", "specc": 1, "inputs": {"x": {"shape": [4]}}, "model": '
            '{"kind": "functional", "layers": [{"type": "Dense", "units": 1, "name": "y"}]}, '
            '"outputs": {"y": {"task": "regression"}}, "fit": {"Epochs": 3}}')
    editor.open("a.specc.json", text)
    found, = editor.diagnostics("a.specc.json")
    assert editor.cut(text, found.range) == '"Epochs"'
    hover = editor.hover("a.specc.json", at(text, '"Dense"', 3))
    assert hover is not None
    assert hover.range is not None
    assert editor.cut(text, hover.range) == '"Dense"'
    item = editor.complete("a.specc.json", at(text, '"Dense"', 3))["LSTM"]
    assert isinstance(item.text_edit, types.TextEdit)
    assert editor.applied(text, [item.text_edit]) == text.replace("Dense", "LSTM")
    fix, = editor.actions("a.specc.json", [found], ["quickfix"])
    assert editor.accept(fix)[editor.uri("a.specc.json")] == text.replace("Epochs", "epochs")


def test_columns_in_utf_16(editor: Editor) -> None:
    columns(editor)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-32"])
def test_columns_in_what_the_editor_likes_better(folder: Path, encoding: str) -> None:
    with editing(folder, (encoding, "utf-16")) as editor:
        assert editor.initialized.capabilities.position_encoding == encoding
        columns(editor)


def test_an_unsaved_base_counts(editor: Editor, folder: Path) -> None:
    (folder / "base.specc.toml").write_text(BASE)
    editor.open(NAME, HEIR)
    assert editor.found(NAME) == []
    editor.open("base.specc.toml", BASE.replace("units = 8", "unit = 8"))
    editor.until(lambda: len(editor.published[editor.uri(NAME)].diagnostics) > 0)
    editor.change("base.specc.toml", BASE)
    editor.until(lambda: not editor.published[editor.uri(NAME)].diagnostics)
    editor.change("base.specc.toml", BASE.replace("8", "9 9"))
    editor.until(lambda: bool(editor.published[editor.uri("base.specc.toml")].diagnostics))
    editor.close("base.specc.toml")  # the file on the disk is what counts again
    editor.until(lambda: not editor.published[editor.uri("base.specc.toml")].diagnostics)


def test_what_is_wrong_with_a_base_is_shown_in_it_as_long_as_it_matters(
        editor: Editor, folder: Path) -> None:
    base = "base.specc.toml"
    (folder / base).write_text(BASE + "[fit]\nepoch = 3\n")
    editor.open(NAME, HEIR)
    assert editor.found(NAME) == []
    assert editor.found(base) == ["SX301"]
    assert editor.published[editor.uri(base)].version is None
    editor.open("b.specc.toml", HEIR)
    assert editor.found("b.specc.toml") == []
    editor.close(NAME)
    editor.change("b.specc.toml", HEIR + "\n")
    assert editor.found("b.specc.toml") == []
    assert editor.found(base) == ["SX301"]  # the other document still stands for it
    editor.close("b.specc.toml")
    editor.until(lambda: not editor.published[editor.uri(base)].diagnostics)


def test_a_project_that_changes_is_looked_at_again(editor: Editor, folder: Path) -> None:
    project = folder / "pyproject.toml"
    editor.open(NAME, WARNED)
    code, = set(editor.found(NAME))
    project.write_text(f'[tool.specc]\nignore = {{ {code} = "we know" }}\n')
    editor.files_changed("pyproject.toml")
    editor.until(lambda: not editor.published[editor.uri(NAME)].diagnostics)
    project.write_text("[tool.specc]\nignor = {}\n")
    editor.save("pyproject.toml")  # of an editor that watches no files
    editor.until(lambda: bool(editor.published.get(editor.uri("pyproject.toml"))))
    wrong, = editor.published[editor.uri("pyproject.toml")].diagnostics
    assert editor.cut(project.read_text(), wrong.range) == "ignor"
    editor.close(NAME)
    editor.until(lambda: not editor.published[editor.uri("pyproject.toml")].diagnostics)
    assert [one.method for one in editor.registered] == ["workspace/didChangeWatchedFiles"]


def test_closing_clears(editor: Editor) -> None:
    editor.open(NAME, WRONG)
    assert editor.found(NAME)
    editor.close(NAME)
    editor.until(lambda: not editor.published[editor.uri(NAME)].diagnostics)
    editor.open(NAME, WRONG)
    assert editor.found(NAME)


def test_a_document_that_was_never_saved(editor: Editor) -> None:
    editor.open("untitled:new.specc.toml", SMALL + "[fit]\nepoch = 3\n")
    assert editor.found("untitled:new.specc.toml") == ["SX301"]
    assert editor.hover("untitled:new.specc.toml", at(SMALL, '"Dense"')) is not None


def test_other_files_are_none_of_its_business(editor: Editor) -> None:
    for name in ("other.toml", "pyproject.toml", "package.json"):
        editor.open(name, SMALL)
        assert editor.hover(name, at(SMALL, "kind")) is None
        assert editor.complete(name, at(SMALL, "kind")) == {}
        assert editor.actions(name) == []
        assert editor.uri(name) not in editor.published


def test_a_base_of_any_name_is(editor: Editor, folder: Path) -> None:
    (folder / "base.toml").write_text(BASE)
    editor.open(NAME, HEIR.replace("base.specc.toml", "base.toml"))
    assert editor.found(NAME) == []
    editor.open("base.toml", "[fit]\n" + BASE)
    assert "epochs" in editor.complete("base.toml", 6)


def test_texts_that_no_file_could_hold(editor: Editor) -> None:
    for text in ("\ud800 = 1", "\0", "", "\ufeff" + SMALL, "[" * 3000, SMALL.replace("\n", "\r")):
        editor.open(NAME, text)
        editor.diagnostics(NAME)
        editor.complete(NAME, 0)
        editor.close(NAME)


# -- answers --------------------------------------------------------------------------------------


def test_answers_do_not_wait_for_a_check(folder: Path) -> None:
    """A check that takes for ever: what needs none is answered all the same."""
    flag = folder / "go"
    program = f"""
import os, time, specc
check = specc.check
def slow(*given, **rest):
    while not os.path.exists({str(flag)!r}):
        time.sleep(0.01)
    return check(*given, **rest)
specc.check = slow
"""
    with editing(folder, command=patched(program)) as editor:
        editor.open(NAME, WRONG)
        assert "use_bias" in editor.complete(NAME, at(WRONG, "activation"))
        assert editor.symbols(NAME)
        assert editor.definition(NAME, at(WRONG, '"=units"', 3)) is not None
        assert editor.uri(NAME) not in editor.published
        flag.touch()
        assert editor.found(NAME)


def test_hover_and_completion_in_a_document_that_cannot_be_read(editor: Editor) -> None:
    editor.open(NAME, SMALL)
    editor.diagnostics(NAME)
    editor.change(NAME, BROKEN)
    hover = editor.hover(NAME, at(BROKEN, '"hidden"', 2))
    assert hover is not None
    assert isinstance(hover.contents, types.MarkupContent)
    assert hover.contents.kind == types.MarkupKind.Markdown
    assert "gives 2 x `(batch, 8)`" in hover.contents.value
    items = editor.complete(NAME, at(BROKEN, '"De\n', 3))
    assert {"Dense", "DepthwiseConv2D"} <= set(items)
    dense = items["Dense"]
    assert isinstance(dense.text_edit, types.TextEdit)
    assert editor.applied(BROKEN, [dense.text_edit]) == BROKEN.replace('"De\n', '"Dense"\n')
    assert dense.filter_text == '"Dense'
    whole = editor.resolve(dense)
    assert isinstance(whole.documentation, types.MarkupContent)
    assert "takes one tensor" in whole.documentation.value


LIST = SMALL.replace("layers = [\n", "layers = [\n  De\n")


def test_a_layer_is_a_snippet(editor: Editor) -> None:
    editor.open(NAME, LIST)
    item = editor.complete(NAME, at(LIST, "De", 2))["Dense"]
    assert item.insert_text_format == types.InsertTextFormat.Snippet
    assert isinstance(item.text_edit, types.TextEdit)
    assert item.text_edit.new_text == r'{ type = "Dense", units = ${1:32} \}'


def test_an_editor_that_can_little_and_wants_no_hints(folder: Path) -> None:
    """No snippets, no versions of documents, no file watching, no Markdown, no encodings."""
    with editing(folder, options={"inlayHints": False},
                 capabilities=types.ClientCapabilities()) as editor:
        editor.open(NAME, LIST)
        item = editor.complete(NAME, at(LIST, "De", 2))["Dense"]
        assert item.insert_text_format == types.InsertTextFormat.PlainText
        assert isinstance(item.text_edit, types.TextEdit)
        assert item.text_edit.new_text == '{ type = "Dense", units = 32 }'
        editor.change(NAME, WRONG)
        whole, = editor.actions(NAME, only=["source.fixAll.specc"])
        assert whole.edit is not None
        assert whole.edit.document_changes is None
        assert whole.edit.changes is not None
        assert editor.applied(WRONG, whole.edit.changes[editor.uri(NAME)]) == SMALL
        assert editor.hints(NAME) == []
        assert not editor.registered


def test_fixes(editor: Editor, folder: Path) -> None:
    editor.open(NAME, WRONG)
    found = editor.diagnostics(NAME)
    assert len(found) == 2
    for one in found:
        fix, = editor.actions(NAME, [one], ["quickfix"])
        assert fix.is_preferred
        assert fix.kind == "quickfix"
        assert list(fix.diagnostics or ()) == [one]
        editor.change(NAME, editor.accept(fix)[editor.uri(NAME)])
        assert one.code not in editor.found(NAME)
        editor.change(NAME, WRONG)
    for only in (["source.fixAll.specc"], ["source.fixAll"], ["source"]):
        whole, = editor.actions(NAME, only=only)
        assert whole.kind == "source.fixAll.specc"
        assert editor.accept(whole)[editor.uri(NAME)] == SMALL
    (folder / NAME).write_text(WRONG)
    main(["check", "--fix", str(folder / NAME)])
    assert (folder / NAME).read_text() == SMALL
    assert {one.kind for one in editor.actions(NAME)} == {"quickfix", "source.fixAll.specc"}
    assert editor.actions(NAME, only=["refactor"]) == []
    stranger = types.Diagnostic(found[0].range, "of another server", source="taplo", data={"a": 1})
    assert [one.title for one in editor.actions(NAME, [stranger], ["quickfix"])] == ["write `relu`"]
    editor.change(NAME, SMALL)
    assert editor.actions(NAME) == []


def test_a_fix_in_a_base(editor: Editor, folder: Path) -> None:
    (folder / "base.specc.toml").write_text(BASE + "[fit]\nEpochs = 3\n")
    editor.open(NAME, HEIR)
    editor.diagnostics(NAME)
    whole, = editor.actions(NAME, only=["source.fixAll.specc"])
    assert editor.accept(whole) == {
        editor.uri("base.specc.toml"): BASE + "[fit]\nepochs = 3\n"}


@pytest.mark.parametrize("suffix", ["toml", "json"])
def test_ignoring_a_warning(editor: Editor, suffix: str) -> None:
    name = f"a.specc.{suffix}"
    text = WARNED if suffix == "toml" else json.dumps(tree_of(WARNED), indent=2)
    editor.open(name, text)
    one, = editor.diagnostics(name)
    assert one.severity == types.DiagnosticSeverity.Warning
    ignore, = [one for one in editor.actions(name, [one], ["quickfix"]) if "ignore" in one.title]
    assert ignore.title == f"ignore {one.code} in [lint]"
    assert not ignore.is_preferred
    after = editor.accept(ignore)[editor.uri(name)]
    assert '"why"' in after
    editor.change(name, after)
    assert editor.found(name) == []


def test_hints(editor: Editor) -> None:
    editor.open(NAME, SMALL)
    labels = [one.label for one in editor.hints(NAME)]
    assert labels == ["2 x (batch, 8)  112 params", "(batch, 1)  9 params"]
    editor.change(NAME, BROKEN)  # while somebody types, what is above stays
    assert [one.label for one in editor.hints(NAME)] == labels[:1]


def test_hints_that_a_base_changes_are_asked_for_again(editor: Editor, folder: Path) -> None:
    (folder / "base.specc.toml").write_text(BASE)
    editor.open(NAME, HEIR)
    assert editor.hints(NAME)[0].label == "2 x (batch, 8)  112 params"
    before = editor.refreshed
    editor.open("base.specc.toml", BASE.replace("8", "9"))
    editor.until(lambda: editor.refreshed > before)
    assert editor.hints(NAME)[0].label == "2 x (batch, 9)  135 params"


def test_symbols_and_definitions(editor: Editor, folder: Path) -> None:
    (folder / "base.specc.toml").write_text(BASE)
    editor.open(NAME, HEIR)
    names = [one.name for one in editor.symbols(NAME)]
    assert names == ["params", "inputs", "model", "outputs"]
    there = editor.definition(NAME, at(HEIR, '"=units"', 3))
    assert there is not None
    assert there.uri == editor.uri("base.specc.toml")
    assert editor.cut(BASE, there.range) == "units"
