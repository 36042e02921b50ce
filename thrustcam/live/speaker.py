"""The process that speaks: a line on stdin is a sentence, a newer one cuts an older one off.

    python -m thrustcam.live.speaker LANGUAGE

It has no more to do with the coach than that, so whatever a speech engine or a sound driver does to it, the
picture goes on. The engine is one that the system has: `say` on macOS, SAPI on Windows, on Linux piper (where
THRUSTCAM_PIPER_VOICE names a voice's file), espeak-ng, spd-say or espeak. Where there is none, or it fails,
there are beeps: a high one, or two for a sentence longer than a count.
"""

from __future__ import annotations

import contextlib
import io
import math
import os
import queue
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import time
import wave
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

PIPER_VOICE = "THRUSTCAM_PIPER_VOICE"
_LONGEST_S = 15.0  # a sentence; an engine that takes longer hangs
_AT_ONCE_S = 0.05
_COUNT = 3  # characters of the longest count
_RATE_HZ, _BEEP_S, _BEEP_HZ = 22_050, 0.12, 880.0
_SAPI = (
    "[Console]::InputEncoding=[Text.Encoding]::UTF8;Add-Type -AssemblyName System.Speech;"
    "$s=New-Object System.Speech.Synthesis.SpeechSynthesizer;"
    "try{{$s.SelectVoiceByHints('NotSet','NotSet',0,'{language}')}}catch{{}};"
    "while(($l=[Console]::In.ReadLine()) -ne $null){{$s.SpeakAsyncCancelAll();[void]$s.SpeakAsync($l)}}"
)
_PLAYERS = (("paplay",), ("pw-play",), ("aplay", "-q"), ("afplay",))


class Engine(Protocol):
    """Says a sentence."""

    name: str

    def say(self, text: str) -> None:
        """Start saying it and stop what is being said. OSError or RuntimeError where that can't be done."""
        ...

    def alive(self) -> bool:
        """Whether it has not failed so far."""
        ...


class Command:
    """An engine that is a program, started anew for each sentence."""

    def __init__(self, name: str, command: Callable[[str], Sequence[str]], stdin: bool = False) -> None:
        self.name = name
        self._command, self._stdin = command, stdin
        self._running: subprocess.Popen[bytes] | None = None

    def say(self, text: str) -> None:
        """Start saying it; what is being said is cut off."""
        if self._running is not None and self._running.poll() is None:
            self._running.kill()
            self._running.wait()
        pipe = subprocess.PIPE if self._stdin else subprocess.DEVNULL
        silent = subprocess.DEVNULL
        self._running = subprocess.Popen(self._command(text), stdin=pipe, stdout=silent, stderr=silent)
        if self._running.stdin is not None:
            self._running.stdin.write(f"{text}\n".encode())
            self._running.stdin.close()
        time.sleep(_AT_ONCE_S)

    def alive(self) -> bool:
        """Whether the last sentence was said, or still is."""
        return self._running is None or self._running.poll() in (None, 0)

    def wait(self) -> None:
        """Until it is said."""
        if self._running is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._running.wait(_LONGEST_S)
            if self._running.poll() is None:
                self._running.kill()


