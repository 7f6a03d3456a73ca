"""The ready-made steps for CI, each run in repositories of its own: the action of GitHub, the template of GitLab, the hooks of
pre-commit; and a book made by the real mdBook. Takes the program to test."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

import steps

ARCHC = str(Path(sys.argv[1]).resolve())
ROOT = steps.ROOT
OLD = """client c { users = 1k  requests_per_user = 10/day  peak_factor = 3 }
service api { replicas = 2 }
c -> api { timeout = 1s }
"""
# saturated, with every figure given: an error
NEW = """client c { users = 100M  requests_per_user = 10/day  peak_factor = 3 }
service api { replicas = 2  capacity = 10/s }
database db
c -> api { timeout = 1s }
api -> db
"""
GH = """#!/usr/bin/env python3
import json, pathlib, sys
folder = pathlib.Path({folder!r})
arguments = sys.argv[1:]
with open(folder / "calls", "a") as calls:
    calls.write(json.dumps(arguments) + "\\n")
if {broken}:
    sys.exit("gh: Resource not accessible by integration (HTTP 403)")
known = folder / "comment"
if "--jq" in arguments:
    print("41" if known.exists() else "")
elif "--method" in arguments:
    body = [it for it in arguments if it.startswith("body=@")][0][6:]
    known.write_text(pathlib.Path(body).read_text())
