"""What a notebook shows when a cell is stopped: one sentence that says what to do, without a traceback.

The progress bars of a cell that was stopped, or that failed, end where they are.
"""

import sys

bars = []
"""The progress bars of the cell that is running, from tqdm."""

RESTART = (
    "A package was stopped while it loaded. Choose Kernel > Restart Kernel, then click this cell and choose "
    "Run > Run All Above Selected Cell."
)


def listen():
    """Let the notebook that imports this, if there is one, say it in one sentence."""
    ipython = sys.modules.get("IPython")
    if ipython and (shell := ipython.get_ipython()):
        shell.set_custom_exc((KeyboardInterrupt, AttributeError, ImportError), _show)
        shell.events.register("post_run_cell", close_bars)


def close_bars(_result=None):
    """Close the bars of a cell that has ended; one that was stopped or failed half-way turns red.

    The loop of a stopped cell cannot do this: its traceback keeps the generator of `live.progress` alive.
    """
    while bars:
        bars.pop().close()


def in_one_sentence(error):
    """Return what to do after an interrupt, or after one during an import, which leaves half a package; else None."""
    if isinstance(error, KeyboardInterrupt):
        return RESTART if _was_loading(error) else f"{str(error) or 'Stopped.'} Run this cell again before you go on."
    half = isinstance(error, (AttributeError, ImportError)) and "partially initialized module" in str(error)
    return RESTART if half else None


def how_far():
    """Return how far the last bar of the running cell has come, "Stopped after 3 of 18."; "" if it has none."""
    unfinished = [bar for bar in bars if bar.n < bar.total]
    return f"Stopped after {unfinished[-1].n:,} of {unfinished[-1].total:,}." if unfinished else ""


def _was_loading(error):
    """Return whether an import was going on when an error was raised."""
    trace = error.__traceback__
    while trace:
        frame, code = trace.tb_frame, trace.tb_frame.f_code
        # the cell itself is a module too, __main__
        of_a_module = code.co_name == "<module>" and frame.f_globals.get("__name__") != "__main__"
        if of_a_module or code.co_filename.startswith("<frozen importlib"):
            return True
        trace = trace.tb_next
    return False


def _show(shell, kind, error, traceback, tb_offset=None):
    if kind is KeyboardInterrupt and not error.args:
        error.args = (how_far(),)
    if sentence := in_one_sentence(error):
        error._render_traceback_ = lambda *_, **__: [sentence]
    shell.showtraceback((kind, error, traceback), tb_offset=tb_offset)
