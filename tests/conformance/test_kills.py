"""What the kill matrix found, written down and read again."""

from pathlib import Path
from typing import Any

import pytest
from ocpi_conformance.conformance.errors import UsageError
from ocpi_conformance.conformance.kills import Kill, kills, pairs, record
from ocpi_conformance.simulators.flaws.flaw import Flaw
from ocpi_conformance.simulators.party import Misbehaviour


def a_flaw(name: str, **breaks: tuple[str, ...]) -> Flaw:
    return Flaw(name=name, summary="Is wrong.", breaks=breaks, misbehaviour=Misbehaviour(name=name))


def known(*flaws: Flaw) -> dict[str, Flaw]:
    return {flaw.name: flaw for flaw in flaws}


def a_kill(flaw: str = "one", role: str = "CPO", **changes: Any) -> Kill:
    return Kill(**{"flaw": flaw, "role": role, "declared": ("a-duty",), **changes})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "matrix.toml"


def test_what_is_written_is_read(file: Path):
    flaws = known(a_flaw("one", CPO=("a-duty",), EMSP=("a-duty",)))
    wrong = a_kill(role="EMSP", holds=False, survived=("a-duty",), collateral=("other",), exit_code=3)
    record([a_kill(), wrong], known=flaws, file=file)
    assert kills(file) == {("CPO", "one"): a_kill(), ("EMSP", "one"): wrong}
    assert list(file.parent.iterdir()) == [file]


def test_a_part_renews_only_its_rows(file: Path):
    flaws = known(a_flaw("one", CPO=("a-duty",)), a_flaw("two", CPO=("a-duty",)))
    record([a_kill(), a_kill("two")], known=flaws, file=file)
    record([a_kill(holds=False, survived=("a-duty",))], known=flaws, file=file)
    assert [(row.flaw, row.holds) for row in kills(file).values()] == [("one", False), ("two", True)]


def test_the_same_findings_are_the_same_file(file: Path):
    """Whatever the order in which flaws were played."""
    flaws = known(a_flaw("one", CPO=("a-duty",)), a_flaw("two", CPO=("a-duty",)))
    record([a_kill(declared=("b", "a")), a_kill("two")], known=flaws, file=file)
    before = file.read_text(encoding="utf-8")
    record([a_kill("two")], known=flaws, file=file)
    record([a_kill(declared=("a", "b"))], known=flaws, file=file)
    assert file.read_text(encoding="utf-8") == before


def test_rows_of_flaws_that_are_no_more_go(file: Path):
    record([a_kill()], known=known(a_flaw("one", CPO=("a-duty",))), file=file)
    record([a_kill("two")], known=known(a_flaw("two", CPO=("a-duty",))), file=file)
    assert set(kills(file)) == {("CPO", "two")}


def test_a_pair_is_caught_only_as_it_is_declared_now(file: Path):
    record([a_kill()], known=known(a_flaw("one", CPO=("a-duty",))), file=file)
    (same,) = pairs(known(a_flaw("one", CPO=("a-duty",))), file=file)
    assert (same.current, same.caught) == (True, True)
    (changed,) = pairs(known(a_flaw("one", CPO=("a-duty", "another"))), file=file)
    assert (changed.current, changed.caught) == (False, False)
    other, never = pairs(known(a_flaw("one", CPO=("a-duty",), EMSP=("a-duty",))), file=file)
    assert (other.caught, never.last, never.caught) == (True, None, False)


def test_what_did_not_hold_is_not_caught(file: Path):
    flaws = known(a_flaw("one", CPO=("a-duty",)))
    record([a_kill(holds=False, collateral=("other",))], known=flaws, file=file)
    (pair,) = pairs(flaws, file=file)
    assert (pair.current, pair.caught) == (True, False)


def test_without_a_file_nothing_was_played(file: Path):
    assert kills(file) == {}


@pytest.mark.parametrize("text", ["no toml", "[CPO]\none = 3", "[CPO]\none = {}", "CPO = 1"])
def test_a_file_that_is_none_is_told(file: Path, text: str):
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="no record of the kill matrix"):
        kills(file)


def test_a_folder_that_cant_be_written_is_told(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="can't be written"):
        record([], known={}, file=tmp_path / "file" / "matrix.toml")
