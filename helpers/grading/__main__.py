"""The instructor's loop: python -m helpers.grading assign | collect | grade | feedback | scores | likeness | statistics"""

import argparse
import io
import json
import os
import sys

import nbformat

from helpers.exercises import topics
from helpers.grading import pool, sandbox
from helpers.grading.collect import collect
from helpers.grading.course import ROOT, Course, Stop
from helpers.grading.derive import render
from helpers.grading.feedback import feedback
from helpers.grading.likeness import print_likeness
from helpers.grading.plain import plain
from helpers.grading.platforms import write_canvas, write_moodle
from helpers.grading.scores import scores_of, write_scores
from helpers.grading.statistics import write_statistics
from helpers.grading.variants import pick, read_secret


def assign(course, assignment, cohort, secret_file):
    """Make the notebooks to give out, with the cohort's variants, and add the assignment to the gradebook."""
    if bool(cohort) != bool(secret_file):
        raise Stop(
            "Variants need both COHORT=autumn-2026 and SECRET_FILE=~/course-secret. "
            "With neither, the published exercises are assigned."
        )
    names = (
        [assignment] if assignment else sorted(path.parent.name for path in course.sources.glob("*/*_exercises.ipynb"))
    )
    secret = read_secret(secret_file) if cohort else None
    cohort_file = course.work / "cohort.json"
    stored = json.loads(cohort_file.read_text()) if cohort_file.exists() else {"cohort": cohort, "assignments": {}}
    if stored["cohort"] not in ("", cohort):
        raise Stop(
            f"The folder grading/ belongs to the cohort {stored['cohort']}. Use COHORT={stored['cohort']} "
            "SECRET_FILE=..., or move the folder away first, since each cohort needs its own."
        )
    paths = {name: course.source(name) for name in names}
    sources = {name: nbformat.read(path, 4) for name, path in paths.items()}
    variants = {name: pick(source, name, cohort, secret) if cohort else {} for name, source in sources.items()}
    for name, chosen in variants.items():
        if course.students(name) and stored["assignments"].get(name, {}) != chosen:
            raise Stop(
                f"{name} was given out with other variants and has submissions. Move the folder grading/ away first, "
                "since each cohort needs its own."
            )
    for name, chosen in variants.items():
        stored = {"cohort": cohort, "assignments": stored["assignments"] | {name: chosen}}
        cohort_file.write_text(json.dumps(stored, indent=1))
        solution = course.work / "solutions" / name / paths[name].name
        solution.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(render(sources[name], chosen), solution)
        outcome = course.api.generate_assignment(name, force=True)
        if not outcome["success"]:
            raise Stop(
                f"{name} could not be made: {(outcome.get('error') or outcome.get('log')).strip().splitlines()[-1]}"
            )
        print(f"{name}: {', '.join(f'{e} is {v}' for e, v in chosen.items()) or 'as published'}.")
    print(f"To give out: {course.work / 'release'}\nThe same with solutions, for you: {course.work / 'solutions'}")


def grade(course, assignment, workers, again, attempts):
    """Grade what is not graded yet, then print the scores and which submissions a person must look at.

    Ctrl-C is safe: run the command again to continue.
    """
    if attempts not in ("last", "best"):
        raise Stop(f"ATTEMPTS must be last or best, not {attempts!r}.")
    if os.name == "nt":
        raise Stop("Grading needs Linux, or macOS with SANDBOX=no. On Windows, use the Windows Subsystem for Linux.")
    if pool.local():
        if sentence := sandbox.why_not():
            raise Stop(sentence)
        for sentence in sandbox.missing_bounds():
            print(sentence, file=sys.stderr)
    for name in [assignment] if assignment else course.assignments():
        if not assignment and topics.renamed(name):
            print(f"{name} was given out under its old name and is not graded. The version that gave it out can.")
            continue
        course.assigned(name)
        if not course.students(name):
            if assignment:
                raise Stop(f"Nobody has handed in {name} yet. Run: make collect FROM=folder ASSIGNMENT={name}")
            continue
        results = pool.grade(course.root, name, workers, again, attempts=attempts)
        rows = scores_of(course, name, results)
        print(f"\n{name}\n{'learner':24}{'score':>8}{'of':>6}{'by hand':>9}")
        for row in rows:
            print(f"{plain(row['learner']):24}{row['score']:>8}{row['of']:>6}{row['by hand']:>9}")
        listed = [f"  {plain(row['learner'])}: {plain(row['look'])}" for row in rows if row["look"]]
        print("\nThese submissions need a person:" if listed else "\nNo submission needs a person.", *listed, sep="\n")
    write_scores(course)


def export(course, platform):
    """Write all scores to grading/scores.csv, and to what a learning platform imports if one is named."""
    writers = {"": [], "canvas": [write_canvas], "moodle": [write_moodle]}
    if platform not in writers:
        raise Stop(
            f"PLATFORM must be canvas or moodle, not {platform!r}; without it, grading/scores.csv alone is written."
        )
    for write in (write_scores, *writers[platform]):
        write(course)


OPTIONS = ["assignment", "cohort", "secret-file", "from", "workers", "sandbox", "again", "attempts", "sure", "platform"]


def main(arguments=None, root=ROOT):
    parser = argparse.ArgumentParser(prog="helpers.grading", description=__doc__)
    commands = {
        "assign": lambda course, given: assign(course, given["assignment"], given["cohort"], given["secret_file"]),
        "collect": lambda course, given: collect(course, given["assignment"], given["from"], given["sure"] == "yes"),
        "grade": lambda course, given: grade(
            course, given["assignment"], workers(given["workers"]), bool(given["again"]), given["attempts"] or "last"
        ),
        "feedback": lambda course, given: feedback(course, given["assignment"], workers(given["workers"])),
        "scores": lambda course, given: export(course, given["platform"]),
        "likeness": lambda course, given: print_likeness(course, given["assignment"]),
        "statistics": lambda course, given: write_statistics(course),
    }
    parser.add_argument("word", choices=list(commands))
    for name in OPTIONS:
        parser.add_argument(f"--{name}", default="")
    given = vars(parser.parse_args(arguments))
    for stream in (sys.stdout, sys.stderr):  # a terminal that cannot show a name gets its code
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if given["sandbox"] == "no":
        os.environ[sandbox.UNSANDBOXED] = "1"
        print("Grading without the sandbox: learners' code can read and change what you can.", file=sys.stderr)
    try:
        commands[given["word"]](Course(root), given)
    except Stop as stop:
        return str(stop)
    except KeyboardInterrupt:
        return "Stopped. What was graded is kept; run the same command again to continue."
    return None


def workers(text):
    if text and not (text.isdecimal() and int(text) > 0):
        raise Stop(f"WORKERS must be a number such as 2, not {text!r}.")
    return int(text) if text else os.cpu_count()


if __name__ == "__main__":
    sys.exit(main())
