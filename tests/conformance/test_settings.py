"""Settings: one table, three sources, and messages that say what would work."""

from pathlib import Path

import pytest
from ocpi_conformance.conformance.commands.report import Format
from ocpi_conformance.conformance.errors import ExitCode, SettingError, UsageError
from ocpi_conformance.conformance.options import rows, variables
from ocpi_conformance.conformance.settings import FORMATS, Settings, load

URL = "https://cpo.example/ocpi/versions"
REMOTE = {"versions_url": URL}
TOKEN = {"OCPI_CONFORMANCE_TOKEN": "s3cret-token"}


def a_file(folder: Path, text: str) -> Path:
    path = folder / "iut.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_nothing_given_is_the_embedded_cpo():
    """Without settings the embedded CPO of 2.2.1 is tested, disruptive scenarios included."""
    settings = load(None, {}, {})

    assert (settings.role, settings.ocpi_version, settings.embedded) == ("CPO", "2.2.1", True)
    assert settings.disruptive


def test_seed_is_drawn_and_kept():
    """A run without a seed draws one; one that is given stays."""
    drawn = {load(None, {}, {}).seed for _ in range(5)}

    assert len(drawn) > 1
    assert load(None, {}, {"seed": "7"}).seed == 7


def test_flag_goes_before_variable_before_file(tmp_path: Path):
    """Each source hides the ones below it, and the settings know which it was."""
    config = a_file(tmp_path, 'name = "file"\npatience_s = 3\nbind = "127.0.0.1:1"')
    environ = {"OCPI_CONFORMANCE_NAME": "variable", "OCPI_CONFORMANCE_PATIENCE_S": "4"}

    settings = load(config, environ, {"name": "flag"})

    assert (settings.name, settings.patience_s, settings.bind) == ("flag", 4.0, "127.0.0.1:1")
    assert settings.sources["name"] == "--name"
    assert settings.sources["patience_s"] == "variable OCPI_CONFORMANCE_PATIENCE_S"
    assert settings.sources["bind"] == f"bind in {config}"


def test_flaws_keep_their_parameters_together(tmp_path: Path):
    """A comma stands between flaws and between the parameters of one."""
    wanted = ("slow:seconds=3,every=2", "no-link")
    config = a_file(tmp_path, 'flaw = ["slow:seconds=3,every=2", "no-link"]')
    assert load(config, {}, {}).flaw == wanted
    assert load(None, {"OCPI_CONFORMANCE_FLAW": "slow:seconds=3, every=2,no-link"}, {}).flaw == (
        "slow:seconds=3,every=2",
        "no-link",
    )
    assert load(None, {}, {"flaw": wanted}).flaw == wanted
    assert load(None, {}, {"flaw": ("no-link,slow:seconds=3,every=2",)}).flaw == wanted[::-1]


def test_lists_come_from_all_three(tmp_path: Path):
    """A list is a TOML list, a variable with commas, or a repeated flag."""
    config = a_file(tmp_path, 'profile = ["core", "paging"]')

    assert load(config, {}, {}).profile == ("core", "paging")
    assert load(None, {"OCPI_CONFORMANCE_PROFILE": "core, paging"}, {}).profile == ("core", "paging")
    assert load(None, {}, {"profile": ("core", "paging")}).profile == ("core", "paging")


def test_formats_are_those_of_report():
    """What a run can write, `report` can make afterwards."""
    assert set(FORMATS) < set(Format)
    assert load(None, {}, {"format": ("html,junit",)}).format == ("html", "junit")


def test_role_is_read_in_any_case():
    """emsp and EMSP are one role."""
    assert load(None, {}, {"role": "emsp"}).role == "EMSP"


def test_every_setting_has_one_name_in_three_spellings():
    """Key, flag and variable are derived from each other, so none can be forgotten."""
    for row in rows(Settings):
        assert row.flag == "--" + row.key.replace("_", "-")
        assert row.variable == "OCPI_CONFORMANCE_" + row.key.upper()
        assert (row.variable in variables(Settings)) == (row.key != "claim")
        assert row.help


