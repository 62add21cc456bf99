"""Files of bare objects, judged."""

import io
import json
from pathlib import Path

import pytest
from ocpi_conformance.conformance import judging
from ocpi_conformance.conformance.errors import UsageError
from ocpi_conformance.conformance.judging import judge_file

TOKEN = {
    "country_code": "DE", "party_id": "TNM", "uid": "1", "type": "RFID", "contract_id": "2", "issuer": "TNM",
    "valid": True, "whitelist": "ALLOWED", "last_updated": "2015-06-29T22:39:09Z",
}  # fmt: skip


def written(folder: Path, value: object) -> str:
    path = folder / "tokens.json"
    path.write_text(value if isinstance(value, str) else json.dumps(value), "utf-8")
    return str(path)


def test_one_object(tmp_path: Path) -> None:
    """A right one has no findings and is counted."""
    judgement = judge_file(written(tmp_path, TOKEN), version="2.2.1", name="Token")

    assert (judgement.judged, judgement.findings) == ({"Token": 1}, ())


def test_list_of_objects(tmp_path: Path) -> None:
    """Pointers begin with the index; unknown fields are kept apart."""
    page = [TOKEN, {**TOKEN, "type": "CARD"}, {**TOKEN, "colour": "red"}]

    judgement = judge_file(written(tmp_path, page), version="2.2.1", name="Token")

    assert judgement.judged == {"Token": 3}
    assert [(found.pointer, found.rule) for found in judgement.findings] == [("/1/type", "enum")]
    assert [found.pointer for found in judgement.unknown_fields] == ["/2/colour"]


def test_patches(tmp_path: Path) -> None:
    """The body of a PATCH has its own shape."""
    patch = {"valid": False, "last_updated": "2015-06-29T22:39:09Z"}

    assert judge_file(written(tmp_path, patch), version="2.2.1", name="Token", shape="patch").findings == ()


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hyphen is standard input; a byte order mark is passed over."""
    raw = b"\xef\xbb\xbf" + json.dumps(TOKEN).encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))

    assert judge_file("-", version="2.2.1", name="Token").judged == {"Token": 1}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "is no JSON"),
        ("", "is no JSON"),
        ("NaN", "is no JSON"),
        ("[" * 5000 + "]" * 5000, "is no JSON: depth limit"),
    ],
)
def test_no_json(tmp_path: Path, text: str, says: str) -> None:
    """The file and the reason are named; depth is bounded."""
    with pytest.raises(UsageError, match=says):
        judge_file(written(tmp_path, text), version="2.2.1", name="Token")


def test_unreadable_file(tmp_path: Path) -> None:
    """A file that is not there, or is a folder, is named."""
    with pytest.raises(UsageError, match=r"gone\.json can't be read: No such file"):
        judge_file(str(tmp_path / "gone.json"), version="2.2.1", name="Token")
    with pytest.raises(UsageError, match="can't be read: Is a directory"):
        judge_file(str(tmp_path), version="2.2.1", name="Token")


def test_size_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file beyond the bound is refused before it is parsed."""
    monkeypatch.setattr(judging, "LARGEST", 100)

    with pytest.raises(UsageError, match=r"tokens\.json is larger than"):
        judge_file(written(tmp_path, TOKEN), version="2.2.1", name="Token")


def test_unknown_names(tmp_path: Path) -> None:
    """The nearest known name is offered."""
    with pytest.raises(UsageError, match="did you mean Token"):
        judge_file(written(tmp_path, TOKEN), version="2.2.1", name="Tokn")
    with pytest.raises(UsageError, match=r"did you mean 2\.2\.1"):
        judge_file(written(tmp_path, TOKEN), version="2.21", name="Token")


def test_enums_are_judged_too(tmp_path: Path) -> None:
    """An answer may be a bare string."""
    path = written(tmp_path, '"ACCEPTED"')

    assert judge_file(path, version="2.2.1", name="ChargingPreferencesResponse").judged == {
        "ChargingPreferencesResponse": 1
    }
