"""Which learner each file or folder belongs to, decided from names alone before anything is read or written.

A learner is known by keys: a platform's number ("moodle 201") or a plain name ("name anna"). Two keys are one learner
only if the class list says so, or if they carry the same name for different assignments: Moodle numbers its participants
anew for each one. What was decided is kept in grading/learners.json and never changes silently.
"""

import copy
import json
from collections import Counter
from dataclasses import dataclass, field

from helpers.grading import class_list
from helpers.grading.course import Stop
from helpers.grading.names import before_attempt, clean, cut, distinct, skeleton, whose

FILE = "learners.json"
SURE = "SURE=yes"
USERS = ("canvas", "blackboard")  # their numbers are the users', the same for every assignment


@dataclass
class Plan:
    """Whose the entries are, and what a person should know before they are collected."""

    learners: dict[str, list[str]] = field(default_factory=dict)  # id -> names of files and folders
    known: dict[str, dict] = field(default_factory=dict)  # what learners.json will hold: key -> id, name, assignments
    notes: list[str] = field(default_factory=list)
    stops: list[str] = field(default_factory=list)


@dataclass
class Key:
    """What proves whose an entry is, with the entries that carry it."""

    platform: str | None
    number: str | None
    name: str
    entries: list[str] = field(default_factory=list)

    def __str__(self):
        return f"{self.platform} {self.number}" if self.platform else f"name {self.name}"

    @property
    def says(self):
        return f"{self.name} ({self.platform.capitalize()} {self.number})" if self.platform else self.name


def plan_learners(entries, assignment, known=None, students=(), folders=()):
    """Return a Plan for the names of files and folders, without looking at the files.

    Args:
        known: what learners.json holds: {key: {"id", "name", "assignments"}}.
        students: rows of the class list.
        folders: ids that have a folder among the submissions, perhaps from before there was a learners.json.
    """
    plan = Plan(known=copy.deepcopy(known or {}))
    keys = read_keys(entries, assignment, plan)
    planner = Planner(plan, assignment, students, folders, keys)
    for key in keys:
        learner = planner.id_of(key)
        if learner in plan.learners:
            plan.stops.append(
                f"{learner} handed in by two ways: {', '.join(map(repr, plan.learners[learner] + key.entries))}. "
                f"Delete what does not count; {SURE} takes the newest and keeps the others as attempts."
            )
        plan.learners.setdefault(learner, []).extend(key.entries)
        record = plan.known.setdefault(str(key), {"id": learner, "name": key.name, "assignments": []})
        record["assignments"] = sorted({*record["assignments"], assignment})
    plan.notes += nearly_the_same(plan)
    return plan


def read_keys(entries, assignment, plan):
    """Return the keys of all entries: known ones, new numbers, new names.

    A number that stands at several names proves nothing, and is known with an empty id: then the names count.
    """
    found = users_apart([(entry, *whose(entry, assignment)) for entry in sorted(entries)])
    names = {}
    for entry, platform, number, name in found:
        if not clean(name):
            plan.notes.append(
                f"{entry!r} does not say whose it is: put the learner's name first. It was not collected."
            )
        elif platform:
            names.setdefault((platform, number), set()).add(clean(name).casefold())
    for (platform, number), several in names.items():
        if len(several) > 1:
            plan.known.setdefault(f"{platform} {number}", {"id": "", "name": "", "assignments": []})
            plan.notes.append(
                f"{platform.capitalize()}'s number {number} stands at {len(several)} different names; "
                "the names alone say whose these files are."
            )
    keys = {}
    for entry, platform, number, name in found:
        if clean(name):
            key = Key(platform, number, name)
            if platform and (len(names[platform, number]) > 1 or plan.known.get(str(key), {"id": name})["id"] == ""):
                key = Key(None, None, name)
            keys.setdefault(str(key), key).entries.append(entry)
    return sorted(
        keys.values(),
        key=lambda key: (str(key) not in plan.known, not key.platform, clean(key.name) != key.name, str(key)),
    )


def users_apart(found):
    """Return the same (entry, platform, number, name), with whole names where Blackboard's users cannot be told apart.

    In Week 3_a_lee and Week 3_b_lee the user is what follows the assignment, whose name there nobody knows.
    """
    wholes = {}
    for entry, platform, number, _ in found:
        if platform == "blackboard":
            wholes.setdefault(number, set()).add(before_attempt(entry))
    return [
        (entry, platform, *[before_attempt(entry)] * 2)
        if platform == "blackboard" and len(wholes[number]) > 1
        else (entry, platform, number, name)
        for entry, platform, number, name in found
    ]


