"""Language servers over stdin and stdout, asked as an editor asks them."""

from __future__ import annotations

import json
import queue
import shutil
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SCHEMA = HERE.parents[1] / "schemas" / "specc-1.schema.json"
PATIENCE = 60.0  # seconds for one answer
TRIES = 10
CAPABILITIES = {
    "workspace": {"configuration": True, "workspaceFolders": True},
    "textDocument": {"completion": {"completionItem": {
        "snippetSupport": True, "documentationFormat": ["markdown", "plaintext"]}}}}


def tool(name: str) -> str:
    """A program of this environment; without it these tests say nothing."""
    found = shutil.which(name)
    assert found, f"`{name}` is not there: tox run -e editors"
    return found


class JsonService:
    """VS Code's JSON language service, in a process of its own."""

    def __init__(self) -> None:
        self.process = subprocess.Popen([tool("node"), HERE / "json_service.cjs"], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, want: str, text: str) -> Any:
        """About a document, at its `|` if it has one."""
        before, _, after = text.partition("|")
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps({"schema": str(SCHEMA), "text": before + after, "offset": len(before),
                          "want": want}), file=self.process.stdin, flush=True)
        said = json.loads(self.process.stdout.readline())
        assert "error" not in said, said["error"]
        return said["result"]

    def close(self) -> None:
        self.process.communicate()


class Server:
    """A running language server, and the folder it serves."""

    def __init__(self, command: Sequence[str | Path], folder: Path) -> None:
        self.folder = folder
        self.process = subprocess.Popen(list(map(str, command)), cwd=folder,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL)
        self.messages: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self.judged: set[str] = set()  # documents that diagnostics have come of
        self.asked = 0
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()
        self.ask("initialize", processId=None, rootUri=folder.as_uri(), capabilities=CAPABILITIES,
                 workspaceFolders=[{"uri": folder.as_uri(), "name": folder.name}])
        self.tell("initialized")

    def close(self) -> None:
        """As an editor that is closed: the server ends where its input does."""
        assert self.process.stdin is not None
        self.tell("exit")
        self.process.stdin.close()
        self.process.wait(PATIENCE)
        self.listener.join()
        with self.process:  # closes its output
            pass

    def complete(self, text: str) -> list[dict[str, Any]]:
        """What is offered at the `|` of a document."""
        before, after = text.split("|")
        file = self.folder / f"{self.asked}.specc.toml"
        file.write_text(before + after, encoding="utf-8")
        uri = file.as_uri()
        self.tell("textDocument/didOpen", textDocument={
            "uri": uri, "languageId": "toml", "version": 1, "text": before + after})
        while uri not in self.judged:  # the server has read the schema when it says what it thinks
            self._next()
        position = {"line": before.count("\n"), "character": len(before.rpartition("\n")[2])}
        items: list[dict[str, Any]] = []
        tries = 0
        while not items and tries < TRIES:  # of a document that is still being read it says nothing
            answer = self.ask("textDocument/completion", textDocument={"uri": uri},
                              position=position, context={"triggerKind": 1})
            items = list(answer if isinstance(answer, list) else (answer or {}).get("items", []))
            tries += 1
            time.sleep(0 if items else 0.3)
        self.tell("textDocument/didClose", textDocument={"uri": uri})
        return items

    def ask(self, method: str, **params: Any) -> Any:
        self.asked += 1
        number = self.asked
        self._send({"id": number, "method": method, "params": params})
        while True:
            message = self._next()
            if "method" not in message and message.get("id") == number:
                assert "error" not in message, message["error"]
                return message.get("result")

    def tell(self, method: str, **params: Any) -> None:
        self._send({"method": method, "params": params})

    def _next(self) -> dict[str, Any]:
        message = self.messages.get(timeout=PATIENCE)
        assert message is not None, f"the server has ended with {self.process.wait()}"
        if "id" in message and "method" in message:  # it asks the editor
            items = message["params"].get("items", ()) if message.get("params") else ()
            several = message["method"] == "workspace/configuration"
            self._send({"id": message["id"], "result": [None for _ in items] if several else None})
        if message.get("method") == "textDocument/publishDiagnostics":
            self.judged.add(message["params"]["uri"])
        return message

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _listen(self) -> None:
        stdout = self.process.stdout
        assert stdout is not None
        while line := stdout.readline():
            length = 0
            while line.strip():
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
                line = stdout.readline()
            self.messages.put(json.loads(stdout.read(length)))
        self.messages.put(None)
