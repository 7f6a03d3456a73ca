#!/usr/bin/env python3
"""A preprocessor of mdBook: puts the pages of examples/, to which the gallery leads, into the book, and turns links to where the
pages stand there.

docs/examples/ gets the pictures, which mdBook copies with all that stands below docs/; git does not know it. A link out of the
book becomes its words. See book.toml.
"""
import json
import re
import sys
from pathlib import Path

root = Path(__file__).resolve().parents[2]
docs, examples = root / "docs", root / "examples"


def place(path: Path) -> Path:
    """Where a page stands in the book: README.md is index.md there, as mdBook has it."""
    below = path.relative_to(root if path.is_relative_to(examples) else docs)
    return below.with_name("index.md") if below.name == "README.md" else below


def is_there(path: Path) -> bool:
    if path.is_relative_to(examples):
        return path.suffix in (".md", ".svg") and path.is_file()
    return path.is_relative_to(docs) and path.is_file()


def turned(source: Path, text: str) -> str:
    """The page with its links turned; code stays as it is."""
    def link(found: re.Match) -> str:
        mark, words, to = found.groups()
        file, hash, anchor = to.partition("#")
        if not file or re.match(r"[a-z]+:", to):
            return found[0]
        target = (source.parent / file).resolve()
        if not is_there(target):
            return words
        up = "../" * len(place(source).parent.parts)
        return f"{mark}[{words}]({up}{place(target).as_posix()}{hash}{anchor})"

    parts = re.split(r"(?ms)(^ *(```+).*?^ *\2 *$)", text)
    for at in range(0, len(parts), 3):
        # a picture may itself be a link
        parts[at] = re.sub(r"(!)\[([^\]\n]*)\]\(([^)\s]+)\)", link, parts[at])
        parts[at] = re.sub(r"(?<!!)()\[((?:[^\[\]\n]|!?\[[^\]\n]*\](?:\([^)\s]*\))?)*)\]\(([^)\s]+)\)", link, parts[at])
        if at + 2 < len(parts):
            parts[at + 2] = ""
    return "".join(parts)


def page(folder: Path, name: str, number: list | None, parents: list) -> dict:
    """A chapter made of the README of a folder of examples/."""
    source = folder / "README.md"
    path = place(source).as_posix()
    content = turned(source, source.read_text(encoding="utf-8"))
    fields = {"name": name, "content": content, "number": number, "sub_items": [], "path": path, "source_path": path}
    return {"Chapter": {**fields, "parent_names": parents}}


def walk(items: list) -> None:
    for item in items:
        chapter = item.get("Chapter") if isinstance(item, dict) else None
        if not chapter:
            continue
        walk(chapter["sub_items"])
        if not chapter.get("source_path"):
            continue
        source = docs / chapter["source_path"]
        text = turned(source, chapter["content"])
        if source.parent.name == "gallery":
            text = text.replace("\n```arch\n", "\n```arch,drawn\n")  # its picture stands above
            # the list beside the page cannot show a heading that is a link; the picture below leads there too
            text = re.sub(r"(?m)^(#+ )\[([^\]\n]*)\]\([^)\n]*\)$", r"\1\2", text)
            folder = examples / source.stem
            if (folder / "README.md").is_file():
                number = chapter["number"] and chapter["number"] + [1]
                parents = chapter["parent_names"] + [chapter["name"]]
                chapter["sub_items"].append(page(folder, "Its numbers and trade-offs", number, parents))
        chapter["content"] = text


def pictures() -> None:
    for source in sorted(examples.rglob("*.svg")):
        target, new = docs / place(source), source.read_bytes()
        # what is the same is not written: mdbook serve looks at what changes
        if not target.is_file() or target.read_bytes() != new:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(new)


def main() -> None:
    if sys.argv[1:2] == ["supports"]:
        sys.exit(0)
    _, book = json.load(sys.stdin)
    items = book["items"] if "items" in book else book["sections"]
    walk(items)
    items.append(page(examples, "The examples", None, []))
    pictures()
    json.dump(book, sys.stdout)


main()
