"""What the judges of single aspects are given."""

from dataclasses import replace

from tests.conformance.wire.views import answered, view


def test_an_answer_that_was_cut_off_is_no_success():
    whole = answered()
    cut = replace(whole.response, missing=1)
    assert whole.succeeded
    assert not view(whole.request, cut, direction="received", endpoint=whole.endpoint).succeeded
