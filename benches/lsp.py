"""Times the language server over its standard streams, as a client waits for it: python3 benches/lsp.py SERVER [ELEMENTS ...]"""

import json
import os
import pathlib
import queue
import statistics
import subprocess
import sys
import threading
import time

URI = "file:///nowhere/big.arch"


def design(elements):
    """Groups of fifty in trees of calls, with figures; five flows."""
    out = ['system big "Big"\n', "client c { users = 1M; requests_per_user = 20/day }\n"]
    kinds = ["service", "database", "cache", "worker"]
    groups = max(1, elements // 50)
    for group in range(groups):
        out.append(f"group g{group} {{\n")
        for i in range(50):
            figures = "replicas = 2; capacity = 1k/s; latency = 5ms; availability = 99.9%"
            out.append(f"  {kinds[i % 4]} n{group}_{i} {{ {figures} }}\n")
        out.append("}\n")
    for group in range(groups):
        out.append(f"c -> n{group}_0\n")
        for i in range(1, 50):
            caller = (i - 1) // 4 * 4
            out.append(f"n{group}_{caller} -> n{group}_{i} {{ timeout = 100ms }}\n")
    for group in range(min(groups, 5)):
        out.append(f"flow f{group} {{ rate = 10/s\n  c -> n{group}_0 -> n{group}_1\n  n{group}_0 -> n{group}_2\n}}\n")
    return "".join(out)


class Client:
    def __init__(self, *command, folder=None):
        pipe = subprocess.PIPE
        self.server = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, cwd=folder)
        self.came, self.kept, self.count = queue.Queue(), [], 0
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        while True:
            length = 0
            while (line := self.server.stdout.readline()) not in (b"\r\n", b""):
                if line.startswith(b"Content-Length"):
                    length = int(line.split(b":")[1])
            if not line:
                return
            body = self.server.stdout.read(length)
            self.came.put((time.perf_counter(), json.loads(body), length))

    def send(self, **message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.server.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.server.stdin.flush()

    def wait(self, wanted):
        """When it came, what it was, its bytes."""
        while True:
            for one in self.kept:
                if wanted(one[1]):
                    self.kept.remove(one)
                    return one
            self.kept.append(self.came.get(timeout=120))

    def ask(self, method, **params):
        """Milliseconds, and bytes of the answer."""
        self.count += 1
        number, start = self.count, time.perf_counter()
        self.send(id=number, method=method, params=params)
        end, message, length = self.wait(lambda it: it.get("id") == number and "method" not in it)
        assert "error" not in message, message
        return (end - start) * 1e3, length

    def processor(self):
        """Seconds of all threads; beside other work they tell more than the clock does."""
        fields = pathlib.Path(f"/proc/{self.server.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self):
        """Now, and the most that it was."""
        status = pathlib.Path(f"/proc/{self.server.pid}/status")
        if not status.exists():
            return "unknown"
        rows = dict(line.split(":", 1) for line in status.read_text().splitlines())
        of = lambda name: int(rows[name].split()[0]) // 1024
        return f"{of('VmRSS')} MB, at most {of('VmHWM')} MB"

    def found(self, version):
        named = lambda it: it.get("method") == "textDocument/publishDiagnostics" and it["params"].get("version") == version
        return self.wait(named)


def told(times):
    return f"median {statistics.median(times):.1f} ms, worst {max(times):.1f} ms of {len(times)}"


def measure(program, elements):
    text = design(elements)
    print(f"{elements} elements, {len(text) // 1024} KB")
    start = time.perf_counter()
    client = Client(program)
    client.ask("initialize", capabilities={})
    print(f"  start to greeting    {(time.perf_counter() - start) * 1e3:.0f} ms")
    client.send(method="initialized", params={})
    document = {"uri": URI, "languageId": "arch", "version": 1, "text": text}
    start = time.perf_counter()
    client.send(method="textDocument/didOpen", params={"textDocument": document})
    end, message, length = client.found(1)
    findings = len(message["params"]["diagnostics"])
    print(f"  processor until then {client.processor():.2f} s")
    print(f"  open to findings     {(end - start) * 1e3:.0f} ms, {findings} findings, {length // 1024} KB")

    middle = text.count("\n") // 4
    edits, completions, hovers = [], [], []
    before = client.processor()
    for version in range(2, 22):
        # the users of the client, 1M and 11M in turn
        grows = version % 2 == 0
        at = lambda character: {"line": 1, "character": character}
        change = {"range": {"start": at(19), "end": at(19 if grows else 20)}, "text": "1" if grows else ""}
        start = time.perf_counter()
        client.send(method="textDocument/didChange", params={"textDocument": {"uri": URI, "version": version}, "contentChanges": [change]})
        if version % 2:
            place = {"line": middle, "character": 2}
            completions.append(client.ask("textDocument/completion", textDocument={"uri": URI}, position=place)[0])
        end, _, _ = client.found(version)
        edits.append((end - start) * 1e3)
        place = {"line": middle, "character": 12}
        hovers.append(client.ask("textDocument/hover", textDocument={"uri": URI}, position=place)[0])
    print(f"  edit to findings     {told(edits)}")
    print(f"  processor of an edit {(client.processor() - before) * 1e3 / len(edits):.0f} ms, with a hover, every other one with a completion")
    print(f"  completion at once   {told(completions)}")
    print(f"  hover                {told(hovers)}")
    print(f"  memory of all that   {client.memory()}")
    screen = {"start": {"line": 0, "character": 0}, "end": {"line": 60, "character": 0}}
    for name, method, more in [
        ("tokens", "textDocument/semanticTokens/full", {}),
        ("symbols", "textDocument/documentSymbol", {}),
        ("hints of a screen", "textDocument/inlayHint", {"range": screen}),
        ("lenses", "textDocument/codeLens", {}),
        ("preview", "arch/preview", {}),
        ("preview again", "arch/preview", {}),
    ]:
        took, length = client.ask(method, textDocument={"uri": URI}, **more)
        print(f"  {name:20} {took:.0f} ms, {length // 1024} KB")
    print(f"  memory               {client.memory()}")
    client.ask("shutdown")
    client.send(method="exit")
    assert client.server.wait(timeout=10) == 0


if __name__ == "__main__":
    for count in [int(it) for it in sys.argv[2:]] or [1000, 10000]:
        measure(sys.argv[1], count)
