"""Flaws of a CPO that hears the same news of a Token twice."""

from .flaw import Party, Proceed, Request, Response, serving
from .shaping import addresses, ok

PUT = "tokens.receiver.put"


@serving("repeated-token-dropped", breaks=("journeys-repeated-token-is-one-token",), roles=("CPO",))
def repeated_token_dropped(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Token that is PUT a second time, as it was, is dropped for a duplicate."""
    response = proceed(request)
    if addresses(party, request, PUT) and ok(response):
        last = party.notes.setdefault("put-tokens", {})
        if last.pop(request.url, None) == request.body:
            table = party.store.received("tokens")
            for key, token in table.items():
                if token == request.json:
                    table.delete(key)
        else:
            last[request.url] = request.body
    return response
