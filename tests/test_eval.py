"""`bootpick eval FILE`: what GRUB would print, and nothing else."""

from pathlib import Path

from tests.support.program import Run, program
from tests.support.trees import plant


def test_output_is_raw_and_messages_go_elsewhere(tmp_path: Path) -> None:
    script = b'echo "a\tb" caf\xe9\nfi\nnosuch\necho -n end\n'
    plant(tmp_path, {"s.cfg": script})
    ended = program("eval", tmp_path / "s.cfg", "--root", tmp_path)
    assert ended.returncode == 0
    assert ended.stdout == "a\tb caf\udce9\nend"
    assert f"{tmp_path}/s.cfg:2:1: error: syntax error" in ended.stderr
    assert f"{tmp_path}/s.cfg:3:1: warning: GRUB: can't find command `nosuch'" in ended.stderr


def test_saved_variable_is_loaded_again_and_never_written(tmp_path: Path, run: Run) -> None:
    block = "# GRUB Environment Block\nx=1\n".ljust(1024, "#")
    script = "set x=5\nsave_env x\nset x=\nload_env\necho $x\n"
    plant(tmp_path, {"boot/grub/grubenv": block, "boot/grub/grub.cfg": "", "s.cfg": script})
    outcome = run("eval", tmp_path / "s.cfg", "--root", tmp_path)
    assert (outcome.status, outcome.out, outcome.err) == (0, "5\n", "")
    assert (tmp_path / "boot/grub/grubenv").read_text() == block


def test_preset_variables_and_place(tmp_path: Path, run: Run) -> None:
    plant(tmp_path, {"boot/grub/s.cfg": "echo $grub_platform $root $prefix $config_directory\n"})
    script = tmp_path / "boot/grub/s.cfg"
    outcome = run("eval", script, "--root", tmp_path, "--set", "grub_platform=efi")
    place = "(hd0,gpt1)/boot/grub"
    assert outcome.out == f"efi hd0,gpt1 {place} {place}\n"


def test_endless_script_is_cut(tmp_path: Path, run: Run) -> None:
    plant(tmp_path, {"s.cfg": "echo before\nwhile true; do true; done\n"})
    outcome = run("eval", tmp_path / "s.cfg", "--root", tmp_path)
    assert (outcome.status, outcome.out) == (1, "before\n")
    assert "error: stopped here: too many commands" in outcome.err


def test_file_that_is_not_there_or_not_named(tmp_path: Path, run: Run) -> None:
    missing = run("eval", tmp_path / "nothing", "--root", tmp_path)
    assert (missing.status, missing.out) == (1, "")
    assert missing.err.count("error:") == 1
    assert run("eval").status == 2
    assert run("eval", "/etc/passwd", "--root", tmp_path).status == 2
