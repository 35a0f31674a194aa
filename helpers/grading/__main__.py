"""The instructor's loop: python -m helpers.grading assign | collect | grade | feedback | scores"""

import argparse
import csv
import json
import os
import re
import shutil
import sys
from concurrent.futures.process import BrokenProcessPool

import nbformat
from nbgrader.api import MissingEntry
from tqdm import tqdm

from helpers.exercises import topics
from helpers.grading import pool, sandbox
from helpers.grading.course import MAX_SUBMISSION_BYTES, ROOT, Course, Stop
from helpers.grading.derive import render
from helpers.grading.variants import pick, read_secret

PLATFORMS = r"(_\d+_assignsubmission_file_?|(_LATE)?_\d+_\d+)$"  # what Moodle and Canvas add after a learner's name


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


def collect(course, assignment, folder):
    """Copy submissions from files or folders named by learner, as a learning platform exports them."""
    assigned(course, assignment)
    if not folder:
        raise Stop(
            f"Name the folder with the submissions: make collect FROM=downloads/{assignment} ASSIGNMENT={assignment}."
        )
    if not os.path.isdir(folder):
        wrong = "is a file; unpack it first if it is an archive" if os.path.exists(folder) else "does not exist"
        raise Stop(f"{folder} {wrong}. FROM is the folder that holds the submissions.")
    found = {}
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        name = learner(entry.name, assignment)
        if entry.is_dir(follow_symlinks=False) and name:
            files = [os.path.join(entry.path, file) for file in os.listdir(entry.path) if file.endswith(".ipynb")]
            found.setdefault(name, []).extend(files)
        elif entry.name.endswith(".ipynb") and name:
            found.setdefault(name, []).append(entry.path)
        elif not entry.name.startswith("."):
            kind = "is not a notebook or folder" if name else "does not say whose it is: put the learner's name first"
            print(f"{entry.name!r} {kind}; it was not collected.")
    if not found:
        raise Stop(f"{folder} has no notebooks: expected files such as anna.ipynb, or a folder for each learner.")
    for name, files in found.items():
        place = course.submitted / name / assignment
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        files = [file for file in files if os.path.isfile(file) and not os.path.islink(file)]
        small = [file for file in files if os.path.getsize(file) <= MAX_SUBMISSION_BYTES]
        newest = max(small, key=os.path.getmtime, default=None)
        if newest:
            shutil.copyfile(newest, place / f"{assignment}_exercises.ipynb")
        if len(files) != 1 or not newest:
            took = (
                f"took {os.path.basename(newest)!r}"
                if newest
                else "took none (links and files over 20 MB are not taken)"
            )
            print(f"{name}: {len(files)} notebooks, {took}.")
    print(f"{assignment}: {len(found)} submissions, from {', '.join(sorted(found))}.")


def learner(name, assignment):
    """Return the learner's name in the name of a file or folder, without the platform's numbers and the assignment."""
    name = name.removesuffix(".ipynb")
    was = topics.LESSONS[assignment].was if assignment in topics.LESSONS else ""
    for file in filter(None, (assignment, was)):
        name = re.sub(rf"[_ -]*{file}_exercises([ -]*\(?\d+\)?)?$", "", name)
    name = re.sub(PLATFORMS, "", name)
    return re.sub(r"[^\w.@+-]+", "_", name).strip("._-")


def grade(course, assignment, workers, again):
    """Grade what is not graded yet, then print the scores and which submissions a person must look at.

    Ctrl-C is safe: run the command again to continue.
    """
    if sentence := sandbox.why_not():
        raise Stop(sentence)
    for name in [assignment] if assignment else course.assignments():
        if not assignment and topics.renamed(name):
            print(f"{name} was given out under its old name and is not graded. The version that gave it out can.")
            continue
        assigned(course, name)
        if not course.students(name):
            if assignment:
                raise Stop(f"Nobody has handed in {name} yet. Run: make collect FROM=folder ASSIGNMENT={name}")
            continue
        try:
            results = pool.grade(course.root, name, workers, again)
        except BrokenProcessPool:
            raise Stop(
                "A worker was killed, perhaps because memory ran out. Nothing is lost: run it again with WORKERS=1."
            ) from None
        rows = scores_of(course, name, results)
        print(f"\n{name}\n{'learner':24}{'score':>8}{'of':>6}{'by hand':>9}")
        for row in rows:
            print(f"{row['learner']:24}{row['score']:>8}{row['of']:>6}{row['by hand']:>9}")
        listed = [f"  {row['learner']}: {row['look']}" for row in rows if row["look"]]
        print("\nThese submissions need a person:" if listed else "\nNo submission needs a person.", *listed, sep="\n")
    write_scores(course)


