"""All samples of one party behind one name."""

from .commands import Commands
from .parties import Parties
from .sessions import Sessions


class Samples(Sessions, Commands, Parties):
    """Objects of the field for one party, as plain JSON-able dicts that the schemas of the version accept.

    `full=True` sets every optional field, `minimal=True` none, neither draws a selection; other keywords set
    fields as they are given. Ids never repeat within one instance and differ between seeds and parties.

        samples = Samples(7, country_code="NL", party_id="CPO")
        samples.location(full=True)["evses"][0]["uid"]
    """
