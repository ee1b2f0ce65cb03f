#!/usr/bin/env python3
"""Mutation testing by Stryker.NET, area by area: areas.json says what an area is.

    run.py [AREA ...]      runs these areas; without a name those that have no report yet
    run.py --report        writes the summary of all reports to the standard output

It works on a copy of the tree, in SLUICE_MUTATION_OUT (a folder of the temporary folder if not
set), for Stryker replaces the assemblies that it mutates. Each area leaves its reports, as JSON
and as HTML, in a folder of its name there. An area that was broken off is run from its start.

On a machine that others use, a mutant may run out of time only because its tests did not get a
processor, and would count as found: give them more with SLUICE_MUTATION_TIMEOUT, milliseconds
beyond what the tests took at first (5000 if not set). SLUICE_MUTATION_CONCURRENCY is how many run
at once (1 if not set).
"""
import datetime
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
OUT = pathlib.Path(
    os.environ.get("SLUICE_MUTATION_OUT") or pathlib.Path(tempfile.gettempdir(), "sluice-mutation"))
TREE = OUT / "tree"
SETTINGS = json.loads((HERE / "areas.json").read_text(encoding="utf-8"))
AREAS = SETTINGS["areas"]

# The first test that fails is enough. One test at a time: what it covers is its own.
RUNNER = {"stopOnFail": True, "parallelizeTestCollections": False, "maxParallelThreads": 1}

# Warnings were errors before; of mutants they are not worth the time.
QUICK = [
    ("<TreatWarningsAsErrors>true", "<TreatWarningsAsErrors>false"),
    ("<EnforceCodeStyleInBuild>true", "<EnforceCodeStyleInBuild>false"),
    ("</Nullable>", "</Nullable>\n    <RunAnalyzers>false</RunAnalyzers>"),
]

DETECTED = ("Killed", "Timeout")
MISSED = ("Survived", "NoCoverage")
COLUMNS = ("Killed", "Timeout", "RuntimeError", "Survived", "NoCoverage")


def output(*command):
    return subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.strip()


def report_of(area):
    return OUT / area / "reports" / "mutation-report.json"


def copy_tree():
    """Copies the tree; what did not change keeps its time, so that it is not built again."""
    names = output("git", "ls-files", "--cached", "--others", "--exclude-standard").splitlines()
    for name in names:
        source, target = ROOT / name, TREE / name
        if not source.is_file():
            continue
        data = source.read_bytes()
        if name == "Directory.Build.props":
            text = data.decode()
            for old, new in QUICK:
                text = text.replace(old, new)
            data = text.encode()
        write(target, data)
    kept = set(names)
    for path in TREE.rglob("*.cs"):
        name = path.relative_to(TREE).as_posix()
        if name not in kept and "/obj/" not in name and "/bin/" not in name:
            path.unlink()
    for tests in {area["tests"] for area in AREAS.values()}:
        write(TREE / tests / "xunit.runner.json", json.dumps(RUNNER).encode())
        project = next((TREE / tests).glob("*.csproj"))
        text = project.read_text(encoding="utf-8")
        if "xunit.runner.json" not in text:
            item = "<Content Include=\"xunit.runner.json\" CopyToOutputDirectory=\"Always\" />"
            write(project, text.replace(
                "</Project>", f"  <ItemGroup>{item}</ItemGroup>\n</Project>").encode())


def write(path, data):
    if path.exists() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def test_filter(parts):
    wanted = "|".join(f"FullyQualifiedName~{part}" for part in parts if part[0] != "!")
    return f"({wanted})" + "".join(
        f"&FullyQualifiedName!~{part[1:]}" for part in parts if part[0] == "!")


