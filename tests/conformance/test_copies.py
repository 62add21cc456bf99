"""Objects of a peer that the IUT keeps copies of."""

import pytest
from ocpi_conformance.conformance.check import Stop
from ocpi_conformance.conformance.copies import a_copy
from ocpi_conformance.conformance.iut import Iut

from tests.conformance.builders import a_bench


@pytest.mark.parametrize(
    ("role", "module", "name"), [("CPO", "tokens", "Token"), ("EMSP", "locations", "Location")]
)
def test_a_copy_is_put_read_changed_and_withdrawn(role: str, module: str, name: str) -> None:
    """A Token at a CPO, a Location at an eMSP; new each time."""
    with a_bench(role) as (bench, party):
        copy = a_copy(Iut(bench), bench.peer)
        assert (copy.module, copy.name) == (module, name)
        assert not copy.appears(within=0.001).accepted

        assert copy.put().http_status == 201
        assert copy.get().data["last_updated"] == copy.object["last_updated"]
        assert copy.in_other_case().data == copy.get().data
        assert copy.in_other_case().exchange.request.url != copy.url
        assert copy.put(last_updated="2030-01-01T00:00:00Z").accepted
        assert copy.appears(within=1).data["last_updated"] == "2030-01-01T00:00:00Z"
        assert copy.send("PUT", raw=b"{").http_status == 400
        assert len(party.store.received(module).items()) == 1

        before = len(bench.peer.store.own(module).items())
        copy.withdraw()
        assert len(bench.peer.store.own(module).items()) == before - 1
        assert a_copy(Iut(bench), bench.peer).id != copy.id


def test_without_an_endpoint_there_is_no_copy() -> None:
    """The scenario stops; nothing is added to the peer's stock."""
    with a_bench() as (bench, _):
        bench.connection().endpoints.pop(("tokens", "RECEIVER"))
        before = len(bench.peer.store.own("tokens").items())

        with pytest.raises(Stop, match="list no tokens RECEIVER"):
            a_copy(Iut(bench), bench.peer)
        assert len(bench.peer.store.own("tokens").items()) == before
