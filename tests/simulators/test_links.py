"""Link headers as RFC 8288 writes them."""

import pytest
from ocpi_conformance.simulators.links import links, next_link


@pytest.mark.parametrize(
    ("header", "url"),
    [
        ('<http://a.test/2?a=1,2;b>; rel="next"', "http://a.test/2?a=1,2;b"),
        ('<http://a.test/2>; title="a, b; c"; REL="Next"', "http://a.test/2"),
        ('<http://a.test/1>; rel="prev first", <http://a.test/3>; rel="last next"', "http://a.test/3"),
        ('<http://a.test/1>; rel="nextish"', None),
        ('<>; rel="next"', None),
    ],
)
def test_the_next_page_is_found_among_other_links(header: str, url: str | None):
    assert next_link(header) == url


def test_links_have_their_relations():
    assert links("<http://a.test/1>, <http://a.test/2>; rel=last") == [
        ("http://a.test/1", frozenset()),
        ("http://a.test/2", frozenset({"last"})),
    ]


def test_a_long_header_is_read_to_a_bound():
    assert len(links("<x>; rel=next, " * 100_000)) < 10_000
