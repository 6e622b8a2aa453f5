"""What is said about a mistake, word by word; and that GRUB drops, and runs, just what it says."""

import json
from pathlib import Path

import pytest

from bootpick.source import LONGEST_LINE
from tests.support.error_cases import PATH, ErrorCase, error_cases
from tests.support.grub import menu_of, run_script
from tests.support.grub_emu import FolderDisk, Judge, missing_programs
from tests.support.program import Run
from tests.support.requirements import cannot_run
from tests.support.trees import plant

CASES = error_cases(PATH.read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_messages(case: ErrorCase, tmp_path: Path, run: Run) -> None:
    plant(tmp_path, case.files)
    outcome = run("eval", tmp_path / next(iter(case.files)), "--root", tmp_path)
    assert outcome.err.replace(f"{tmp_path}/", "") == case.messages
    assert (outcome.status, outcome.out) == (0, case.output)


def test_grub_drops_and_runs_what_the_messages_say(tmp_path: Path) -> None:
    """All cases in one GRUB: behind a syntax error in a file it runs what its reader has next."""
    if missing := missing_programs():
        cannot_run(f"GRUB itself is missing: {', '.join(missing)}")
    disk = tmp_path / "disk"
    names = [f"c{number}" for number in range(len(CASES))]
    for folder, case in zip(names, CASES, strict=True):
        for name, text in case.files.items():
            plant(disk, {f"{folder}/{name}": text.replace("source /", f"source /{folder}/")})
    script = "".join(f"echo '= {name}'\nsource /{name}/s.cfg\n" for name in names)
    judge = Judge(tmp_path / "judge", [FolderDisk(disk)], {"root": "hd0"})
    printed = judge.script_output(script).split("= c")[1:]
    found = {
        case.name: output.partition("\n")[2].rstrip("\n")
        for case, output in zip(CASES, printed, strict=True)
    }
    assert found == {case.name: case.output.rstrip("\n") for case in CASES}
    judged = judge.menu(judge.add_config(script))
    menu = menu_of(disk, script)
    assert [entry.title for entry in judged] == [entry.title for entry in menu.entries]


def test_lines_with_carriage_returns(tmp_path: Path) -> None:
    shell = run_script(tmp_path, "echo a\r\n\tif true; then\r\necho &\r\nfi\r\n")
    told = "\n".join(one.format() for one in shell.diagnostics)
    assert told == (
        "grub.cfg:3:6: error: syntax error: expected ';' or a line end, found '&' "
        "(GRUB drops lines 2 to 3 and goes on with line 4)\n    echo &\n         ^\n"
        "hint: GRUB has no background commands; in a word '&' must be quoted\n"
        "grub.cfg:4:1: error: syntax error: expected a command, found 'fi' (GRUB drops line 4)\n"
        "    fi\n    ^\nhint: it belongs to 'if' in line 2, which GRUB has dropped"
    )


def test_line_that_is_far_too_long_is_not_shown(tmp_path: Path) -> None:
    shell = run_script(tmp_path, f"echo {'a' * LONGEST_LINE} &\n")
    assert shell.diagnostics[0].format().splitlines()[1:] == [
        "hint: GRUB has no background commands; in a word '&' must be quoted"
    ]


def test_text_of_an_entry_is_looked_at_when_it_is_chosen(tmp_path: Path) -> None:
    config = "menuentry A --source 'linux /x\nfi\ninitrd /y'\n"
    assert run_script(tmp_path, config).diagnostics == []
    menu = menu_of(tmp_path, config)
    message = (
        "syntax error in line 2 of the text: expected a command, found 'fi' "
        "(GRUB drops the text from line 2 on)"
    )
    assert [one.message for one in menu.diagnostics] == [message]
    assert menu.entries[0].reasons[-1] == message


def test_each_message_is_listed_once(tmp_path: Path, run: Run) -> None:
    """However many entries lead to it, and however often."""
    body = "f; source /b.cfg; linux /x; for i in 1 2 3; do f; done"
    entries = "".join(f"menuentry {number} {{ {body} }}\n" for number in range(5))
    config = f"function f {{ nosuch; }}\n{entries}"
    plant(tmp_path, {"boot/grub/grub.cfg": config, "b.cfg": "fi\n"})
    listing = json.loads(run("list", "--json", "--root", tmp_path).out)
    places = [(one["line"], one["column"]) for one in listing["diagnostics"]]
    assert places == [(1, 14), (1, 1)]
    (reader,) = listing["diagnostics"][1]["included_from"]
    assert reader == {"file": f"{tmp_path}/boot/grub/grub.cfg", "line": 2, "column": 18}
    unknown = [one for one in listing["entries"][0]["reasons"] if "nosuch" in one]
    assert unknown == ["GRUB: can't find command `nosuch'"]


def test_list_shows_the_first_messages(tmp_path: Path, run: Run) -> None:
    config = "fi\n" * 30 + "menuentry A { linux /x }\n"
    plant(tmp_path, {"boot/grub/grub.cfg": config})
    told = run("list", "--root", tmp_path).err
    assert told.count(": error: ") == 20
    assert told.endswith("bootpick: note: 10 further messages; 'bootpick list -v' shows them\n")
    assert run("list", "-v", "--root", tmp_path).err.count(": error: ") == 30


def test_file_that_sources_itself_has_a_short_chain(tmp_path: Path, run: Run) -> None:
    plant(tmp_path, {"s.cfg": "fi\nsource /t.cfg\n", "t.cfg": "source /s.cfg\n"})
    told = run("eval", tmp_path / "s.cfg", "--root", tmp_path).err
    first, *_ = told.partition("fi\n    ^\n")[2].split(": error: ")
    assert "included from here" not in first
    chains = "".join("n" if "note:" in line else " " for line in told.splitlines()).split()
    assert max(map(len, chains)) <= 10


def test_too_many_errors_end_the_reading(tmp_path: Path) -> None:
    shell = run_script(tmp_path, "fi\n" * 2000 + "echo not read\n")
    assert shell.output == []
    assert shell.diagnostics[-1].message == (
        "stopped here: too many errors; what stands behind is left out"
    )
