"""``python -m deploy.healthy 8501``: whether the app at that port of this machine is well.

For a container's health check. The status is 0 if so; nothing is printed.
"""

from __future__ import annotations

import sys

from deploy.plan import LOOPBACK
from deploy.serve import answers

if __name__ == "__main__":
    sys.exit(not answers(LOOPBACK, int(sys.argv[1])))
