"""``probe`` (commands/probe.c): what is known about a device."""

from ..devices import DISK, Device
from ..errors import BAD_ARGUMENT, NOT_IMPLEMENTED, UNKNOWN_FS, GrubError
from ..filesystems import filesystem, label, uuid
from ..interpreter import Interpreter
from ..state import Call
from ..world import no_device
from .arguments import set_plainly
from .options import Option, Parsed
from .registry import command_with_options

_OPTIONS = (
    Option("set", "s", "required", "Set a variable to return value.", "VARNAME"),
    Option("driver", "d", doc="Determine driver."),
    Option("partmap", "p", doc="Determine partition map type."),
    Option("fs", "f", doc="Determine filesystem type."),
    Option("fs-uuid", "u", doc="Determine filesystem UUID."),
    Option("label", "l", doc="Determine filesystem label."),
    Option("part-uuid", doc="Determine partition UUID."),
)
_DRIVERS = {"pc": "biosdisk", "efi": "efidisk", "ieee1275": "ofdisk", "emu": "hostdisk"}
"""How a platform's own disk driver is called (``.name`` in disk/*/*.c)."""


@command_with_options(
    "probe",
    summary="Tells a device's driver, partition table, file system, UUID or label.",
    options=_OPTIONS,
    usage="DEVICE",
    purpose="Retrieve device info.",
)
def run_probe(shell: Interpreter, call: Call, parsed: Parsed) -> int:
    """Print it, or set a variable to it; of several options the first in GRUB's order counts."""
    if not parsed.words:
        raise GrubError(BAD_ARGUMENT, "device name required")
    if shell.pending:
        return shell.pending
    name = parsed.words[0]
    if name.startswith("(") and name.endswith(")"):
        name = name[1:-1]
    loop = shell.loops.get(name)
    device = Device(name, "loopback", loop) if loop else shell.world.devices.open(name)
    if device is None:
        raise no_device(name)
    asked = ("driver", "partmap", "part-uuid", "fs", "fs-uuid", "label")
    value = _probe(
        shell, call, device, next((option for option in asked if option in parsed.given), None)
    )
    variable = parsed.last("set")
    if variable is None:
        shell.print(value)
    else:
        set_plainly(shell, variable, value)
    return 0


def _probe(shell: Interpreter, call: Call, device: Device, asked: str | None) -> str:
    volume = device.volume
    if asked == "driver":
        return _DRIVERS.get(shell.world.platform, "") if device.driver == DISK else device.driver
    if asked == "partmap":
        return device.table or "none"
    if volume.anything:
        # A tree has no list of devices, and a guess would go into a command line.
        shell.warn(
            f"the {asked or 'file system'} of ({device.disk}) is not known",
            call.position,
            "'--devices' tells which devices there are",
        )
        raise GrubError(UNKNOWN_FS, "unknown filesystem")
    if asked == "part-uuid":
        return (device.table and volume.partuuid) or "none"
    system = filesystem(volume)
    if system is None:
        raise GrubError(UNKNOWN_FS, "unknown filesystem")
    if asked == "fs":
        return system
    if asked == "fs-uuid":
        value, missing = uuid(volume), f"{system} does not support UUIDs"
    elif asked == "label":
        value, missing = label(volume), f"filesystem `{system}' does not support labels"
    else:
        raise GrubError(BAD_ARGUMENT, "unrecognised target")
    if value is None:
        raise GrubError(NOT_IMPLEMENTED, missing)
    return value
