"""The benchmarks continue if one lacks something, and the suggested limit for a learner on a hub is enough."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
BENCH = REPOSITORY / "bench"


@pytest.fixture
def bench(monkeypatch):
    monkeypatch.syspath_prepend(BENCH)
    for name in ("run", "hub", "applications"):
        monkeypatch.delitem(sys.modules, name, raising=False)


def test_a_bench_that_lacks_something_says_so_and_the_next_one_runs(bench, monkeypatch, tmp_path, capsys):
    import run

    monkeypatch.setattr(run, "RESULTS", tmp_path / "build" / "bench.json")
    monkeypatch.setitem(run.BENCHES, "sliders", lambda: sys.exit("No browser."))
    monkeypatch.setitem(run.BENCHES, "passes", lambda: ("Passes", [{"pass": "forward", "ms": 1.5}]))
    run.main(["sliders", "passes"])
    output = capsys.readouterr().out
    assert output.index("No browser.") < output.index("Passes")
    assert list(json.loads(run.RESULTS.read_text())) == ["passes"]


def test_without_a_network_the_hub_says_what_it_lacks_in_one_sentence(bench, monkeypatch, tmp_path):
    import hub

    monkeypatch.setattr(hub, "HOME", tmp_path / "hub")
    failed = subprocess.CompletedProcess([], 1, "", "WARNING: retrying\nERROR: no network\n")
    monkeypatch.setattr(hub.subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(SystemExit, match=r"^Memory on a hub was not measured: .*\(ERROR: no network\)\. Connect .*\.$"):
        hub.install()


def test_a_learners_limit_holds_a_server_and_two_kernels(bench):
    import hub

    assert hub.limit(100, 200, 200) == 768 >= 1.25 * (100 + 2 * 200)
    assert hub.limit(165, 466, 894) == 2048
    assert (REPOSITORY / "notebooks" / "applications" / f"{hub.HUNGRIEST}.ipynb").exists()


def test_a_model_that_only_one_seed_chose_has_a_row_with_gaps(bench):
    import applications

    def run(seed, model, value):
        return "names", seed, 10 + seed, [(1, "perplexity", {"model": model, "value": value, "low": 1.0, "high": 2.0})]

    first, other = applications.side_by_side([run(0, "4-gram", 5.0), run(1, "5-gram", 6.0), run(2, "4-gram", 5.5)])
    assert [first[f"seed {seed}"] for seed in applications.SEEDS] == [5.0, "", 5.5]
    assert [other[f"seed {seed}"] for seed in applications.SEEDS] == ["", 6.0, ""]
    assert (first["spread"], first["seconds of a run"]) == (0.5, 11)


def test_only_networks_are_stored_with_three_seeds(bench):
    import applications

    rows = [
        (1, "F1", {"model": name, "kind": kind, "value": 0.5}) for name, kind in (("GRU", "recurrent"), ("list", ""))
    ]
    assert applications.networks(rows) == [(1, "F1", "GRU", 0.5)]
