"""A bar while a large kernel and its initrds are read."""

from contextlib import ExitStack
from typing import Any

from prompt_toolkit.shortcuts import ProgressBar, ProgressBarCounter

LARGE = 16 << 20
"""Bytes from which there is a bar; what is smaller is read before anyone could see it."""


class LoadingBar:
    """Is told how many bytes were read of how many, and shows it."""

    def __init__(self, **session: Any) -> None:
        self._session = session
        self._open = ExitStack()
        self._counter: ProgressBarCounter[int] | None = None

    def __call__(self, done: int, total: int) -> None:
        """Show it."""
        if total < LARGE:
            return
        if self._counter is None:
            bar = self._open.enter_context(ProgressBar(**self._session))
            self._counter = bar(label="Reading", total=total >> 20)
        self._counter.items_completed = done >> 20
        self._counter.progress_bar.invalidate()

    def close(self) -> None:
        """Take the bar away."""
        self._open.close()