class Planner:
    """Finds the id of each key. A decision that a person should confirm becomes a stop of the plan."""

    def __init__(self, plan, assignment, students, folders, keys):
        self.plan, self.assignment, self.finder = plan, assignment, class_list.Finder(students)
        new = [key for key in keys if str(key) not in plan.known]
        self.new_names = Counter(key.name for key in new)
        self.new_ids = Counter(clean(key.name).casefold() for key in new)
        self.numbers = {key.number for key in keys if key.platform == "moodle"}
        explained = {record["id"].casefold() for record in plan.known.values()}
        self.listed = {row["id"].casefold() for row in students}
        self.taken = explained | self.listed | {folder.casefold() for folder in folders}
        self.adopted = {folder for folder in folders if folder.casefold() not in explained | self.listed}

    def id_of(self, key):
        """Return the id of a key: the one it has, the one of the class list, or a new one."""
        record, listed = self.plan.known.get(str(key)), self.on_the_list(key)
        learner = record["id"] if record else listed or self.known_elsewhere(key) or self.new_id(key)
        if listed and listed != learner:
            self.plan.notes.append(
                f"{key.says} was collected as {learner} before and keeps this id; {class_list.FILE} says {listed}."
            )
        if record and skeleton(record["name"]) != skeleton(key.name):
            self.plan.stops.append(
                f"{key.platform.capitalize()}'s number {key.number} was {record['name']} and is {key.name} now. "
                f"If the learner changed the name, {SURE} goes on with the id {learner}."
            )
            record["name"] = key.name
        self.taken.add(learner.casefold())
        return learner

    def on_the_list(self, key):
        """Return the id of the class list that a key means, or None if it means nobody or several."""
        found = self.finder.find(key.platform, key.number, key.name, self.numbers)
        if len(found) == 1 or not self.listed:
            return found[0] if found else None
        if not found:
            self.plan.notes.append(f"{key.says} is not in {class_list.FILE}.")
        elif str(key) not in self.plan.known:
            self.plan.stops.append(
                f"{key.says} can be {' or '.join(found)} of {class_list.FILE}. Write the platform's numbers into a "
                f"column {key.platform or 'moodle'} of it; {SURE} takes this for a learner who is not in the list."
            )
        return None

    def known_elsewhere(self, key):
        """Return the id of the one learner who handed in other assignments under this name, or None."""
        namesakes = [
            (known.partition(" ")[0], record)
            for known, record in self.plan.known.items()
            if record["name"] == key.name
            or (not key.platform and record["id"] == key.name and not known.startswith("name "))
        ]
        here = [pair for pair in namesakes if self.assignment in pair[1]["assignments"]]
        if any(platform != (key.platform or "name") for platform, _ in here):
            self.plan.stops.append(
                f"{key.says} handed in by two ways: by a platform's number and by name. If it is one learner, delete one "
                f"of the files, or name both as the platform does; {SURE} takes them for two learners."
            )
        if here or not namesakes or (key.platform in USERS and key.platform in dict(namesakes)):
            return None
        found = sorted({record["id"] for _, record in namesakes})
        if len(found) > 1 or self.new_names[key.name] > 1:
            self.plan.stops.append(
                f"{key.says} can be {' or '.join(found)}, who handed in other assignments, or somebody else. "
                f"Numbers in {class_list.FILE} tell them apart; {SURE} takes this for one more learner."
            )
            return None
        return found[0]

    def new_id(self, key):
        """Return an id that nobody has: the name, with its number or a hash behind it if another has the same."""
        base = clean(key.name)
        rivals = self.new_ids[base.casefold()] > 1
        if base in self.adopted:
            if not rivals:
                self.adopted.remove(base)
                return base
            self.plan.stops.append(
                f"{key.says} may be {base}, who was collected before, or a namesake. Delete grading/submitted/{base} to "
                f"collect it anew; {SURE} leaves it alone and takes this for another learner."
            )
        if base.casefold() not in self.taken and not (key.platform and rivals):
            return base
        numbered = cut(base, f"_{clean(key.number)}") if key.platform else base
        if numbered.casefold() not in self.taken:
            return numbered
        self.plan.notes.append(f"{key.says} is collected as {distinct(base, str(key))}, because {numbered} is taken.")
        return distinct(base, str(key))


def nearly_the_same(plan):
    """Return a sentence for each group of learners whose names differ in accents, case, punctuation or order at most."""
    groups = {}
    for record in plan.known.values():
        groups.setdefault(skeleton(record["name"]), {}).setdefault(record["id"], record["name"])
    return [
        f"Nearly the same name, taken for {len(group)} learners: "
        + ", ".join(f"{name!r} as {learner}" for learner, name in sorted(group.items()))
        + "."
        for group in groups.values()
        if len(group) > 1 and set(group) & set(plan.learners)
    ]


def read_known(course):
    """Return what learners.json holds, {} before anything was collected.

    Raises:
        Stop: it is broken.
    """
    path = course.work / FILE
    if not path.exists():
        return {}
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
        return {key: {name: record[name] for name in ("id", "name", "assignments")} for key, record in known.items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Stop(
            f"{path} cannot be read. Restore it from a copy, or move it away: then ids are given anew."
        ) from None


def write_known(course, known):
    unfinished = (course.work / FILE).with_suffix(".new")
    unfinished.write_text(json.dumps(known, indent=1), encoding="utf-8")
    unfinished.replace(course.work / FILE)
