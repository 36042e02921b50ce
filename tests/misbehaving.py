"""A worker whose clips do what damaged files do to a decoder. Imported by the processes that are to fail."""

from __future__ import annotations

import os
import time
from pathlib import Path

from thrustcam.scoring.task import Outcome
from thrustcam.scoring.worker import READY


def serve(pipe, limits):
    """What a clip is called says what it does."""
    pipe.send(READY)
    clips = 0
    while (task := pipe.recv()) is not None:
        what = Path(task.path).stem
        if what == "crash":
            os.abort()
        if what == "crash-unless-first" and clips:
            os.abort()
        if what == "leave":
            os._exit(3)
        if what == "hang":
            time.sleep(60)
        if what == "slow":
            for done in range(600):
                pipe.send((float(done), 600.0))
                time.sleep(0.1)
        if what == "eat":
            eaten = [bytearray(b"x") * (50 * 2**20) for _ in range(20)]
            time.sleep(60)
            del eaten
        pipe.send((1.0, 2.0))
        pipe.send(Outcome(task.path, error=f"{os.getpid()}"))
        clips += 1
