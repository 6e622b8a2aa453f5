"""Variables: set, unset, export."""

from ..errors import BAD_ARGUMENT, GrubError
from ..interpreter import Interpreter
from ..state import Call
from .registry import command


@command(
    "set",
    summary="Sets a variable; without arguments lists them.",
    status="0, or 18 for a word without =",
    pure=True,
)
def run_set(shell: Interpreter, call: Call) -> int:
    """Case 43: a word without ``=`` is an error."""
    if not call.arguments:
        shell.count(len(shell.environment))
        variables = dict(shell.environment.items())
        status = shell.get("?")
        if status is not None:
            variables["?"] = status
        for name, value in sorted(variables.items()):
            shell.print(f"{name}={value}\n")
        return 0
    name, equals, value = call.arguments[0].partition("=")
    if not equals:
        raise GrubError(BAD_ARGUMENT, "not an assignment")
    shell.spend(len(value))
    # Not the same as an assignment: a parameter's name is a variable's, too (case 45).
    if name != "?":
        shell.environment.set(name, value)
    return 0


@command("unset", summary="Forgets a variable.", status="0, or 18 without a name")
def run_unset(shell: Interpreter, call: Call) -> int:
    """Case 104: takes one name; others are ignored."""
    if not call.arguments:
        raise GrubError(BAD_ARGUMENT, "one argument expected")
    shell.environment.unset(call.arguments[0])
    return 0


@command(
    "export",
    summary="Makes variables visible in submenus and configfile.",
    status="0, or 18 without a name",
)
def run_export(shell: Interpreter, call: Call) -> int:
    """Case 105."""
    if not call.arguments:
        raise GrubError(BAD_ARGUMENT, "one argument expected")
    for name in call.arguments:
        shell.environment.export(name)
    return 0
