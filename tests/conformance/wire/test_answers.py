"""The judge of every answer: what it blames, and what it leaves alone."""

import pytest
from ocpi_conformance.conformance.wire import answers

from .views import ROUTED, TURNED, answered, broken, met

SUCCESS = ("transport-request-id-echoed", "transport-request-id-echoed-on-error")


def test_a_plain_answer_meets_the_response_format():
    found = answers.response_format(answered({"data": []}))
    assert "transport-envelope-present" in met(found)
    assert broken(answers.response_format(answered({"data": [], "status_message": None}))) == set()


@pytest.mark.parametrize(
    ("envelope", "slug"),
    [
        ({"status_code": "1000"}, "transport-status-code-four-digits"),
        ({"status_code": 200}, "transport-status-code-four-digits"),
        ({"status_code": True}, "transport-status-code-four-digits"),
        ({"status_code": 2042}, "transport-status-code-known"),
        ({"status_code": 1900}, "transport-status-code-not-custom"),
        ({"status_message": {}}, "transport-status-message-string"),
        ({"timestamp": ...}, "transport-timestamp-present"),
        ({"timestamp": None}, "transport-timestamp-present"),
        ({"timestamp": "2015-06-30T21:59:59Z"}, "transport-timestamp-is-now"),
        ({"timestamp": 1435701599}, "types-datetime-format"),
        ({"status_code": ...}, "transport-envelope-present"),
    ],
)
def test_each_fault_of_the_envelope_has_one_name(envelope, slug):
    assert broken(answers.response_format(answered(envelope))) == {slug}


@pytest.mark.parametrize(
    ("status", "body", "slug"),
    [
        (204, b"", "transport-response-returned"),
        (200, b"[]", "transport-envelope-present"),
        (404, b"<html>", "transport-http-error-envelope"),
        (502, b"", "transport-http-error-envelope"),
    ],
)
def test_answers_without_envelope(status, body, slug):
    assert broken(answers.response_format(answered(status=status, body=body))) == {slug}


def test_parameters_of_the_content_type_are_free():
    kind = {"Content-Type": "Application/JSON; charset=utf-8"}
    assert broken(answers.response_format(answered(headers=kind))) == set()
    html = {"Content-Type": "text/html"}
    assert broken(answers.response_format(answered(headers=html))) == {"transport-response-content-type"}


@pytest.mark.parametrize(
    ("endpoint", "data", "slug"),
    [
        ("locations.sender.list", {}, "transport-data-list"),
        ("locations.sender.location", [{}], "transport-data-object"),
        ("locations.sender.location", None, "transport-data-object"),
        ("tokens.receiver.put", {}, "transport-data-unset-where-undefined"),
        ("locations.sender.list", None, ""),
        ("tokens.receiver.put", None, ""),
        ("sessions.sender.preferences", "ACCEPTED", ""),
    ],
)
def test_data_is_what_the_endpoint_defines(endpoint, data, slug):
    found = broken(answers.data_shape(answered({"data": data}, endpoint=endpoint)))
    assert found == ({slug} if slug else set())


@pytest.mark.parametrize(
    ("status", "code", "slug"),
    [(200, 1000, SUCCESS[0]), (204, 1000, SUCCESS[0]), (200, 2001, SUCCESS[1]), (404, 2000, SUCCESS[1])],
)
def test_ids_are_looked_for_on_success_and_on_failure_apart(status, code, slug):
    sent = {"X-Request-ID": "one"}
    body = b"" if status == 204 else None
    lost = answered({"status_code": code}, status=status, sent=sent, body=body)
    assert broken(answers.message_ids(lost)) == {slug}
    kept = answered(
        {"status_code": code}, status=status, sent=sent, headers={"x-request-id": "one"}, body=body
    )
    assert met(answers.message_ids(kept)) == {slug}


def test_ids_that_were_not_sent_are_not_missed():
    assert list(answers.message_ids(answered())) == []


def test_routing_headers_are_turned_round_without_regard_to_case():
    assert broken(answers.routing(answered(sent=ROUTED, headers=TURNED))) == set()
    assert broken(answers.routing(answered(sent=ROUTED, headers=ROUTED))) == {
        "transport-response-routing-reversed"
    }
    assert broken(answers.routing(answered(sent=ROUTED))) == {"transport-response-routing-present"}
    assert list(answers.routing(answered())) == []


def test_configuration_modules_are_not_routed():
    found = answers.routing(answered(endpoint="versions.list", headers={"ocpi-from-party-id": "CPO"}))
    assert broken(found) == {"transport-response-routing-absent-configuration"}


@pytest.mark.parametrize(
    ("link", "slug"),
    [
        ('<http://iut/x?offset=1>; rel="next"', ""),
        ("<http://iut/x?offset=1>; rel=next", ""),
        ('<http://iut/x>; rel="first", <http://iut/x>; rel="last"', ""),
        ('<http://iut/x?offset=1>; rel="last next"; title="a, b"', ""),
        ('</x?offset=1>; rel="next"', "paging-link-absolute"),
        ("<http://iut/x?offset=1>", "paging-link-rel-next"),
        ("http://iut/x?offset=1", "paging-link-rel-next"),
    ],
)
def test_links_of_other_relations_are_free(link, slug):
    headers = {"X-Total-Count": "2", "X-Limit": "50", "Link": link}
    found = broken(answers.paging(answered({"data": [{}]}, headers=headers)))
    assert found == ({slug} if slug else set())


def test_the_headers_of_a_page_are_numbers():
    wrong = {"X-Total-Count": "many", "X-Limit": "-1"}
    assert broken(answers.paging(answered({"data": []}, headers=wrong))) == {
        "paging-total-count-present",
        "paging-x-limit-present",
    }
    full = {"X-Total-Count": "2", "X-Limit": "1"}
    assert broken(answers.paging(answered({"data": [{}, {}]}, headers=full))) == {
        "paging-page-within-x-limit"
    }
