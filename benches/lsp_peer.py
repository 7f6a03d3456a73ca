"""Times two language servers with the same probe on the same system, each in its own language:

python3 benches/lsp_peer.py FILE COMMAND... [-- FILE COMMAND...]

A word is typed behind the first name in quotes of FILE and taken back, in turn; each edit is timed until findings of that
text arrive, then a hover and a completion there. Memory is that of the server and all its children."""

import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import lsp


class Peer(lsp.Client):
    def wait(self, wanted):
        """The first message that is wanted; what the server asks is answered with nothing."""
        while True:
            _, message, _ = self.came.get(timeout=120)
            if "id" in message and "method" in message:
                empty = [None] * len(message.get("params", {}).get("items", []))
                self.send(id=message["id"], result=empty if message["method"] == "workspace/configuration" else None)
            elif wanted(message):
                return time.perf_counter(), message, 0

    def memory(self):
        """MB resident, of the server and all below it."""
        kilobytes, todo = 0, [self.server.pid]
        while todo:
            pid = todo.pop()
            status = pathlib.Path(f"/proc/{pid}/status")
            if status.exists():
                rows = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
                kilobytes += int(rows.get("VmRSS", "0 kB").split()[0])
            children = pathlib.Path(f"/proc/{pid}/task/{pid}/children")
            if children.exists():
                todo.extend(int(it) for it in children.read_text().split())
        return kilobytes // 1024


def middle(times):
    return f"median {statistics.median(times):.0f} ms, worst {max(times):.0f} ms of {len(times)}"


def measure(file, command, edits=12):
    file = pathlib.Path(file)
    with tempfile.TemporaryDirectory() as folder:
        own = pathlib.Path(folder) / file.name
        text = file.read_text()
        own.write_text(text)
        uri = own.as_uri()
        start = time.perf_counter()
        client = Peer(*command, folder=folder)
        told = lambda: (time.perf_counter() - start) * 1e3
        capabilities = {
            "textDocument": {"publishDiagnostics": {"versionSupport": True}, "synchronization": {}},
            "workspace": {"workspaceFolders": True, "configuration": True},
        }
        folders = [{"uri": own.parent.as_uri(), "name": "bench"}]
        client.ask("initialize", processId=None, rootUri=own.parent.as_uri(), workspaceFolders=folders, capabilities=capabilities)
        greeted = told()
        client.send(method="initialized", params={})
        language = file.suffix.lstrip(".").replace("c4", "likec4")
        document = {"uri": uri, "languageId": language, "version": 1, "text": text}
        client.send(method="textDocument/didOpen", params={"textDocument": document})
        found = lambda version: lambda it: (
            it.get("method") == "textDocument/publishDiagnostics"
            and it["params"]["uri"] == uri
            and it["params"].get("version", version) == version
        )
        client.wait(found(1))
        print(f"{pathlib.Path(command[0]).name} on {file.name}, {len(text) // 1024} KB")
        print(f"  start to greeting    {greeted:.0f} ms")
        print(f"  start to findings    {told():.0f} ms")
        quote = min(text.find(it) for it in "\"'" if it in text) + 1
        line, column = text.count("\n", 0, quote), quote - text.rfind("\n", 0, quote) - 1
        spans, hovers, completions = [], [], []
        for version in range(2, 2 + edits):
            typed = version % 2 == 0
            place = {"line": line, "character": column}
            end = {"line": line, "character": column + (0 if typed else 4)}
            change = {"range": {"start": place, "end": end}, "text": "Zap " if typed else ""}
            start = time.perf_counter()
            client.send(
                method="textDocument/didChange",
                params={"textDocument": {"uri": uri, "version": version}, "contentChanges": [change]},
            )
            client.wait(found(version))
            spans.append(told())
            for method, times in [("hover", hovers), ("completion", completions)]:
                start = time.perf_counter()
                client.ask(f"textDocument/{method}", textDocument={"uri": uri}, position={"line": line, "character": 3})
                times.append(told())
            time.sleep(0.3)
        print(f"  edit to findings     {middle(spans)}")
        print(f"  hover                {middle(hovers)}")
        print(f"  completion           {middle(completions)}")
        print(f"  memory               {client.memory()} MB")
        client.ask("shutdown")
        client.send(method="exit")
        try:
            client.server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            client.server.kill()
            print("  did not end on exit")


if __name__ == "__main__":
    runs, words = [], sys.argv[1:]
    while words:
        end = words.index("--") if "--" in words else len(words)
        runs.append(words[:end])
        words = words[end + 1 :]
    for file, *command in runs:
        measure(file, command)