def scores_of(course, assignment, results=None):
    """Return a row for each submission: learner, assignment, score, of, by hand, look.

    `by hand` counts the marks still to be given, `look` says why a person must look at the submission.
    """
    rows = []
    with course.gradebook() as gradebook:
        for student in course.students(assignment):
            result = pool.stored(course, assignment, student) if results is None else results[student]
            look = list(result["look"]) if result else ["not graded yet: make grade"]
            row = {"learner": student, "assignment": assignment, "score": "-", "of": "-", "by hand": 0}
            try:
                submission = gradebook.find_submission(assignment, student)
            except MissingEntry:
                pass
            else:
                waiting = [g.name for n in submission.notebooks for g in n.grades if g.needs_manual_grade]
                row["of"] = f"{submission.max_score:g}"
                if result and result["graded"]:
                    row |= {"score": f"{submission.score:g}", "by hand": len(waiting)}
                    look += [f"marks by hand: {', '.join(waiting)}"] if waiting else []
            rows.append(row | {"look": "; ".join(look)})
    return rows


def feedback(course, assignment):
    """Write a feedback page for each graded learner."""
    assigned(course, assignment)
    graded = [path.parent.name for path in (course.work / "autograded").glob(f"*/{assignment}")]
    if not graded:
        raise Stop(f"Nothing of {assignment} is graded yet. Run: make grade ASSIGNMENT={assignment}")
    for student in tqdm(sorted(graded), f"Feedback on {assignment}"):
        outcome = course.api.generate_feedback(assignment, student, force=True)
        if not outcome["success"]:
            print(f"{student}: no page: {(outcome.get('error') or outcome.get('log')).strip().splitlines()[-1]}")
    if waiting := [row["learner"] for row in scores_of(course, assignment) if row["by hand"]]:
        print(f"{len(waiting)} pages have answers that are not marked yet, and say so. Run make mark, then this again.")
    print(f"To give back: {course.work / 'feedback'}")


def write_scores(course):
    """Write all scores to grading/scores.csv."""
    rows = [row for name in course.assignments() for row in scores_of(course, name)]
    if not rows:
        raise Stop("There are no submissions yet. Run make assign, then make collect.")
    path = course.work / "scores.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    print(f"{len(rows)} rows in {path}")


def assigned(course, assignment):
    if not assignment:
        raise Stop("Name the assignment, for example ASSIGNMENT=fixed_networks.")
    course.source(assignment)
    if assignment not in course.assignments():
        raise Stop(f"{assignment} was not given out yet. Run: make assign ASSIGNMENT={assignment}")


def main(arguments=None, root=ROOT):
    parser = argparse.ArgumentParser(prog="helpers.grading", description=__doc__)
    parser.add_argument("word", choices=["assign", "collect", "grade", "feedback", "scores"])
    for name in ("assignment", "cohort", "secret-file", "from", "workers", "sandbox", "again"):
        parser.add_argument(f"--{name}", default="")
    given = vars(parser.parse_args(arguments))
    if given["sandbox"] == "no":
        os.environ[sandbox.UNSANDBOXED] = "1"
        print("Grading without the sandbox: learners' code can read and change what you can.", file=sys.stderr)
    try:
        course, name = Course(root), given["assignment"]
        if given["word"] == "assign":
            assign(course, name, given["cohort"], given["secret_file"])
        elif given["word"] == "collect":
            collect(course, name, given["from"])
        elif given["word"] == "grade":
            grade(course, name, workers(given["workers"]), bool(given["again"]))
        elif given["word"] == "feedback":
            feedback(course, name)
        else:
            write_scores(course)
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