"""


def git(repository, *arguments):
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "protocol.file.allow=always"]
    done = subprocess.run(["git", *who, *arguments], cwd=repository, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def repository(folder):
    """One with a design on main, and a branch that makes it worse."""
    (folder / "designs").mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    (folder / "designs/a shop.arch").write_text(OLD)
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "old")
    base = git(folder, "rev-parse", "HEAD")
    git(folder, "checkout", "--quiet", "-b", "change")
    (folder / "designs/a shop.arch").write_text(NEW)
    git(folder, "commit", "--quiet", "-am", "new")
    return base


def fake_gh(folder, broken=False):
    folder.mkdir()
    program = folder / "gh"
    program.write_text(GH.format(folder=str(folder), broken=broken))
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    return folder


def calls(folder):
    return [json.loads(line) for line in (folder / "calls").read_text().splitlines()]


def action(work):
    """Every way in which the action of GitHub is used."""
    designs = work / "designs repository"
    base = repository(designs)
    pull = {"name": "pull_request", "base": base, "number": "7"}
    given = {"binary": ARCHC, "paths": "  designs\n\n"}
    temporary = work / "runner"
    temporary.mkdir()
    gh = fake_gh(work / "gh")

    code, outputs, log, summary = steps.run(designs, temporary, pull, given, gh)
    assert code == 1 and outputs["steps.check.outputs.exit-code"] == "1", log
    annotation = re.search(r"^::error file=designs/a shop\.arch,line=2,col=\d+,endColumn=\d+,title=CP001 [a-z-]+::.*$", log, re.M)
    assert annotation and "\n" not in annotation[0], log
    assert "CP001" in summary and summary.startswith("### archc\n"), summary
    sarif = json.loads(Path(outputs["steps.check.outputs.sarif-file"]).read_text())
    assert sarif["version"] == "2.1.0" and sarif["runs"][0]["results"], sarif
    comment = (gh / "comment").read_text()
    assert comment.startswith("<!-- archc -->\n") and "CP001" in comment and "`db`" in comment, comment
    assert [call for call in calls(gh) if "POST" in call], calls(gh)

    # the next push renews the comment that is there
    steps.run(designs, temporary, pull, given, gh)
    last = calls(gh)[-1]
    assert "PATCH" in last and "repos/owner/designs/issues/comments/41" in last, last

    # a baseline, or the base of the pull request, and findings are known
    subprocess.run([ARCHC, "baseline", "write", "designs", "--baseline", "known.json"], cwd=designs, check=True, capture_output=True)
    code, _, log, summary = steps.run(designs, temporary, pull, {**given, "baseline": "known.json"}, gh)
    assert code == 0 and "Nothing found." in summary, log
    only_new = {**given, "new-only": "true", "fail-on": "note", "annotations": "false"}
    code, _, log, _ = steps.run(designs, temporary, {**pull, "base": git(designs, "rev-parse", "HEAD")}, only_new, gh)
    assert code == 0 and "::" not in log, log
    code, _, log, _ = steps.run(designs, temporary, pull, only_new, gh)
    assert code == 1, log

    # what goes wrong is told, and is not taken for a verdict
    code, outputs, log, summary = steps.run(designs, temporary, pull, {**given, "paths": "nowhere"}, gh)
    assert code == 2 and "nowhere" in log and "Not everything could be checked" in summary and "Nothing" not in summary, (log, summary)
    code, _, log, _ = steps.run(designs, temporary, pull, {**given, "fail-on": "never"}, fake_gh(work / "no gh", broken=True))
    assert code == 0 and "::warning title=archc::the comment could not be written" in log, log

    # no pull request, no comment
    before = len(calls(gh))
    code, _, log, _ = steps.run(designs, temporary, {"name": "push"}, given, gh)
    assert code == 1 and len(calls(gh)) == before, log

    # a shallow clone fetches what it is compared with; what the base had not is new
    shallow = work / "shallow"
    git(work, "clone", "--quiet", "--depth=1", "--branch=change", designs.as_uri(), str(shallow))
    git(designs, "config", "uploadpack.allowAnySHA1InWant", "true")
    os.environ.update(GIT_CONFIG_COUNT="1", GIT_CONFIG_KEY_0="protocol.file.allow", GIT_CONFIG_VALUE_0="always")
    (shallow / "more.arch").write_text("service lonely\n")
    code, _, log, _ = steps.run(shallow, temporary, pull, {**given, "paths": "designs\nmore.arch", "new-only": "true"}, gh)
    comment = (gh / "comment").read_text()
    assert code == 1 and "CP001" in comment and "more.arch" in comment, (log, comment)

    # a build is named by its sources and taken from the cache
    name = steps.run(designs, temporary, {"name": "push"}, {"paths": "."}, fake_cargo(work / "cargo"))
    assert name[1]["steps.build.outputs.version"] and name[0] == 1, name
    folder = Path(name[1]["steps.build.outputs.folder"])
    assert (folder / "bin/archc").exists()
    again = steps.run(designs, temporary, {"name": "push"}, {"paths": "."}, fake_cargo(work / "no cargo", broken=True))
    assert again[0] == 1 and again[1]["steps.build.outputs.folder"] == str(folder), again


def fake_cargo(folder, broken=False):
    """A cargo that installs the program to test where it is told."""
    folder.mkdir()
    program = folder / "cargo"
    install = f'while [ "$1" != --root ]; do shift; done; mkdir -p "$2/bin"; cp "{ARCHC}" "$2/bin/archc"\n'
    program.write_text("#!/bin/sh\n" + ("exit 9\n" if broken else install))
    program.chmod(0o755)
    return folder


def gitlab(work):
    """The job of the template, in a merge request and on the main branch."""
    template = yaml.safe_load((ROOT / "ci/gitlab.yml").read_text())
    job = template["archc"]
    designs = work / "gitlab"
    base = repository(designs)
    reports = job["artifacts"]["reports"]

    def run(**more):
        variables = {name: str(value) for name, value in job["variables"].items()}
        variables.update(ARCHC=ARCHC, PATH=os.environ["PATH"], **more)
        script = "\n".join(job["script"])
        return subprocess.run(["sh", "-ec", script], cwd=designs, env=variables, capture_output=True, text=True, check=False)

    done = run()
    assert done.returncode == 1 and "CP001" in done.stdout, done
    issues = json.loads((designs / reports["codequality"]).read_text())
    for issue in issues:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}, issue
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker"), issue
        assert issue["location"]["path"] == "designs/a shop.arch" and issue["location"]["lines"]["begin"] > 0, issue
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    assert "<testsuites" in (designs / reports["junit"]).read_text()
    assert run(CI_MERGE_REQUEST_DIFF_BASE_SHA=git(designs, "rev-parse", "HEAD")).returncode == 0
    assert run(CI_MERGE_REQUEST_DIFF_BASE_SHA=base).returncode == 1


def hooks(work):
    """The hooks of pre-commit, by pre-commit itself, with the program to test in place of one that it would build."""
    file = ROOT / ".pre-commit-hooks.yaml"
    commit = [sys.executable, "-m", "pre_commit"]
    subprocess.run([*commit, "validate-manifest", str(file)], check=True)
    designs = work / "hooks"
    repository(designs)
    own = yaml.safe_load(file.read_text())
    for hook in own:
        program, _, rest = hook["entry"].partition(" ")
        assert program == "archc" and hook["language"] == "rust", hook
        hook.update(entry=f"'{ARCHC}' {rest}", language="system")
    (designs / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [{"repo": "local", "hooks": own}]}))
    (designs / "page.md").write_text("# A page\n\n```arch\nclient c\nservice s\nc -> s { timeout = 1s }\n```\n")
    git(designs, "add", ".")

    def run(hook):
        return subprocess.run([*commit, "run", hook, "--all-files"], cwd=designs, capture_output=True, text=True, check=False,
                              env={**os.environ, "PRE_COMMIT_HOME": str(work / "pre-commit")})

    check = run("archc-check")
    assert check.returncode == 1 and "error[CP001]" in check.stdout, check
    (designs / "designs/a shop.arch").write_text(OLD.replace("service api {", "service   api {"))
    git(designs, "add", ".")
    assert run("archc-check").returncode == 0
    # what it changes has to be added again
    assert run("archc-fmt").returncode == 1 and (designs / "designs/a shop.arch").read_text() == OLD
    assert run("archc-fmt").returncode == 0
    assert run("archc-embed").returncode == 1 and list(designs.glob("page-*.svg"))
    git(designs, "add", ".")
    assert run("archc-embed").returncode == 0


def book(work):
    """Designs in a book, drawn by the preprocessor that mdBook itself calls."""
    (work / "src/deep").mkdir(parents=True)
    (work / "book.toml").write_text(
        f"[book]\ntitle = 'Designs'\n[preprocessor.archc]\ncommand = '\"{ARCHC}\" mdbook'\nafter = ['links']\ntheme = 'dark'\n"
    )
    pages = {
        "SUMMARY.md": "# Summary\n\n- [One](one.md)\n  - [Deep](deep/two.md)\n- [Draft]()\n",
        "one.md": "# One\n\n```arch\nclient c\nservice s\nc -> s { timeout = 1s }\n```\n\nafter\n\n{{#include ../brought.md}}\n",
        "deep/two.md": "# Two\n\n> quoted\n>\n> ```arch\n> import \"more.arch\"\n> service q\n> ```\n",
        "deep/more.arch": "service brought_in\n",
    }
    for name, text in pages.items():
        (work / "src" / name).write_text(text)
    (work / "brought.md").write_text("```arch\nservice included\n```\n")
    done = subprocess.run([shutil.which("mdbook"), "build"], cwd=work, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "ERROR" not in done.stderr, done
    one, two = ((work / "book" / page).read_text() for page in ("one.html", "deep/two.html"))
    assert one.count('class="archc-picture"') == 2 and 'data-id="s"' in one and 'data-id="included"' in one, one
    assert two.count('class="archc-picture"') == 1 and 'data-id="brought_in"' in two, two
    # the picture stands in the quote, and no id occurs twice in the whole book
    assert two.index("<blockquote>") < two.index("archc-picture") < two.index("</blockquote>"), two
    ids = re.findall(r'<svg[^>]*? id="([^"]+)"', one + two)
    assert len(ids) == len(set(ids)), ids


def main():
    steps.well_formed()
    work = Path(tempfile.mkdtemp(prefix="archc action "))
    try:
        for test in (action, gitlab, hooks, book):
            folder = work / test.__name__
            folder.mkdir()
            test(folder)
            print(f"{test.__name__}: fine")
    finally:
        shutil.rmtree(work, ignore_errors=True)


main()
