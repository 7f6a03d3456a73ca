#!/usr/bin/env python3
"""Gathers the pages of the book: docs/ as it is, and the pages and pictures of examples/, to which the gallery leads, beside it.

Usage: stage.py FOLDER. Links between the two are turned to where the pages stand in the book; README.md is index.md there, as
mdBook has it.
"""
import re
import shutil
import sys
from pathlib import Path

root = Path(__file__).resolve().parents[2]
out = Path(sys.argv[1])
shutil.copytree(root / "docs", out)
pages = {}  # where each file of the repository stands in the book
for path in sorted((root / "docs").rglob("*")):
    pages[path] = path.relative_to(root / "docs")
has_gallery = (root / "docs/gallery").is_dir()
if has_gallery:
    for path in sorted((root / "examples").rglob("*")):
        if path.suffix in (".md", ".svg"):
            pages[path] = path.relative_to(root)
pages = {path: to.with_name("index.md") if to.name == "README.md" else to for path, to in pages.items()}


def turned(source: Path, text: str) -> str:
    """The page with its links turned; code stays as it is. A link out of the book becomes its words."""
    def link(found: re.Match) -> str:
        mark, words, to = found.groups()
        file, hash, anchor = to.partition("#")
        if not file or re.match(r"[a-z]+:", to):
            return found[0]
        target = (source.parent / file).resolve()
        if target not in pages:
            return words
        here, there = pages[source].parent, pages[target]
        up = len(here.parts)
        return f"{mark}[{words}]({'../' * up}{there.as_posix()}{hash}{anchor})"

    parts = re.split(r"(?ms)(^ *(```+).*?^ *\2 *$)", text)
    for at in range(0, len(parts), 3):
        # a picture may itself be a link
        parts[at] = re.sub(r"(!)\[([^\]\n]*)\]\(([^)\s]+)\)", link, parts[at])
        parts[at] = re.sub(r"(?<!!)()\[((?:[^\[\]\n]|!?\[[^\]\n]*\](?:\([^)\s]*\))?)*)\]\(([^)\s]+)\)", link, parts[at])
        if at + 2 < len(parts):
            parts[at + 2] = ""
    return "".join(parts)


for source, to in pages.items():
    if source.is_dir():
        continue
    target = out / to
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.suffix == ".md":
        text = turned(source, source.read_text(encoding="utf-8"))
        if source.parent.name == "gallery":
            text = text.replace("\n```arch\n", "\n```arch,drawn\n")  # its picture stands above
            # the list beside the page cannot show a heading that is a link; the picture below leads there too
            text = re.sub(r"(?m)^(#+ )\[([^\]\n]*)\]\([^)\n]*\)$", r"\1\2", text)
        target.write_text(text, encoding="utf-8")
        if source.name == "README.md":
            target.with_name("README.md").unlink(missing_ok=True)
    elif source.is_relative_to(root / "examples"):
        shutil.copy(source, target)

if has_gallery:
    summary = (out / "SUMMARY.md").read_text(encoding="utf-8")
    for source, to in pages.items():
        if source.is_relative_to(root / "examples") and source.name == "README.md" and source.parent != root / "examples":
            name = source.parent.name
            line = f"(gallery/{name}.md)\n"
            summary = summary.replace(line, f"{line}    - [Its numbers and trade-offs]({to.as_posix()})\n")
    summary += "- [The examples](examples/index.md)\n"
    (out / "SUMMARY.md").write_text(summary, encoding="utf-8")
