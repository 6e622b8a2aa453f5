"""The question before the act: everything that will happen, on one screen."""

from collections.abc import Iterator

from ..kexec.plan import KexecPlan
from . import Surroundings
from .preview import Fact, changes, compared, described, fact_lines, words_of
from .text import Line, Terminal


def question_lines(
    plan: KexecPlan, losses: tuple[str, ...], around: Surroundings, terminal: Terminal, width: int
) -> list[Line]:
    """Give the lines of *plan*; *losses* is what ends with it."""
    facts = question_facts(plan, losses, around, terminal)
    return [line for fact in facts for line in fact_lines(fact, width - 2)]


def question_facts(
    plan: KexecPlan, losses: tuple[str, ...], around: Surroundings, terminal: Terminal
) -> Iterator[Fact]:
    """Give what is to be told of *plan*."""
    clean = terminal.clean
    entry = plan.entry
    title = " > ".join((*entry.submenus, entry.title))
    yield Fact("entry", words_of(clean(title), "class:header"))
    yield Fact("kernel", words_of(clean(described(plan.kernel, around))))
    for file in plan.initrds:
        yield Fact("initrd", words_of(clean(described(file, around))))
    yield from compared(around, plan.cmdline, terminal)
    if entry.cmdline is not None and plan.cmdline != entry.cmdline:
        yield Fact("changed", changes(entry.cmdline, plan.cmdline, terminal))
    for number, step in enumerate(plan.steps, 1):
        label = "steps" if number == 1 else ""
        yield Fact(label, words_of(f"{number}. {clean(step.text)}"))
    for number, loss in enumerate(losses):
        yield Fact("" if number else "ends", words_of(clean(loss), "class:warning"))
    for reason in entry.reasons:
        yield Fact("note", words_of(clean(reason), "class:warning"))
