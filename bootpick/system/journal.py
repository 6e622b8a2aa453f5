"""The log of what bootpick did: syslog, which the journal takes, too."""

import os
import syslog


class SystemLog:
    """The system's log, where there is one."""

    def write(self, text: str) -> None:
        """Write *text*, one line without control characters, and who it was."""
        syslog.openlog("bootpick", syslog.LOG_PID, syslog.LOG_DAEMON)
        syslog.syslog(syslog.LOG_NOTICE, f"{text}, by {_who()}")
        syslog.closelog()


def _who() -> str:
    """Give the user that this process belongs to, and the one who logged in as such."""
    import pwd

    def name(number: int) -> str:
        try:
            return pwd.getpwuid(number).pw_name
        except KeyError:
            return str(number)

    here = name(os.getuid())
    try:
        with open("/proc/self/loginuid", encoding="ascii") as file:
            number = int(file.read(16))
    except (OSError, ValueError):
        return here
    # What nobody logged in for, such as a service, has the largest number.
    if number in (os.getuid(), 0xFFFFFFFF):
        return here
    return f"{here} (login {name(number)})"
