"""What a configuration has put together when its last line has been read."""

from dataclasses import dataclass, field

from .syntax import Statement


@dataclass(slots=True, eq=False)
class Label:
    """What ``LABEL`` opens."""

    statement: Statement
    kernel: Statement | None = None
    """The last line that says what is started, by its keyword: ``KERNEL``, ``LINUX``, …"""
    append: Statement | None = None
    inherited: Statement | None = None
    """The ``APPEND`` from before any label, which counts in syslinux where *append* is none."""
    initrd: Statement | None = None
    first_initrd: Statement | None = None
    """The first ``INITRD`` or ``APPEND`` with ``initrd=``: U-Boot's choice."""
    title: str | None = None
    """That of ``MENU LABEL``."""
    devicetree: Statement | None = None
    devicetree_directory: Statement | None = None
    overlays: Statement | None = None
    added: int = 0
    """The mask of ``SYSAPPEND``."""
    action: Statement | None = None
    """``MENU GOTO``, ``EXIT`` or ``QUIT``: it does something to the menu."""
    goes_to: "Menu | None" = None
    """The menu that *action* leads to."""
    is_default: bool = False
    is_hidden: bool = False
    is_disabled: bool = False
    password: str | None = None
    """That of ``MENU PASSWD``."""

    @property
    def name(self) -> str:
        """What syslinux takes for its name: one word."""
        return self.statement.word

    @property
    def spelling(self) -> str:
        """What U-Boot takes for its name: all that stands on the line."""
        return self.statement.value


@dataclass(slots=True, eq=False)
class Menu:
    """A menu: the first one, or what is between ``MENU BEGIN`` and ``MENU END``."""

    statement: Statement | None = None
    """What opened it; ``None`` for the first one."""
    tag: str = ""
    parent: "Menu | None" = None
    title: str | None = None
    """That of its own ``MENU LABEL``, else of ``MENU TITLE``."""
    items: list["Label | Menu"] = field(default_factory=list)
    default: "Label | Menu | None" = None
    """What ``MENU DEFAULT`` chose."""
    password: str | None = None
    """What is asked for in the menu above before this one opens."""
    master: str | None = None
    """The password that opens everything, and is asked for before something is edited."""
    has_editor: bool = True

    @property
    def shown(self) -> str:
        """Its title where it stands in the menu above it."""
        return self.tag if self.title is None else self.title

    @property
    def depth(self) -> int:
        """How many menus are above it."""
        depth, menu = 0, self
        while menu.parent is not None:
            depth, menu = depth + 1, menu.parent
        return depth
