# Two commands do nearly everything: `make lab` and `make test`; before a commit, `make quick` takes two minutes.
#
#   PYTHON=python3.12          the Python that .venv is made with, the first time
#   ARGS="--no-browser ..."    extra options for the command; with `make test`, for every run of pytest

PYTHON = python3
ARGS =

unexport PYTHONHOME __PYVENV_LAUNCHER__  # they would send .venv's Python to another one's library

ONE_THREAD = OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1
PYTEST = $(ONE_THREAD) .venv/bin/python -m pytest
NBVAL = -n 2 --dist loadfile --nbval --nbval-current-env --nbval-sanitize-with tests/nbval_sanitize.cfg

help:  ## show this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1: /p' Makefile

lab: install  ## lay out your own copy of the course in my_course, and open it in JupyterLab at the first lesson
	@.venv/bin/python -m helpers.lab $(ARGS)

# `slow` and `browser` move the explorers that `outputs` has run; made without it, they run the notebooks themselves.
PARTS = style quick outputs slow browser check

test: data  ## check everything, in parts that can also be made one by one, and say how long each took
	@for part in $(PARTS); do \
		begin=$$(date +%s); $(MAKE) --no-print-directory $$part || exit; \
		took="$$took  $$part $$(($$(date +%s) - begin)) s\n"; \
	done; printf "make test:\n$$took"

style: install  ## part of make test: ruff
	.venv/bin/ruff check
	.venv/bin/ruff format --check

quick: style data  ## two minutes' tests, before each commit: all that needs no kernel, no browser and no whole training
	$(PYTEST) -n 2 --durations=10 -m "not slow and not kernel and not browser" tests $(ARGS)

slow: data  ## part of make test: trainings, whole data sets, every explorer's whole range, kernels and grading
	$(PYTEST) -n 2 --dist loadgroup -m "slow or kernel" tests $(ARGS)

outputs: data  ## part of make test: run every notebook, the last bits of its trainings changed, and compare with the stored outputs
	RNN_UNROLLED_JITTER=1 $(PYTEST) $(NBVAL) notebooks $(ARGS)

browser: data  ## part of make test: every lesson, application and starter in JupyterLab, every page of the site, in headless Chromium
	$(PYTEST) -n 2 --dist loadgroup tests/browser tests/site $(ARGS)

site: data  ## make the course as a website in build/site (the first time ten minutes, then less than two)
	$(ONE_THREAD) PYTHONPATH=tools .venv/bin/python -m website.build $(ARGS)

read: install  ## read the course in the browser, from build/site (make site makes it)
	@test -e build/site/index.html || $(MAKE) --no-print-directory site
	@PYTHONPATH=tools .venv/bin/python -m website.serve $(ARGS)

check: install  ## check that everything a lesson needs is installed
	.venv/bin/python -E -m helpers

install:  ## make .venv, or bring it up to date
	@$(PYTHON) -m helpers.install

data: install  ## download the data sets, or check that they are complete
	@.venv/bin/python -m helpers.data

PYTHONS = 3.11 3.12 3.13

pythons:  ## make quick for the last commit on Python 3.11, 3.12 and 3.13, where installed, in copies in build/ (2 GB each)
	@for version in $(PYTHONS); do \
		if python$$version --version 2>/dev/null; then $(MAKE) --no-print-directory quick-$$version || exit; \
		else echo "python$$version is not installed: left out"; fi; \
	done

quick-%:
	git init --quiet build/python$*
	git -C build/python$* fetch --quiet ../.. HEAD
	git -C build/python$* reset --quiet --hard FETCH_HEAD
	$(MAKE) -C build/python$* quick PYTHON=python$*

portable: data  ## check that the notebooks print the same on other processors (takes hours), for example ARGS="--jitter-only --seeds 3 notebooks/09_gates.ipynb"
	$(ONE_THREAD) .venv/bin/python tools/portable.py $(ARGS)

bench: data  ## measure: sliders, the site, passes, whole trainings, imports, notebooks, typing, a JupyterHub, applications, grading
	$(ONE_THREAD) .venv/bin/python bench/run.py $(ARGS)

curves: data  ## measure the stored curves of lessons 6, 8 and 9 again, if they are missing (half an hour)
	$(ONE_THREAD) .venv/bin/python -m helpers.experiments

notebooks: data  ## run every notebook again and store its outputs
	$(ONE_THREAD) .venv/bin/python tools/execute_notebooks.py $(ARGS)

exercises: data  ## make the learners' starters from the sources with solutions
	$(ONE_THREAD) .venv/bin/python -m helpers.grading.derive $(ARGS)

GRADING = $(ONE_THREAD) .venv/bin/python -m helpers.grading

assign: install  ## instructor: make the notebooks to give out; ASSIGNMENT=one_cell (default: all); COHORT=... SECRET_FILE=... for variants
	$(GRADING) assign --assignment "$(ASSIGNMENT)" --cohort "$(COHORT)" --secret-file "$(SECRET_FILE)"

collect: install  ## instructor: import a folder of files named by learner; FROM=folder ASSIGNMENT=... SURE=yes
	$(GRADING) collect --assignment "$(ASSIGNMENT)" --from "$(FROM)" --sure "$(SURE)"

grade: install  ## instructor: grade what was collected, or continue after a stop; ASSIGNMENT=... WORKERS=2 ATTEMPTS=best AGAIN=yes SANDBOX=no
	$(GRADING) grade --assignment "$(ASSIGNMENT)" --workers "$(WORKERS)" --attempts "$(ATTEMPTS)" --again "$(AGAIN)" --sandbox "$(SANDBOX)"

mark: install  ## instructor: grade written answers by hand, in nbgrader's formgrader in the browser, on a server that can do nothing else
	@.venv/bin/python -m helpers.lab --only-settings
	.venv/bin/python -m helpers.grading.formgrader $(ARGS)

feedback: install  ## instructor: make a page for each graded learner; ASSIGNMENT=...
	$(GRADING) feedback --assignment "$(ASSIGNMENT)" --workers "$(WORKERS)"

scores: install  ## instructor: write all scores to grading/scores.csv; PLATFORM=canvas or moodle for a file to import there
	$(GRADING) scores --platform "$(PLATFORM)"

likeness: install  ## instructor: list the submissions that are most alike; ASSIGNMENT=...
	$(GRADING) likeness --assignment "$(ASSIGNMENT)"

statistics: install  ## instructor: make a page about each assignment, with pictures and without names
	$(GRADING) statistics

cluster: data  ## add what grading on a Dask cluster (SCHEDULER=tcp://...) and a gradebook in PostgreSQL need
	.venv/bin/python -m pip install --quiet --constraint requirements.txt --editable ".[cluster]"

lock: install  ## write requirements.txt again from pyproject.toml (ARGS=--upgrade for newer packages)
	.venv/bin/python -m pip install --quiet uv
	.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --extra teach --extra test --extra site --no-header \
		--no-emit-index-url --no-annotate pyproject.toml -o requirements.txt $(ARGS)

clean:  ## remove .venv, build/ and caches; my_course/, grading/ and downloaded data stay
	rm -rf .venv build *.egg-info .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

.PHONY: help lab test style quick slow outputs browser site read pythons check install data portable bench curves notebooks exercises assign collect grade mark feedback scores likeness statistics cluster lock clean
