"""QEMU's own control connection."""

import json
import socket
from collections.abc import Mapping
from pathlib import Path

from tests.vm.host import LabError


class Qmp:
    """A connection to QEMU's machine protocol: one command, one answer."""

    def __init__(self, path: Path, timeout: float = 60) -> None:
        """Connect and leave the negotiation phase."""
        self._connection = socket.socket(socket.AF_UNIX)
        self._connection.settimeout(timeout)
        try:
            self._connection.connect(str(path))
            self._stream = self._connection.makefile("rw", encoding="utf-8")
            self._stream.readline()
            self.execute("qmp_capabilities")
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Hang up; QEMU goes on."""
        self._stream.close()
        self._connection.close()

    def execute(self, command: str, **arguments: object) -> Mapping[str, object]:
        """Carry out a command and return what it answers, an empty mapping for most."""
        self._stream.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self._stream.flush()
        for line in self._stream:
            answer = json.loads(line)
            if "error" in answer:
                message = f"QEMU refused {command}: {answer['error']['desc']}"
                raise LabError(message)
            if "return" in answer:  # everything else is an event
                result = answer["return"]
                return result if isinstance(result, dict) else {"value": result}
        message = f"QEMU hung up instead of answering {command}"
        raise LabError(message)