@pytest.mark.parametrize(
    ("text", "named", "hint"),
    [
        ('rolle = "CPO"', "rolle", "'role'"),
        ('version_url = "https://x.example"', "version_url", "'versions_url'"),
        ('seed = "12"', "seed", "without quotes"),
        ("role = 3", "role", "quotes"),
        ('role = "HUB"', "'HUB'", "'CPO' or 'EMSP'"),
        ("strict = 1", "strict", "true or false"),
        ('versions_url = "cpo.example/versions"', "versions_url", "https://"),
        ('versions_url = "https://user:pw@cpo.example/versions"', "versions_url", "without a user name"),
        ('versions_url = "https://[::1/versions"', "versions_url", "https://"),
        ('bind = "localhost"', "bind", "HOST:PORT"),
        ("timeout_s = 0", "timeout_s", "above 0"),
        ("timeout_s = nan", "timeout_s", "above 0"),
        ('profile = "core"', "profile", "a list"),
        ('trigger_command = "hook \'x"', "trigger_command", "quotes closed"),
        ('trigger_command = " "', "trigger_command", "a command"),
        ('format = ["pdf"]', "format", "'html'"),
        ('claim = "all"', "claim", "a table"),
        ('token = "abc"', "token", "token_env"),
    ],
)
def test_wrong_file_names_the_setting_and_what_would_work(tmp_path: Path, text: str, named: str, hint: str):
    """A key or value of no use ends with the setting, what was found, and what would work."""
    with pytest.raises(SettingError) as caught:
        load(a_file(tmp_path, text), {}, {})

    assert named in str(caught.value)
    assert hint in caught.value.hint
    assert caught.value.exit_code == ExitCode.USAGE


def test_unknown_variable_names_the_nearest():
    """A misspelt variable would otherwise be silently without effect."""
    with pytest.raises(SettingError) as caught:
        load(None, {"OCPI_CONFORMANCE_VERSION_URL": URL}, {})

    assert "OCPI_CONFORMANCE_VERSIONS_URL" in caught.value.hint


def test_variables_of_others_are_left_alone():
    """What `serve` reads, the debug switch and the variable that holds the token are no mistakes."""
    environ = {
        "OCPI_CONFORMANCE_PORT": "8000",
        "OCPI_CONFORMANCE_DEBUG": "1",
        "OCPI_CONFORMANCE_MINE": "t0ken",
    }

    settings = load(None, environ, {**REMOTE, "token_env": "OCPI_CONFORMANCE_MINE"})

    assert settings.token == "t0ken"


def test_token_comes_by_variable_by_file_or_by_its_own_variable(tmp_path: Path):
    """The three ways in which a secret may come."""
    (tmp_path / "token").write_text("from-file\n")

    assert load(None, {"IUT": "by-name"}, {**REMOTE, "token_env": "IUT"}).token == "by-name"
    assert load(None, {}, {**REMOTE, "token_file": str(tmp_path / "token")}).token == "from-file"
    assert load(None, TOKEN, REMOTE).token == "s3cret-token"


def test_token_of_a_flag_goes_before_the_variable():
    """A secret follows the same precedence as all else."""
    settings = load(None, {**TOKEN, "IUT": "by-name"}, {**REMOTE, "token_env": "IUT"})

    assert (settings.token, settings.sources["token"]) == ("by-name", "variable IUT")


def test_two_places_for_one_secret_are_refused(tmp_path: Path):
    """Which of them counts would be a guess."""
    with pytest.raises(SettingError, match="token_env and token_file"):
        load(a_file(tmp_path, 'token_env = "A"\ntoken_file = "b"'), {}, {})


def test_token_given_as_a_name_is_not_repeated():
    """Who gives the token itself as --token-env finds it in no log."""
    with pytest.raises(SettingError) as caught:
        load(None, {}, {**REMOTE, "token_env": "c2VjcmV0LXRva2Vu"})

    assert "c2VjcmV0LXRva2Vu" not in str(caught.value) + caught.value.hint


def test_secrets_are_shown_nowhere():
    """Neither the record nor repr holds a token; the record says where it came from."""
    environ = {**TOKEN, "OCPI_CONFORMANCE_TRIGGER_TOKEN": "h00k"}
    settings = load(None, environ, {**REMOTE, "trigger_url": "http://127.0.0.1/hook"})

    shown = repr(settings.redacted()) + repr(settings)

    assert "s3cret-token" not in shown
    assert "h00k" not in shown
    assert settings.redacted()["token"] == "set by variable OCPI_CONFORMANCE_TOKEN"


def test_arguments_of_the_trigger_command_are_not_recorded():
    """They often hold a password."""
    settings = load(None, {}, {"trigger_command": "hook --password hunter2"})

    assert settings.redacted()["trigger_command"] == "hook …"


def test_paths_of_the_file_count_from_its_folder(tmp_path: Path):
    """A configuration file can be used from anywhere."""
    (tmp_path / "known.toml").write_text("")

    settings = load(a_file(tmp_path, 'baseline = "known.toml"'), {}, {})

    assert settings.baseline == tmp_path / "known.toml"