class Sapi:
    """Windows' own voice, in a PowerShell that stays: starting one takes half a second."""

    name = "SAPI"

    def __init__(self, language: str) -> None:
        script = _SAPI.format(language=language)
        self._shell = subprocess.Popen(
            ["powershell", "-NoProfile", "-Command", script],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def say(self, text: str) -> None:
        """Start saying it; what is being said is cut off."""
        if self._shell.stdin is not None:
            self._shell.stdin.write(f"{text}\n".encode())
            self._shell.stdin.flush()

    def alive(self) -> bool:
        """Whether the shell still runs."""
        return self._shell.poll() is None


class Beeps:
    """No voice at all: one beep for a count, two for more."""

    name = "beeps"

    def say(self, text: str) -> None:
        """Beep."""
        times = 1 if len(text) <= _COUNT else 2
        if sys.platform == "win32":
            import winsound  # noqa: PLC0415

            for _ in range(times):
                winsound.Beep(round(_BEEP_HZ), round(1000 * _BEEP_S))
            return
        player = next((p for p in _PLAYERS if shutil.which(p[0])), None)
        if player is None:
            for _ in range(times):
                print("\a", end="", file=sys.stderr, flush=True)
                time.sleep(2 * _BEEP_S)
            return
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "beep.wav"
            file.write_bytes(tone(times))
            subprocess.run(
                [*player, str(file)],
                check=False,
                timeout=_LONGEST_S,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

    def alive(self) -> bool:
        """A beep is the last resort."""
        return True


def tone(times: int) -> bytes:
    """A WAV file of some short beeps, faded so that they don't click."""
    length = round(_RATE_HZ * _BEEP_S)
    beep = [
        round(9000 * math.sin(2 * math.pi * _BEEP_HZ * i / _RATE_HZ) * math.sin(math.pi * i / length))
        for i in range(length)
    ]
    samples = (beep + [0] * length) * times
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE_HZ)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return out.getvalue()


def engines(language: str) -> list[Callable[[], Engine]]:
    """What this system can speak with, the best first; beeps come last."""
    found: list[Callable[[], Engine]] = []

    def program(name: str, command: Callable[[str], Sequence[str]], stdin: bool = False) -> None:
        if shutil.which(command("")[0]):
            found.append(lambda: Command(name, command, stdin))

    if sys.platform == "darwin":
        voice = _mac_voice(language)
        program("say", lambda text: ["say", *(["-v", voice] if voice else []), "--", text])
    elif sys.platform == "win32":
        found.append(lambda: Sapi(language))
    else:
        voice_file = os.environ.get(PIPER_VOICE)
        if voice_file and shutil.which("piper") and shutil.which("aplay"):
            line = 'piper --model "$1" --output-raw | aplay -q -r 22050 -f S16_LE -t raw -'
            program("piper", lambda _text: ["sh", "-c", line, "sh", voice_file], stdin=True)
        program("espeak-ng", lambda text: ["espeak-ng", "-v", language, "-s", "165", "--", text])
        program("spd-say", lambda text: ["spd-say", "-w", "-l", language, "--", text])
        program("espeak", lambda text: ["espeak", "-v", language, "-s", "165", "--", text])
    return [*found, Beeps]


def _mac_voice(language: str) -> str | None:
    """The first of macOS's voices for a language; None for its default."""
    try:
        told = subprocess.run(
            ["say", "-v", "?"], capture_output=True, text=True, timeout=_LONGEST_S, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    for line in told.splitlines():
        name, _, rest = line.partition("  ")
        if rest.split("#")[0].strip().lower().startswith(f"{language}_"):
            return name.strip()
    return None


def speak(lines: queue.Queue[str | None], choice: list[Callable[[], Engine]]) -> None:
    """Say the newest line there is, again and again; None ends it. A failing engine gives way to the next."""
    engine: Engine | None = None
    while (text := _newest(lines)) is not None:
        while True:
            try:
                engine = engine or choice[0]()
                engine.say(text)
                if engine.alive():
                    break
            except (OSError, RuntimeError, subprocess.SubprocessError):
                pass
            if len(choice) == 1:
                break
            choice, engine = choice[1:], None
    if isinstance(engine, Command):
        engine.wait()


def _newest(lines: queue.Queue[str | None]) -> str | None:
    """The last of what has gathered: what was to be said before is old by now."""
    text = lines.get()
    while text is not None and not lines.empty():
        text = lines.get()
    return text


def main() -> None:
    """Read stdin in a thread, so that a sentence that hangs never holds up the pipe."""
    lines: queue.Queue[str | None] = queue.Queue()

    def read() -> None:
        for line in sys.stdin:
            if line.strip():
                lines.put(line.strip())
        lines.put(None)

    sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    threading.Thread(target=read, daemon=True).start()
    speak(lines, engines(sys.argv[1] if len(sys.argv) > 1 else "en"))


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
