"""Cheap answers, which solve nothing, must pass no check under any seed: constants, parts of the input, answers by heart."""

import contextlib
import inspect
import io
import random

import numpy as np
import pytest

from exercises.every_check import CHECKS
from exercises.test_any_answer import refused
from helpers.exercises import compare, fixed_networks
from helpers.exercises.asking import NotYet
from helpers.grading import derive
from tests.exercises import test_exercises as all_of_them

SEEDS = range(50)
EVERY = 4
"""Each seed meets a fourth of the answers, the next seed the next fourth; all at every seed would take half an hour."""


def flipped(value):
    """Return a value the other way round: an array, a list or a text."""
    return value[::-1]


def halves_swapped(value):
    half = len(value) // 2
    return (
        np.concatenate([value[half:], value[:half]]) if isinstance(value, np.ndarray) else value[half:] + value[:half]
    )


OF_ONE = {
    "itself": lambda value: value,
    "reversed": flipped,
    "sorted": lambda value: np.sort(value, axis=0) if isinstance(value, np.ndarray) else sorted(value),
    "transposed": lambda value: value.T,
    "first": lambda value: value[0],
    "last": lambda value: value[-1],
    "halves swapped": halves_swapped,
    "first two swapped": lambda value: [value[1], value[0], *value[2:]],
    "ends swapped": lambda value: [value[-1], *value[1:-1], value[0]],
    "sum": np.sum,
    "mean": np.mean,
    "largest": np.max,
    "size": np.size,
    "length": len,
    "tanh": np.tanh,
    "zeros": np.zeros_like,
    "ones": np.ones_like,
    "copy twice": lambda value: (value, value),
}
CONSTANTS = {
    "0": 0,
    "1": 1,
    "2": 2,
    "-1": -1,
    "0.5": 0.5,
    "nan": np.nan,
    "true": True,
    "false": False,
    "[]": [],
    "''": "",
}


def answers(count):
    """Yield (name, function) for every cheap answer to a check whose function takes so many arguments."""
    for name, value in CONSTANTS.items():
        yield name, lambda *given, value=value: value
    for place in range(count):
        for name, change in OF_ONE.items():
            yield f"{name} of argument {place}", lambda *given, change=change, place=place: change(given[place])


def passes(check, function, seed):
    check = inspect.unwrap(check)
    named = {"seed": seed} if "seed" in inspect.signature(check).parameters else {}
    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(NotYet):
        check(function, **named)
        return True
    return False


def arguments_of(check):
    """Return the input of a check's first call."""
    seen = []

    def look(*given):
        seen.append(given)
        raise ValueError

    refused(check, look)
    return seen[0]


def gives_something(function, given):
    try:
        function(*given)
    except Exception:
        return False
    return True


@pytest.mark.parametrize(
    "seeds", [SEEDS[:2], pytest.param(SEEDS[2:], marks=pytest.mark.slow)], ids=["two seeds", "the others of fifty"]
)
@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in CHECKS])
def test_no_cheap_answer_passes_under_any_seed(name, seeds, monkeypatch):
    monkeypatch.setattr(compare, "slips", lambda *given: iter(()))  # what is said does not matter here
    monkeypatch.setattr(compare, "differs_when_repeated", lambda: False)
    check = CHECKS[name]
    if "seed" not in inspect.signature(check).parameters:
        seeds = seeds[:1]
    given = arguments_of(check)
    for number, (cheap, function) in enumerate(answers(len(given))):
        share = seeds[number % EVERY :: EVERY] if gives_something(function, given) else ()
        some = seeds if len(seeds) <= 2 else share
        assert [seed for seed in some if passes(check, function, seed)] == [], cheap


RIGHT = {
    f"{assignment}.{exercise}": listed[0]
    for assignment in derive.assignments()
    for exercise, listed in all_of_them.bank(assignment).RIGHT.items()
}
SAME_UNDER_EVERY_SEED = {
    "sentiment.twins",  # the function takes nothing
    "speech_recognition.misleading",  # the same
    "memory.delay_line",  # a matrix for each H, and few H are small
    "attention.fool_greedy",  # what is right for 20 frames or more is right for as many under another seed
    "translation.endless",  # a table for V words; V, start and end are few
    "text_generation.impossible",  # (<start>, <end>) is such a pair everywhere
    "gates.wear_down",  # only the sign of what is stored matters
}
"""Exercises for which an answer by heart is right under other seeds too, and why."""


@pytest.mark.parametrize("name", sorted(set(RIGHT) - SAME_UNDER_EVERY_SEED))
def test_answers_by_heart_fail_under_other_seeds(name):
    """What a right function returned under seed 0, in the same order, is no answer under the others."""
    noted = []

    def noting(*given):
        noted.append(RIGHT[name](*given))
        return noted[-1]

    assert passes(CHECKS[name], noting, 0)
    lucky = []
    for seed in range(1, 11):
        left = iter(noted)
        lucky += [seed] * passes(CHECKS[name], lambda *given, left=left: next(left, noted[-1]), seed)
    assert len(lucky) < 3


def test_shuffling_is_not_enough():
    for seed in SEEDS:
        random.seed(seed)
        assert not passes(fixed_networks.fool, lambda tokens: random.sample(tokens, len(tokens)), seed)


@pytest.mark.parametrize("name", CHECKS)
def test_no_bug_gives_the_right_answer(name, monkeypatch):
    """Where a mistake gives what is right, nobody would notice it; every mistake must show in one case at least."""
    equal = {}
    check_arrays, each_case = compare.check_arrays, compare.check_each_case

    def arrays(cases, axes, single=1e-4):
        for sentence in {sentence for *_, bugs in cases for sentence in bugs}:
            if all(compare.close(want, bugs.get(sentence, want)) for _, _, want, bugs in cases):
                equal[sentence] = equal.get(sentence, 0) + 1
        return check_arrays(cases, axes, single)

    def cases(said, got, want, bugs=(), hint=""):
        for sentence, gives in dict(bugs).items():
            if all(compare._equal(compare.as_lists(a), compare.as_lists(b)) for a, b in zip(gives, want, strict=True)):
                equal[sentence] = equal.get(sentence, 0) + 1
        return each_case(said, got, want, bugs, hint)

    check = CHECKS[name]
    for key, value in check.__wrapped__.__globals__.items():
        if value is check_arrays:
            monkeypatch.setitem(check.__wrapped__.__globals__, key, arrays)
        if value is each_case:
            monkeypatch.setitem(check.__wrapped__.__globals__, key, cases)
    monkeypatch.setattr(compare, "check_arrays", arrays)
    monkeypatch.setattr(compare, "check_each_case", cases)
    if name in RIGHT:
        for seed in range(15):
            assert passes(check, RIGHT[name], seed)
    now_and_then = {
        sentence: count for sentence, count in equal.items() if count < 15
    }  # always: another variant's mistake
    assert now_and_then == {}
