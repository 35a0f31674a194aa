"""How nbgrader grades this course. Read by `make assign`, `make grade` ... and by nbgrader's own commands in this folder.

Sources are in notebooks/solutions, everything else is in grading/, which git ignores. For a gradebook on a server, set
nbgrader's own variable: NBGRADER_DB=postgresql+psycopg://user:password@host/grades make grade ... (needs psycopg).
"""

import os
from pathlib import Path

from nbgrader import dbutil
from nbgrader import preprocessors as stock

from helpers.grading import steps
from helpers.grading.derive import CONFIG, STEPS

ROOT = Path(__file__).resolve().parent
WORK = ROOT / "grading"
dbutil.ALEMBIC_DIR = str(Path(dbutil.__file__).with_name("alembic")).replace("%", "%%")  # goes into an .ini file
WORK.mkdir(mode=0o700, exist_ok=True)  # must exist before the gradebook opens

c = get_config()  # noqa: F821  traitlets defines it
c.merge(CONFIG)

c.CourseDirectory.root = str(ROOT)
c.CourseDirectory.course_id = "rnn_unrolled"  # without one, nbgrader violates a foreign key, which PostgreSQL enforces
c.CourseDirectory.source_directory = "notebooks/solutions"
for step in ("release", "submitted", "autograded", "feedback", "solution", "source_with_tests"):
    c.CourseDirectory[f"{step}_directory"] = f"grading/{step}"
c.CourseDirectory.db_url = os.environ.get("NBGRADER_DB") or f"sqlite:///{WORK / 'gradebook.db'}?timeout=120"

c.Vary.cohort = str(WORK / "cohort.json")
at = STEPS.index(stock.ClearHiddenTests)
c.GenerateAssignment.preprocessors = [steps.Vary, *STEPS[1:at], stock.SaveCells, *STEPS[at:]]

c.Autograde.sanitize_preprocessors = [stock.ClearOutput]
c.Autograde.autograde_preprocessors = [steps.Judge, stock.SaveAutoGrades, stock.AssignLatePenalties]
c.Judge.root = str(ROOT)

c.GenerateFeedback.preprocessors = [
    stock.GetGrades,
    steps.HideTests,
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]