def test_remote_runs_are_careful_by_default():
    """What ends a registration is only done to a user's implementation when asked for."""
    assert not load(None, TOKEN, REMOTE).disruptive
    assert load(None, TOKEN, {**REMOTE, "disruptive": True}).disruptive
    assert not load(None, TOKEN, REMOTE).attacks
    assert load(None, TOKEN, {**REMOTE, "attacks": True}).attacks
    assert load(None, TOKEN, REMOTE).rate > load(None, {}, {}).rate == 0
    assert load(None, TOKEN, {**REMOTE, "rate": "0"}).rate == 0
    assert load(None, TOKEN, REMOTE).quiet_s > load(None, {}, {}).quiet_s


@pytest.mark.parametrize(
    ("flags", "named"),
    [
        (REMOTE, "no token"),
        ({**REMOTE, "token_env": "T", "flaw": ("x",)}, "flaw"),
        ({"token_env": "T"}, "no versions_url"),
        ({"read_only": True, "disruptive": True}, "read_only and disruptive"),
        ({"read_only": True, "attacks": True}, "read_only and attacks"),
        ({"trigger_person": True, "trigger_command": "x"}, "trigger_command and trigger_person"),
        ({"trigger_token_env": "T"}, "no trigger_url"),
        ({"tls_cert": "x.pem"}, "tls_cert and tls_key"),
        ({"insecure": True, "ca_file": "x.pem"}, "insecure and ca_file"),
        ({"baseline": "/nowhere/at/all.toml"}, "baseline"),
        ({"scenarios": "/nowhere/at/all"}, "scenarios"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(flags: dict[str, object], named: str):
    """Settings that exclude or need each other are told before anything is started."""
    with pytest.raises(SettingError, match=named):
        load(None, {"T": "token"}, flags)


def test_claim_is_read_at_once(tmp_path: Path):
    """A wrong claim is a usage error like any other."""
    with pytest.raises(UsageError, match="locatoins"):
        load(a_file(tmp_path, '[claim]\nmodules = ["locatoins"]'), {}, {})


def test_claim_decides_what_applies(tmp_path: Path):
    """The table is the claim; without one only the embedded party has one."""
    claim = load(a_file(tmp_path, '[claim]\nmodules = ["locations"]'), {}, {}).claimed

    assert claim is not None
    assert not claim.covers("tokens", "RECEIVER")
    assert load(None, {}, {}).claimed is not None
    assert load(None, TOKEN, REMOTE).claimed is None


def test_unreadable_file_is_a_usage_error(tmp_path: Path):
    """No such file, no TOML, too large."""
    huge = tmp_path / "huge.toml"
    huge.write_bytes(b"#" * (1024 * 1024 + 1))

    for path, what in (
        (tmp_path / "none.toml", "no such file"),
        (huge, "larger"),
        (a_file(tmp_path, "= ="), "no TOML"),
    ):
        with pytest.raises(UsageError, match=what):
            load(path, {}, {})


def test_certificate_check_as_the_client_takes_it(tmp_path: Path):
    """verify is True, False, or the file of authorities; the embedded party makes its own certificate."""
    (tmp_path / "ca.pem").write_text("")

    users = {"versions_url": "https://ocpi.example.com/versions", "token": "secret-token"}
    assert load(None, {}, users).verify is True
    assert load(None, {}, {}).verify is False
    assert load(None, {}, {"insecure": True}).verify is False
    assert load(None, {}, {"ca_file": str(tmp_path / "ca.pem")}).verify == str(tmp_path / "ca.pem")


@pytest.mark.parametrize(
    ("given", "read_only"),
    [
        ({}, True),
        ({"attacks": True}, False),
        ({"disruptive": True}, False),
        ({"read_only": False}, False),
        ({"attacks": False, "disruptive": False}, True),
        ({"profile": ("core",)}, False),
    ],
)
def test_the_profile_security_changes_nothing_unless_more_is_allowed(given: dict, read_only: bool):
    users = {"versions_url": "https://ocpi.example.com/versions", "token": "secret-token"}
    settings = load(None, {}, {"profile": ("security",), **users, **given})
    assert settings.read_only is read_only
    assert (settings.sources.get("read_only") == "the profile security") is read_only


def test_the_embedded_party_is_attacked_all_the_same():
    settings = load(None, {}, {"profile": ("security",)})
    assert (settings.read_only, settings.attacks, settings.disruptive) == (False, True, True)