def run(name):
    area = AREAS[name]
    folder = OUT / name
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "tmp").mkdir(parents=True)
    config = dict(SETTINGS["common"])
    config["project"] = pathlib.Path(area["project"]).name
    config["mutate"] = area["mutate"]
    config["test-case-filter"] = test_filter(area["filter"])
    config["additional-timeout"] = int(os.environ.get("SLUICE_MUTATION_TIMEOUT") or 5000)
    config["concurrency"] = int(os.environ.get("SLUICE_MUTATION_CONCURRENCY") or 1)
    path = folder / "stryker-config.json"
    path.write_text(json.dumps({"stryker-config": config}, indent=2), encoding="utf-8")
    environment = dict(
        os.environ, TMPDIR=str(folder / "tmp"), **area.get("environment", {}))
    started = datetime.datetime.now()
    with open(folder / "log.txt", "w", encoding="utf-8") as log:
        code = subprocess.run(
            ["dotnet", "stryker", "--config-file", str(path), "--output", str(folder),
             "--skip-version-check"],
            cwd=TREE / area["tests"], env=environment, stdout=log, stderr=log,
            check=False).returncode
    if not report_of(name).exists():
        print(f"{name}: no report (code {code}), see {folder / 'log.txt'}", flush=True)
        return False
    about = {
        "commit": output("git", "rev-parse", "--short", "HEAD"),
        "date": started.strftime("%Y-%m-%d %H:%M"),
        "minutes": round((datetime.datetime.now() - started).total_seconds() / 60, 1),
    }
    (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")
    shutil.rmtree(folder / "tmp")
    counts = count(mutants_of(name))
    print(f"{name}: {score(counts)} in {about['minutes']} min: {counts}", flush=True)
    return True


def mutants_of(area):
    """Yields (path, mutant, its line, what stands there, what the mutant has)."""
    report = json.loads(report_of(area).read_text(encoding="utf-8"))
    project = pathlib.Path(AREAS[area]["project"]).parent.name
    for file, content in sorted(report["files"].items()):
        path = f"src/{project}/{file.split(f'{project}/')[-1]}"
        lines = content["source"].split("\n")
        for mutant in content["mutants"]:
            start, end = mutant["location"]["start"], mutant["location"]["end"]
            line = lines[start["line"] - 1]
            first = start["column"] - 1
            if start["line"] == end["line"]:
                old = line[first:end["column"] - 1]
            else:
                old = "\n".join([line[first:], *lines[start["line"]:end["line"]]])
            yield path, mutant, line.strip(), squeeze(old), squeeze(mutant["replacement"])


def squeeze(text, most=70):
    text = re.sub(r"\s+", " ", text).strip().replace("`", "'")
    return text if len(text) <= most else text[:most - 3] + "..."


def count(mutants):
    counts = dict.fromkeys(COLUMNS, 0)
    for _, mutant, *_ in mutants:
        if mutant["status"] in counts:
            counts[mutant["status"]] += 1
    return counts


def score(counts):
    detected = sum(counts[status] for status in DETECTED)
    valid = detected + sum(counts[status] for status in MISSED)
    return f"{100 * detected / valid:.1f} %" if valid else "-"


def reasons():
    """What reasons.md says: (path, what stands there, what the mutant has, line) to reason."""
    found, path = {}, ""
    for line in (HERE / "reasons.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            path = line[3:].strip()
        entry = re.match(r"- `(.*?)` in `(.*?)` → `(.*?)`: (.*)", line)
        if entry:
            old, source, new, reason = entry.groups()
            found[path, old, source, new] = reason
    return found


def report():
    known = reasons()
    print("| area | score | killed | timeout | crashed | survived | not covered | run |")
    print("|---|---|---|---|---|---|---|---|")
    missed, total = [], dict.fromkeys(COLUMNS, 0)
    for area in AREAS:
        if not report_of(area).exists():
            print(f"| {area} | not run | | | | | | |")
            continue
        mutants = list(mutants_of(area))
        counts = count(mutants)
        about = json.loads((OUT / area / "about.json").read_text(encoding="utf-8"))
        cells = " | ".join(str(counts[status]) for status in COLUMNS)
        print(f"| {area} | {score(counts)} | {cells} | {about['date']}, {about['commit']}, "
              f"{about['minutes']} min |")
        for status in COLUMNS:
            total[status] += counts[status]
        missed += [entry for entry in mutants if entry[1]["status"] in MISSED]
    print(f"| all | {score(total)} | "
          + " | ".join(str(total[status]) for status in COLUMNS) + " | |")
    print("\nSurvivors, and what no test reaches (*nc*):\n")
    path = ""
    for file, mutant, source, old, new in sorted(
            missed, key=lambda entry: (entry[0], entry[1]["location"]["start"]["line"])):
        if file != path:
            path = file
            print(f"\n## {path}\n")
        mark = " *nc*" if mutant["status"] == "NoCoverage" else ""
        reason = known.get((path, old, squeeze(source), new), "not looked at yet")
        line = mutant["location"]["start"]["line"]
        print(f"- {line}{mark}: `{old}` in `{squeeze(source)}` → `{new}`: {reason}")


def main():
    names = sys.argv[1:]
    if names == ["--report"]:
        return report()
    unknown = [name for name in names if name not in AREAS]
    if unknown:
        sys.exit(f"No such area: {', '.join(unknown)}. There are: {', '.join(AREAS)}.")
    copy_tree()
    subprocess.run(["dotnet", "tool", "restore"], cwd=TREE, check=True)
    failed = [name for name in names or AREAS
              if (names or not report_of(name).exists()) and not run(name)]
    return sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
