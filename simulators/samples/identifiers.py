"""Identifiers of the field: EVSE ids and e-mobility account ids as eMI3 and ISO 15118 shape them."""

import base64
import hashlib
import re

Row = tuple[int, int]

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_FOURTEEN = re.compile(r"[0-9A-Z]{14}")
_PAIR_MOD_2 = ((0, 1), (1, 1))
_PAIR_MOD_3 = ((0, 1), (1, 2))


def _times(row: Row, matrix: tuple[Row, Row], modulus: int) -> Row:
    return (
        (row[0] * matrix[0][0] + row[1] * matrix[1][0]) % modulus,
        (row[0] * matrix[0][1] + row[1] * matrix[1][1]) % modulus,
    )


def check_digit(account: str) -> str:
    """The check digit of an e-mobility account id of 14 letters and digits (ISO 15118-1, annex on EMAID).

    Every character is four small numbers, two modulo 2 and two modulo 3; both pairs are summed over
    powers of a matrix, and the digit is the character that brings both sums to zero.
    """
    code = account.replace("-", "").upper()
    if not _FOURTEEN.fullmatch(code):
        raise ValueError(f"an account id without its check digit has 14 letters and digits, not {account!r}")
    twos, threes = (0, 0), (0, 0)
    for character in reversed(code):
        upper, lower = divmod(ALPHABET.index(character), 9)
        twos = _times(((twos[0] + upper // 2) % 2, (twos[1] + upper % 2) % 2), _PAIR_MOD_2, 2)
        threes = _times(((threes[0] + lower // 3) % 3, (threes[1] + lower % 3) % 3), _PAIR_MOD_3, 3)
    # The matrices have the orders 3 and 8, so their fifteenth powers are the unit and the inverse.
    high, low = _times(threes, _PAIR_MOD_3, 3)
    return ALPHABET[(twos[0] * 2 + twos[1]) * 9 + (-high % 3) * 3 + (-low % 3)]


def contract_id(country_code: str, party_id: str, number: str) -> str:
    """An eMA id such as `NL-MSP-C12345678-X`; `number` has eight letters and digits."""
    account = f"{country_code}-{party_id}-C{number}".upper()
    return f"{account}-{check_digit(account)}"


def evse_id(country_code: str, party_id: str, outlet: str) -> str:
    """An eMI3 EVSE id such as `NL*CPO*E7GQ2*1`; `outlet` has at most 31 letters, digits and asterisks."""
    return f"{country_code}*{party_id}*E{outlet}".upper()


def namespace(*parts: object) -> str:
    """Eight letters and digits that stand for the parts, so that other seeds and parties get other ids."""
    digest = hashlib.blake2b("/".join(map(str, parts)).encode(), digest_size=5).digest()
    return base64.b32encode(digest).decode()
