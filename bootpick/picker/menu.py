"""The menu in a terminal, by questionary."""

from typing import Any

import questionary
from prompt_toolkit.input import Input
from prompt_toolkit.output import Output

from ..diagnostics import printable
from ..entries import BootEntry, BootMenu
from ..errors import Cancelled
from ..kexec.plan import KexecPlan
from ..report import heading_of, plan_lines, title_with_marks

_BACK = "back"


class QuestionaryPicker:
    """The boot loader's menu, level by level."""

    def __init__(self, stdin: Input | None = None, stdout: Output | None = None) -> None:
        self._session: dict[str, Any] = {"input": stdin, "output": stdout}

    def pick(self, menu: BootMenu) -> BootEntry:
        """Ask; submenus open below, and one can go back from them."""
        path: tuple[str, ...] = ()
        while True:
            answer = self._ask_level(menu, path)
            if isinstance(answer, BootEntry):
                return answer
            path = path[:-1] if answer == _BACK else (*path, answer)

    def _ask_level(self, menu: BootMenu, path: tuple[str, ...]) -> BootEntry | str:
        choices: list[questionary.Choice] = []
        default: questionary.Choice | None = None
        seen: set[str] = set()
        loader = menu.loader
        for entry in menu.entries:
            steps = _steps(entry)
            if steps[: len(path)] != path:
                continue
            if not path and entry.loader != loader:
                loader = entry.loader
                choices.append(questionary.Separator(heading_of(loader)))
            if len(steps) > len(path) + 1:
                step = steps[len(path)]
                if step not in seen:
                    seen.add(step)
                    title = f"{printable(entry.submenus[len(path)])} >"
                    choices.append(questionary.Choice(title, value=step))
                choice = choices[-1]
            else:
                choice = _choice(entry)
                choices.append(choice)
            if entry.default and choice.disabled is None:
                default = choice
        if path:
            choices.append(questionary.Choice("< back", value=_BACK))
        if all(choice.disabled is not None for choice in choices):
            raise Cancelled("there is nothing in this menu that can be booted")
        heading = printable(_titles(menu, path)[-1]) if path else "Boot which entry?"
        answer = _ask(
            questionary.select(
                heading,
                choices,
                default=default,
                instruction="(arrows, Enter; Ctrl-C leaves)",
                show_description=True,
                **self._session,
            )
        )
        assert isinstance(answer, BootEntry | str)
        return answer

    def confirm(self, plan: KexecPlan) -> bool:
        """Show the plan, then ask."""
        for line in plan_lines(plan):
            questionary.print(line, output=self._session["output"])
        question = "Go?" if plan.executes else "Load it?"
        return bool(_ask(questionary.confirm(question, default=True, **self._session)))


def _steps(entry: BootEntry) -> tuple[str, ...]:
    """Give the way to *entry* through its submenus; each boot loader counts for itself."""
    first, *further = entry.menu_index.split(">")
    return (f"{entry.loader} {first}", *further)


def _titles(menu: BootMenu, path: tuple[str, ...]) -> tuple[str, ...]:
    for entry in menu.entries:
        if _steps(entry)[: len(path)] == path:
            return entry.submenus[: len(path)]
    return ()


def _choice(entry: BootEntry) -> questionary.Choice:
    title = title_with_marks(entry)
    if not entry.bootable:
        return questionary.Choice(title, value=entry, disabled=printable(entry.reasons[0]))
    return questionary.Choice(title, value=entry, description=printable(entry.cmdline or ""))


def _ask(question: questionary.Question) -> Any:
    try:
        return question.unsafe_ask()
    except (KeyboardInterrupt, EOFError):
        raise Cancelled("cancelled") from None
