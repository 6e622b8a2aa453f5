"""What several folders of tests need."""

import pytest
from hypothesis import settings

from bootpick.cli import main
from tests.support.fake_machine import FakeMachine
from tests.support.program import Outcome, Run

# The same texts in every run, and no deadline: a busy machine is no bug.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Give a function that runs the program, on a machine that does nothing."""

    def run_program(*arguments: object, on: FakeMachine | None = None) -> Outcome:
        machine = (on or FakeMachine()).as_machine()
        status = main([str(argument) for argument in arguments], machine=machine)
        printed = capsys.readouterr()
        return Outcome(status, printed.out, printed.err)

    return run_program
