"""What a class did in an assignment, as a page for the instructor without names (`make statistics`)."""

import re
from collections import Counter, defaultdict

import jinja2
import numpy as np
from matplotlib.ticker import MaxNLocator

from helpers import figures
from helpers.grading.course import Stop
from helpers.grading.plain import plain
from helpers.grading.scores import comments_of, graded_cells, marks_of, question, results_of

FEWEST = 3  # learners; a smaller group is not broken down, since it would show what one of them did
MOST_SENTENCES = 10  # for each exercise
LONGEST = 300  # characters of a sentence
MOST_ATTEMPTS = 12  # more than that are shown together
OUTCOMES = {"passed": figures.BLUE, "in part": figures.GREEN, "failed": figures.ORANGE, "left blank": figures.GREY}
OUTCOMES |= {"to be marked": figures.PURPLE}
BLANK = re.compile(r"has no body yet|NotImplementedError")
NO_RESPONSE = "No response."  # nbgrader's comment on an answer that is as it was given out

VALUE = r"[-+]?(?:\d[\d_]*(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?j?|[-+]?\b(?:inf|nan)\b"
NUMBER = re.compile(rf"(?<![\w.])(?:{VALUE})(?!\w)")
QUOTED = re.compile(r"(?<!\w)(?P<quote>['\"`])(?:\\.|(?!(?P=quote)).)*(?P=quote)(?!\w)|“[^”]*”|‘[^’]*’")
INSIDE = r"(?:[\s…,.:;*]|\\n|\b(?:True|False|None)\b)*"
VALUES = re.compile(rf"(?P<called>\w?)(?P<open>[(\[{{]){INSIDE}…{INSIDE}(?P<close>[)\]}}])")
CUT = re.compile(rf"[(\[{{]+{INSIDE}…{INSIDE}$")
SEVERAL = re.compile(r"…(?:[\s,:;]*…)+")

PAGE = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True).from_string("""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ assignment }}: what the class did</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; color: #1d2329; background: #fff; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2, h3 { line-height: 1.25; }
h2 { margin: 2.5rem 0 .5rem; }
h3 { margin: 1.8rem 0 .3rem; font-size: 1.05rem; }
figure { margin: 1rem 0; }
img { max-width: 100%; height: auto; }
table { border-collapse: collapse; width: 100%; font-size: .95rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #d5d9de; }
td.said { overflow-wrap: anywhere; }
th.number, td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; }
.example { display: block; color: #5f6670; font-size: .9em; }
</style>
</head>
<body>
<h1>{{ assignment }}: what the class did</h1>
<p>{{ handed_in }} handed in, {{ graded }} graded{% if waiting %}, {{ waiting }} with answers that still wait for a mark{% endif %}.</p>
{% if graded < fewest %}
<p>Nothing is broken down for fewer than {{ fewest }} graded submissions, since this would show what one learner did.</p>
{% else %}
<h2>Scores</h2>
<figure>{{ scores|safe }}</figure>
<p>{{ summary }}</p>
<h2>Exercises</h2>
<figure>{{ outcomes|safe }}</figure>
<div class="wide"><table>
<tr><th>exercise</th>{% for name in kinds %}<th class="number">{{ name }}</th>{% endfor %}<th class="number">mean points</th></tr>
{% for exercise in exercises %}
<tr><td>{{ exercise.name }}</td>{% for name in kinds %}<td class="number">{{ exercise.outcomes[name] }}</td>{% endfor %}<td class="number">{{ exercise.mean }}</td></tr>
{% endfor %}
</table></div>
<h2>What the checks said</h2>
<p>Numbers, shapes and quoted values are replaced by …, so that the same sentence counts as one.</p>
{% for exercise in exercises if exercise.sentences or exercise.rare %}
<h3>{{ exercise.name }}</h3>
<table>
<tr><th class="number">learners</th><th>sentence</th></tr>
{% for times, sentence, example in exercise.sentences %}
<tr><td class="number">{{ times }}</td><td class="said">{{ sentence }}{% if example != sentence %} <span class="example">for example: {{ example }}</span>{% endif %}</td></tr>
{% endfor %}
{% if exercise.rare %}
<tr><td class="number">{{ exercise.rare }}</td><td>other sentences{% if exercise.sentences|length < most %}, each said to fewer than {{ fewest }} learners{% endif %}</td></tr>
{% endif %}
</table>
{% else %}
<p>Nothing is stored of what the checks said.</p>
{% endfor %}
{% if attempts %}
<h2>Attempts</h2>
<figure>{{ attempts|safe }}</figure>
{% endif %}
{% endif %}
</body>
</html>
""")


