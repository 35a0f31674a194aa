"""The command of version 0.1, `python -m helpers.exercises`, says its new name."""

import sys

sys.exit("This command is called python -m helpers.my_course now: it copies the lessons and the exercises.")
