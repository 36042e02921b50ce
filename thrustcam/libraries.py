"""The system libraries that OpenCV and MediaPipe load, which a fresh Linux lacks, and how to get them.

Nothing heavy is imported here: this must work where they can't be imported.
"""

from __future__ import annotations

import ctypes
import re
import sys

APT_LINE = "sudo apt-get install -y libgl1 libglib2.0-0 libegl1 libgles2"

SYSTEM_LIBRARIES = ("libGL.so.1", "libglib-2.0.so.0", "libgthread-2.0.so.0", "libEGL.so.1", "libGLESv2.so.2")
"""What the packages of `APT_LINE` bring."""

_LOADER_SAYS = re.compile(r"(\S+\.so[.\d]*): cannot open shared object file")


def missing_libraries() -> list[str]:
    """Those of `SYSTEM_LIBRARIES` that this machine can't load; always empty off Linux."""
    return [name for name in SYSTEM_LIBRARIES if not _loads(name)] if sys.platform == "linux" else []


def import_trouble(error: BaseException) -> tuple[str, str] | None:
    """What a package lacks that can't be imported, and what to do about it; None for any other error."""
    if found := _LOADER_SAYS.search(str(error)):
        library = found[1]
        by_hand = f"install the package that holds {library}"
        remedy = f"run `{APT_LINE}`" if library in SYSTEM_LIBRARIES else by_hand
        return f"the system library {library} is missing", remedy
    if isinstance(error, ModuleNotFoundError) and error.name and not error.name.startswith("thrustcam"):
        return f"the Python package {error.name} is missing", "run `pip install --upgrade thrustcam`"
    return None


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