def write_statistics(course):
    """Write grading/statistics/<assignment>.html for each assignment with graded submissions. Returns the paths.

    Raises:
        Stop: nothing is graded.
    """
    paths = []
    for assignment in course.assignments():
        if any(result["graded"] for result in results_of(course, assignment).values()):
            path = course.work / "statistics" / f"{assignment}.html"
            path.parent.mkdir(exist_ok=True)
            path.write_text(page(course, assignment), encoding="utf-8")
            paths.append(path)
    if not paths:
        raise Stop("Nothing is graded yet. Run make grade.")
    print(f"{len(paths)} {'page' if len(paths) == 1 else 'pages'} in {paths[0].parent}")
    return paths


def page(course, assignment):
    """Return the page on one assignment."""
    with course.gradebook() as gradebook:
        cells = graded_cells(gradebook, course, assignment)
        marks, comments = marks_of(gradebook, assignment), comments_of(gradebook, assignment)
    learners = course.students(assignment)
    stored = results_of(course, assignment)
    results = {name: stored[name] for name in learners if name in marks and stored.get(name, {}).get("graded")}
    waiting = sum(any(waits for _, waits in marks[name].values()) for name in results)
    shown = {"assignment": assignment, "handed_in": len(learners), "graded": len(results), "waiting": waiting}
    shown |= {"fewest": FEWEST, "most": MOST_SENTENCES, "kinds": []}
    if len(results) < FEWEST:
        return PAGE.render(shown)
    points = [sum(points for points, _ in marks[name].values()) for name in results]
    exercises = [
        exercise(
            name,
            cells[name],
            {learner: seen(name, results[learner], marks[learner], comments.get(learner, {})) for learner in results},
        )
        for name in cells
    ]
    shown["kinds"] = [kind for kind in OUTCOMES if any(each["outcomes"][kind] for each in exercises)]
    return PAGE.render(
        shown,
        scores=figures.figure_element(*histogram(points, sum(of for _, of in cells.values()))),
        summary=f"Mean {np.mean(points):.1f}, median {np.median(points):g}, from {min(points):g} to {max(points):g} points.",
        exercises=exercises,
        outcomes=figures.figure_element(*outcome_bars(exercises)),
        attempts=attempts(course, assignment, results),
    )


# One exercise


def seen(name, result, marks, comments):
    """Return what one learner's graded cell got: (points, whether it waits for a mark, whether it is blank, what was said)."""
    points, waits = marks.get(name, (0.0, False))
    tests = result.get("tests")
    test = tests.get(name) if isinstance(tests, dict) else None
    said = str(test.get("said") or "") if isinstance(test, dict) else ""
    own = comments.get(question(name), ("", ""))[0]
    return points, waits, not points and (own == NO_RESPONSE or bool(BLANK.search(said))), said


def exercise(name, cell, got):
    """Return what the page shows of one graded cell.

    Args:
        cell: (question, points it can give).
        got: learner -> what `seen` returns.
    """
    _, of = cell
    outcomes = Counter(outcome(points, of, waits, blank) for points, waits, blank, _ in got.values())
    marked = [points for points, waits, _, _ in got.values() if not waits]
    frequent, rare = sentences([said for *_, blank, said in got.values() if said and not blank])
    mean = f"{np.mean(marked):.1f} of {of:g}" if len(marked) >= FEWEST else "–"
    shown = {kind: outcomes[kind] for kind in OUTCOMES}
    return {"name": name_of(name), "outcomes": shown, "mean": mean, "sentences": frequent, "rare": rare}


def name_of(name):
    """Return what the page calls a graded cell: its question, and that an answer in words is one."""
    return f"{question(name)} (in words)" if name.endswith("_answer") else question(name)


def outcome(points, of, waits, blank):
    if blank:
        return "left blank"
    if waits:
        return "to be marked"
    return "passed" if points >= of else "in part" if points > 0 else "failed"


def sentences(said):
    """Return ([(times, sentence, example)], how many others there were); a sentence said to few is only counted.

    An example has its numbers and shapes, but no quoted values, which can be anything, such as a name.
    """
    groups = defaultdict(list)
    for sentence in said:
        one_line = plain(sentence).removeprefix("NotYet: ")[:LONGEST]
        groups[general(one_line)].append(QUOTED.sub("…", one_line))
    often = [(len(texts), text, texts[0]) for text, texts in groups.items() if len(texts) >= FEWEST]
    often = sorted(often, key=lambda found: (-found[0], found[1]))[:MOST_SENTENCES]
    return often, len(said) - sum(times for times, *_ in often)


