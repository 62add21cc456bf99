"""Which interface of a module each role of the field usually has; the text requires none of them."""

SENDER, RECEIVER = "SENDER", "RECEIVER"

_OWNED_BY_CPO = ("locations", "tariffs", "sessions", "cdrs")
_DONE_BY_CPO = ("tokens", "commands", "chargingprofiles")

INTERFACES: dict[str, dict[str, tuple[str, ...]]] = {
    "CPO": {
        **dict.fromkeys(_OWNED_BY_CPO, (SENDER,)),
        **dict.fromkeys(_DONE_BY_CPO, (RECEIVER,)),
        "hubclientinfo": (RECEIVER,),
    },
    "EMSP": {
        **dict.fromkeys(_OWNED_BY_CPO, (RECEIVER,)),
        **dict.fromkeys(_DONE_BY_CPO, (SENDER,)),
        "hubclientinfo": (RECEIVER,),
    },
}
"""Interfaces by role and module; versions and credentials have none that differ.

Source: `terminology.asciidoc#introduction_typical_roles`. The chapter on charging profiles
counts the eMSP among those that send them, which the table there leaves to the SCSP.
"""


def has(role: str, module: str, interface: str) -> bool:
    """Whether a role usually has an interface; "" stands for every role and for no interface."""
    return not role or not interface or interface in INTERFACES[role].get(module, ())
