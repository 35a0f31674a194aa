"""Attacks on the machine, the time and the judge of a submission; and honest submissions that met one of the defences."""

import subprocess
import sys

import pytest
from needs import need

from helpers.grading import sandbox
from tests.grading.tiny import ROOT

pytestmark = pytest.mark.kernel

AS_SOMEBODY = ["setpriv", "--reuid", "54321", "--regid", "54321", "--clear-groups"]


@pytest.fixture(scope="module", autouse=True)
def in_the_sandbox():
    need("bubblewrap", sandbox.obstacle())


WRITES = (
    "for d in / /dev /usr /etc /home; do echo x > $d/mine && echo wrote in $d; done; echo x > /tmp/mine && echo done"
)
LAUNCH = "import subprocess\nfrom helpers.grading import sandbox\n"
LAUNCH += f"made = sandbox.launch(['/bin/sh', '-c', {WRITES!r}], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)\n"
LAUNCH += "print(made.communicate(timeout=60)[0].decode())"


@pytest.mark.parametrize("user", [[], AS_SOMEBODY], ids=["as-this-user", "as-another"])
def test_only_the_small_disks_can_be_written(user, tmp_path):
    """Not as root, the learner's code owns the sandbox's root folder, which has half of the machine's memory."""
    if user and sandbox.os.geteuid():
        pytest.skip("only root can be another user")
    environment = {"PYTHONPATH": str(ROOT), "HOME": "/tmp", "PATH": "/usr/bin:/bin"}
    words = [*user, sys.executable, "-P", "-c", LAUNCH]
    ran = subprocess.run(words, env=environment, cwd="/", capture_output=True, text=True)
    assert ran.stdout.split("\n")[:1] == ["done"], ran.stdout + ran.stderr