def general(sentence):
    """Return a sentence with … for its numbers, shapes and quoted values."""
    text = NUMBER.sub("…", QUOTED.sub("…", sentence))
    before = None
    while before != text:
        before, text = text, VALUES.sub(without_values, text)
    return re.sub(r"\s+", " ", SEVERAL.sub("…", CUT.sub("…", text))).strip()


def without_values(match):
    """Return … for a shape or a list of values; after a name the brackets stay, as in `step(…)`."""
    return f"{match['called']}{match['open']}…{match['close']}" if match["called"] else "…"


# Pictures


def histogram(points, of):
    """Return a histogram of scores, of at most 17 bars that are 1, 2, 5, 10 ... points wide, and its alt text."""
    top = max(of, *points)
    width = next(size * 10**power for power in range(9) for size in (1, 2, 5) if top <= 16 * size * 10**power)
    starts = width * np.arange(int(top // width) + 1)
    counts = np.bincount((np.clip(points, 0, top) // width).astype(int), minlength=len(starts))
    fig, ax = figures.new(7, 2.8)
    bars = ax.bar(starts, counts, width, align="edge", color=figures.BLUE, edgecolor="white")
    ax.bar_label(bars, [count or "" for count in counts])
    ax.set(
        xlabel=f"points, of {of:g} (a bar counts {said_width(width)})", ylabel="learners", xlim=(0, starts[-1] + width)
    )
    ax.yaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.margins(y=0.15)
    ax.set_title(f"Half of {len(points)} learners have {np.median(points):g} points or more")
    said = [
        f"{count} from {start} to below {start + width}" for start, count in zip(starts, counts, strict=True) if count
    ]
    return fig, f"Histogram of {len(points)} scores out of {of:g} points: {', '.join(said)}."


def said_width(width):
    return "from one whole point to below the next" if width == 1 else f"{width} points"


def outcome_bars(exercises):
    """Return a bar for each exercise, divided into its outcomes, and the alt text."""
    fig, ax = figures.new(7, 1.3 + 0.42 * len(exercises))
    rows, left = range(len(exercises)), np.zeros(len(exercises))
    for kind, colour in OUTCOMES.items():
        counts = np.array([each["outcomes"][kind] for each in exercises])
        if counts.any():
            bars = ax.barh(rows, counts, 0.7, left, color=colour, edgecolor="white", label=kind)
            total = sum(exercises[0]["outcomes"].values())
            ax.bar_label(
                bars, [count if count > 0.03 * total else "" for count in counts], label_type="center", color="white"
            )
            left += counts
    names = [each["name"].replace("$", r"\$") for each in exercises]
    ax.set_yticks(rows, names)
    ax.set(xlabel="learners", xlim=(0, left.max()), ylim=(len(exercises) - 0.5, -0.5))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    fig.legend(loc="outside upper left", ncols=len(OUTCOMES))
    said = [f"{each['name']}: {shares(each['outcomes'])}" for each in exercises]
    return fig, f"A bar for each exercise, divided by outcome. {'; '.join(said)}."


def shares(outcomes):
    return ", ".join(f"{count} {kind}" for kind, count in outcomes.items() if count)


def attempts(course, assignment, learners):
    """Return a picture of how many attempts learners made, or None if it is known for too few of them."""
    folder = course.work / "attempts" / assignment
    made = [len(list((folder / learner).glob("*.ipynb"))) for learner in learners]
    made = [min(number, MOST_ATTEMPTS) for number in made if number]
    if len(made) < FEWEST:
        return None
    counts = np.bincount(made)[1:]
    names = [f"{number} or more" if number == MOST_ATTEMPTS else str(number) for number in range(1, len(counts) + 1)]
    fig, ax = figures.new(7, 2.5)
    ax.bar_label(ax.bar(names, counts, color=figures.BLUE), [count or "" for count in counts])
    ax.set(xlabel="attempts", ylabel="learners")
    ax.yaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    ax.margins(y=0.15)
    ax.set_title(f"Attempts of {len(made)} learners")
    said = [f"{count} handed in {name}" for name, count in zip(names, counts, strict=True) if count]
    return figures.figure_element(fig, f"How many attempts {len(made)} learners made: {', '.join(said)}.")
