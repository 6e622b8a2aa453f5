"""A serial console: all that was ever printed there, and a place up to which it was read."""

import contextlib
import re
import select
import socket
import time
from pathlib import Path


class ConsoleError(Exception):
    """What a test waited for did not come; the message ends with what came instead."""


class Console:
    """The host's end of a serial line, with a copy of everything in a log file.

    `wait_for` looks only at what no earlier `wait_for` has consumed, so that a line is never
    taken for the answer to two questions.
    """

    def __init__(self, connection: socket.socket, log: Path) -> None:
        """Take over a connected socket."""
        self._connection = connection
        self._log = log.open("ab", buffering=0)
        self._received = bytearray()
        self._consumed = 0

    def close(self) -> None:
        """Hang up, keeping what is still on the line in the log."""
        with contextlib.suppress(ConsoleError, OSError):
            while self._receive(0):
                pass
        self._connection.close()
        self._log.close()

    def mark(self) -> int:
        """Return the present end of the text, to be given to `since` later."""
        self._receive(0)
        return len(self._received)

    def since(self, mark: int = 0) -> str:
        """Return the text from a mark on, as a terminal would get it."""
        self._receive(0)
        return self._received[mark:].decode(errors="replace")

    def send(self, data: bytes | str) -> None:
        """Type: nothing is added, so a line needs its own line end."""
        self._connection.settimeout(60)
        self._connection.sendall(data.encode() if isinstance(data, str) else data)

    def wait_for(self, pattern: bytes | str, timeout: float = 120) -> re.Match[bytes]:
        """Read until the regular expression matches, and consume the text to the match's end.

        A pattern should reach to the end of a line: half a line may have arrived.
        """
        expression = re.compile(
            pattern.encode() if isinstance(pattern, str) else pattern, re.DOTALL | re.MULTILINE
        )
        deadline = time.monotonic() + timeout
        while True:
            match = expression.search(bytes(self._received), self._consumed)
            if match:
                self._consumed = match.end()
                return match
            left = deadline - time.monotonic()
            if left <= 0:
                message = f"no {expression.pattern!r} within {timeout:g} s; {self._tail()}"
                raise ConsoleError(message)
            self._receive(min(left, 1.0))

    def answer_cursor_request(self, timeout: float = 120) -> None:
        """Say where the cursor is, when a program asks its terminal for that, as they do at first.

        One that gets no answer, such as anything made with prompt_toolkit, grows a warning.
        """
        self.wait_for(r"\x1b\[6n", timeout)
        self.send("\x1b[1;1R")

    def _receive(self, timeout: float) -> bool:
        """Take what there is, waiting for it at most so long; say whether there was anything."""
        ready, _, _ = select.select([self._connection], [], [], timeout)
        if not ready:
            return False
        try:
            data = self._connection.recv(1 << 16)
        except ConnectionResetError:
            data = b""
        if not data:
            message = f"the machine is gone; {self._tail()}"
            raise ConsoleError(message)
        self._received += data
        self._log.write(data)
        return True

    def _tail(self) -> str:
        unread = self._received[self._consumed :].decode(errors="replace")
        return f"the console's unread text ends with:\n{unread[-2000:]}"
