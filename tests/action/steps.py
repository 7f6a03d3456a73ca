"""Runs the steps of action.yml that are scripts, in a repository of its own, as GitHub would: the expressions filled in, the
conditions judged, outputs handed on. Knows as much of GitHub as the action uses, and fails on anything else."""

import os
import re
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]


def known(event, inputs, outputs):
    """What an expression may name, with its value."""
    values = {
        "github.action_path": str(ROOT),
        "github.event_name": event["name"],
        "github.event.pull_request.base.sha": event.get("base", ""),
        "github.event.pull_request.number": event.get("number", ""),
        "runner.os": "Linux",
        "runner.arch": "X64",
    }
    values.update({f"inputs.{name}": value for name, value in inputs.items()})
    values.update(outputs)
    return values


def value(name, values):
    if name not in values and re.fullmatch(r"steps\.[a-z]+\.outputs\.[a-z-]+", name):
        return ""  # of a step that was not run, or set no such output
    if name not in values:
        sys.exit(f"action.yml uses `{name}`, which this test does not know")
    return values[name]


def filled(text, values):
    return re.sub(r"\$\{\{ *([a-z._-]+) *\}\}", lambda found: value(found[1], values), text)


def holds(condition, values):
    def one(part):
        found = re.fullmatch(r"([a-z._-]+) (==|!=) '([^']*)'", part.strip())
        if not found:
            sys.exit(f"a condition that this test cannot judge: {part}")
        return (value(found[1], values) == found[3]) == (found[2] == "==")

    return all(one(part) for part in condition.split("&&"))


def run(repository, temporary, event, given, path=None):
    """Runs the action. Gives the exit code of the job, the outputs of its steps, the log and the summary."""
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    inputs = {name: it["default"] for name, it in action["inputs"].items()}
    inputs["token"] = "secret"
    unknown = set(given) - set(inputs)
    if unknown:
        sys.exit(f"no such inputs: {unknown}")
    inputs.update(given)
    outputs, log, code = {}, "", 0
    summary = temporary / "summary.md"
    summary.write_text("")
    for step in action["runs"]["steps"]:
        values = known(event, inputs, outputs)
        if "if" in step and not holds(step["if"], values):
            continue
        if "uses" in step:
            for text in step["with"].values():
                filled(str(text), values)
            continue
        file = temporary / "output"
        file.write_text("")
        # nothing of this machine but what finds programs
        environment = {
            "PATH": (f"{path}:" if path else "") + os.environ["PATH"],
            "HOME": str(temporary),
            "RUNNER_TEMP": str(temporary),
            "GITHUB_OUTPUT": str(file),
            "GITHUB_STEP_SUMMARY": str(summary),
            "GITHUB_REPOSITORY": "owner/designs",
        }
        for name, text in step.get("env", {}).items():
            environment[name] = filled(str(text), values)
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=repository, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )
        log += done.stdout
        for line in file.read_text().splitlines():
            name, _, text = line.partition("=")
            outputs[f"steps.{step.get('id')}.outputs.{name}"] = text
        if done.returncode:
            code = done.returncode
            break
    return code, outputs, log, summary.read_text()


def well_formed():
    """What must hold of the file itself."""
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    for step in action["runs"]["steps"]:
        if "uses" in step and not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", step["uses"]):
            sys.exit(f"not pinned to a commit: {step['uses']}")
        if "run" in step and "${{" in step["run"]:
            sys.exit(f"an expression inside a script can be anything that a stranger wrote: {step['run']}")
        if "run" in step and step.get("shell") != "bash":
            sys.exit(f"a step without its shell: {step['run']}")
    for output in action["outputs"].values():
        name = re.fullmatch(r"\$\{\{ steps\.([a-z]+)\.outputs\.[a-z-]+ \}\}", output["value"])[1]
        assert any(step.get("id") == name for step in action["runs"]["steps"]), name
    workflow = yaml.safe_load((ROOT / "ci/github-workflow.yml").read_text())
    steps = workflow["jobs"]["archc"]["steps"]
    assert re.fullmatch(r"actions/checkout@[0-9a-f]{40}", steps[0]["uses"]), steps[0]
    assert set(steps[1]["with"]) <= set(action["inputs"]), steps[1]
