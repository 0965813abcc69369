"""The short form of `make trust`: hostile files, and that a fault is counted, shown and fails the run."""

from bench import trust
from bench.hostile import tried


def test_hostile_files_are_redrawn_or_refused():
    found = tried(60, 30)
    assert found.keys() == {"taken", "refused"}
    assert found.total() == 90 and found["taken"] >= 10 and found["refused"] >= 40


def test_a_fault_is_shown_and_fails_the_run(capsys):
    good, bad = trust.Result("reads", 7, longest=0.5), trust.Result("saves", 3)
    assert trust.report("sqlite", [good]) is False
    bad.fault("lost", "save 2 was answered and is gone")
    assert trust.report("sqlite", [good, bad]) is True
    said = capsys.readouterr().out
    assert "lost: save 2 was answered and is gone" in said
    assert [line.split() for line in said.splitlines() if line.startswith("saves")] == [
        ["saves", "3", "0", "1", "0", "0", "0.00"]
    ]
