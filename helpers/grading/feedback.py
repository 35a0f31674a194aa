"""A page for each graded learner (`make feedback`)."""

from tqdm import tqdm

from helpers.grading.course import Stop
from helpers.grading.scores import scores_of


def feedback(course, assignment):
    """Write a feedback page for each graded learner."""
    course.assigned(assignment)
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
