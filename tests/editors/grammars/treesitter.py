"""The tree-sitter grammar reads every sample and example without an error, colours the samples as their carets say,
and its queries fit it. Arguments: the built library, then the folder of the repository."""

import ctypes
import pathlib
import re
import sys
import warnings

from tree_sitter import Language, Parser, Query, QueryCursor

ROLES = {
    "keyword": "keyword", "kind": "keyword", "type": "type", "name": "function", "technology": "type",
    "property": "property", "unknown": None, "constant": "constant", "boolean": "boolean", "number": "number",
    "unit": "type.builtin", "string": "string", "escape": "string.escape", "operator": "operator",
    "comment": "comment", "doc": "comment.documentation", "annotation": "attribute", "selector": "type",
    "bracket": "punctuation.bracket", "plain": None,
}

library, root = sys.argv[1], pathlib.Path(sys.argv[2])
make = ctypes.CDLL(library).tree_sitter_arch
make.restype = ctypes.c_void_p
with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    arch = Language(make())
parser = Parser(arch)
failed, checks = [], 0


def first_error(node):
    if node.type == "ERROR" or node.is_missing:
        return node
    for child in node.children:
        if child.has_error or child.is_missing:
            found = first_error(child)
            if found:
                return found
    return node if node.type == "ERROR" else None


def marks(text):
    """(row, byte column, role) of every caret; a caret speaks of the line above the carets."""
    lines = text.split("\n")
    above = 0
    for row, line in enumerate(lines):
        found = re.match(r"( *)//( *)(\^|<-) (\w+)\r?$", line)
        if not found:
            above = row
            continue
        column = len(found[1]) if found[3] == "<-" else line.index("^")
        yield above, len(lines[above][:column].encode()), found[4]


designs = sorted(root.glob("grammar/samples/*.arch")) + sorted(root.glob("examples/*/design.arch"))
query = Query(arch, (root / "grammar/tree-sitter/queries/highlights.scm").read_text())
for path in designs:
    source = path.read_bytes()
    tree = parser.parse(source)
    checks += 1
    error = first_error(tree.root_node) if tree.root_node.has_error else None
    if error:
        failed.append(f"{path.name}:{error.start_point.row + 1}:{error.start_point.column + 1}: not understood")
        continue
    captures = []
    for name, nodes in QueryCursor(query).captures(tree.root_node).items():
        captures += [(node.end_byte - node.start_byte, node.start_byte, node.end_byte, name) for node in nodes]
    starts = [0] + [i + 1 for i, byte in enumerate(source) if byte == 10]
    for row, column, role in marks(source.decode()):
        at = starts[row] + column
        over = sorted(capture for capture in captures if capture[1] <= at < capture[2])
        got = over[0][3] if over else None
        checks += 1
        if got != ROLES[role]:
            failed.append(f"{path.name}:{row + 1}:{column + 1}: {got} instead of {ROLES[role]} ({role})")

# every query of every editor fits the grammar
for path in sorted(root.glob("grammar/tree-sitter/queries/*.scm")) + sorted(root.glob("editors/**/*.scm")):
    checks += 1
    try:
        Query(arch, path.read_text())
    except Exception as error:
        failed.append(f"{path.relative_to(root)}: {error}")

# broken text is read to its end, and what stands around the mistake is kept
for broken in ['service a {', 'service a { replicas = ', 'a -> -> b', '"', '/* ', '"""', '}}}', '[[[[', 'a = "x\nservice b', '\0\ufffd']:
    checks += 1
    tree = parser.parse((broken + "\nservice last\n").encode())
    if tree.root_node.end_byte < len(broken.encode()):
        failed.append(f"{broken!r}: not read to its end")

print("\n".join(failed))
print(f"{checks} checks of tree-sitter, {len(failed)} failed")
sys.exit(1 if failed else 0)
