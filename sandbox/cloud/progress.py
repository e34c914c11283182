"""What the launcher says while it works: one line per step with the time it took."""

import sys
import time


class Progress:
    """Numbered steps on standard output; the running step's line is finished when the next one starts."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._step_began: float | None = None
        self._interactive = sys.stdout.isatty()

    @property
    def elapsed(self) -> float:
        """Seconds since the launcher was started."""
        return time.monotonic() - self._began

    def step(self, name: str) -> None:
        """Finish the running step and start one."""
        self.finish()
        self._step_began = time.monotonic()
        print(f"  {name:36}", end=" ", flush=True)

    def finish(self, word: str = "ok") -> None:
        """Finish the running step."""
        if self._step_began is not None:
            print(f"{word:10} {time.monotonic() - self._step_began:6.1f} s", flush=True)
            self._step_began = None

    def fail(self, message: str) -> None:
        """End the running step with an error that a person can act on."""
        self.finish("FAILED")
        print(f"\nerror / 出错了: {message}", file=sys.stderr, flush=True)
