"""Adversity: the CPO fails an eMSP: with answers to its commands, and with results that are missing, late or wrong."""

from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.scenarios.adversity.repeating import sent_once
from ocpi_conformance.scenarios.commands.emsp_commands import announced, body_of, borne
from ocpi_conformance.simulators.answering import Reply, written
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.exchange import Request, Response
from ocpi_conformance.simulators.journal import Sighting
from ocpi_conformance.simulators.mishaps import MISHAPS, at, only_accepts
from ocpi_conformance.simulators.party import Party
from ocpi_conformance.simulators.peculiar import peculiar
from ocpi_conformance.simulators.roles import Cpo

pytestmark = applies_to(module="adversity", iut="EMSP", side="SENDER", writes=True)

ACTIONS = (("unlock-connector", "unlock-connector"), ("remote-start", "start-session"))
COMMANDS = "commands.receiver.*"
RESULT = "commands.sender.result"
TIMEOUT_S = 1
WRONG = (b'{"result": "ACCEP', b"<html>Gateway timeout</html>", b"[]", b'{"result": "PERHAPS"}')

Object = dict[str, Any]


def test_commands_go_on_after_failures(iut: Iut, cpo: Cpo, check: Check) -> None:
    """We answer commands in ways that nobody could understand; then we are well again."""
    action, place = _command(iut, cpo, check)
    for name in ("server-error", "unauthorized", "html", "truncated", "wrong-json", "cut", "unknown-value"):
        failed = _sent(iut, cpo, action, place, MISHAPS.get(name, says_perhaps))
        if not failed:
            check.inconclusive("adversity-commands-go-on", f"no command came after {action}")
            continue
        fresh = _sent(iut, cpo, action, place, only_accepts(TIMEOUT_S))
        check(
            "adversity-commands-go-on",
            fresh.seen,
            expected="the next command",
            found=fresh.exchange,
            evidence=[failed, fresh],
            check=name,
        )
    answer = iut.probes[0].send(cpo, to=iut.connection)
    up = "adversity-up-after-failed-commands"
    check(up, answer.accepted, expected="an answer as ever", found=answer, evidence=answer)


def test_a_command_is_sent_once_although_its_answer_was_lost(iut: Iut, cpo: Cpo, check: Check) -> None:
    """The connection is cut while we answer a command, which we have taken."""
    action, place = _command(iut, cpo, check)
    sent_once(iut, cpo, check, "adversity-lost-post-not-repeated", action, _endpoint(action), **place)


def test_results_that_are_missing_late_or_early_are_borne(iut: Iut, cpo: Cpo, check: Check) -> None:
    """No result comes in time. One comes after that, and one before its command was answered."""
    action, place = _command(iut, cpo, check)
    command = _sent(iut, cpo, action, place, only_accepts(TIMEOUT_S))
    check.requires(command.exchange, f"no command came after {action}")
    assert command.exchange is not None
    first = command.exchange
    again = iut.sends("POST", endpoint=COMMANDS, where=lambda found: found.id > first.id, within=TIMEOUT_S)
    check(
        "adversity-command-without-result-sent-once",
        not again.seen,
        expected=f"nothing within the {TIMEOUT_S} s that the answer states",
        found=again.exchange,
        evidence=[command, again],
    )
    url = _response_url(check, command)
    late = cpo.post_result(iut.connection, url, "ACCEPTED")
    check("adversity-late-result-borne", borne(late), expected="no HTTP 5xx", found=late, evidence=late)

    early: list[Answer] = []

    def hasty(party: Party, request: Request, proceed: Any) -> Response:  # noqa: ARG001
        told = request.json if isinstance(request.json, dict) else {}
        early.append(cpo.post_result(iut.connection, str(told.get("response_url")), "ACCEPTED"))
        return written(request, Reply(data={"result": "ACCEPTED", "timeout": TIMEOUT_S}))

    _sent(iut, cpo, action, place, hasty)
    check.requires(early, f"no command came after {action}")
    slug = "adversity-early-result-borne"
    check(slug, borne(early[0]), expected="no HTTP 5xx", found=early[0], evidence=early[0])


def test_a_right_result_is_taken_after_wrong_ones(iut: Iut, cpo: Cpo, check: Check) -> None:
    """What comes to a response_url is no JSON, no CommandResult, and at last right."""
    action, place = _command(iut, cpo, check)
    command = _sent(iut, cpo, action, place, only_accepts(TIMEOUT_S))
    url = _response_url(check, command)
    for raw in WRONG:
        wrong = cpo.call("POST", url, to=iut.connection, endpoint=RESULT, raw=raw)
        slug = "adversity-wrong-result-borne"
        check(
            slug, borne(wrong), expected="no HTTP 5xx", found=wrong, evidence=wrong, check=raw.decode()[:20]
        )
    right = cpo.post_result(iut.connection, url, "ACCEPTED")
    check(
        "adversity-right-result-after-wrong-taken",
        right.accepted,
        expected="HTTP 200, 1000",
        found=right,
        evidence=right,
    )


def _command(iut: Iut, cpo: Cpo, check: Check) -> tuple[str, Object]:
    """A command that it sends, and where."""
    check.applies(iut.claim.covers("commands", "SENDER"), "it sends no commands")
    claimed = [action for feature, action in ACTIONS if iut.claim.has(feature)]
    check.applies(claimed, "it sends no UNLOCK_CONNECTOR and no START_SESSION")
    location = announced(iut, cpo)
    evse = location["evses"][0]
    place = {"location_id": location["id"], "evse_uid": evse["uid"]}
    return claimed[0], {**place, "connector_id": evse["connectors"][0]["id"]}


def _endpoint(action: str) -> str:
    return f"commands.receiver.{action.replace('-', '_')}"


def _sent(iut: Iut, cpo: Cpo, action: str, place: Object, around: Any) -> Sighting:
    """The command that comes, and is answered in a peculiar way."""
    mark = cpo.journal.mark()
    with peculiar(cpo, at(COMMANDS, around)):
        iut.tries(action, **place)
        return iut.sends("POST", endpoint=COMMANDS, since=mark)


def _response_url(check: Check, command: Sighting) -> str:
    url = body_of(command).get("response_url")
    check.requires(isinstance(url, str) and url, "no command came, or it has no response_url")
    return str(url)


def says_perhaps(party: Party, request: Request, proceed: Any) -> Response:  # noqa: ARG001
    """The answer to a command is none that OCPI knows."""
    return written(request, Reply(data={"result": "PERHAPS", "timeout": TIMEOUT_S}))
