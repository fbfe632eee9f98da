"""The encrypted half of SSP (eSSP): a key agreed on the line, and packets that carry a count.

``7E`` and then AES-128 blocks of ``length | count (4, low first) | data | padding | CRC``. The lower half of
the key is a fixed setting, the upper one is agreed by Diffie-Hellman over 64-bit primes: it keeps out what is
plugged in between, not somebody with a computer and time.
"""

from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES128

from onecard.devices.acceptors.ssp.frames import crc
from onecard.ids import Entropy

STEX = 0x7E
#: What every unit leaves the factory with.
DEFAULT_FIXED = 0x0123456701234567
_BLOCK = 16
#: length, count and CRC.
_AROUND = 7
#: Enough to decide every number below 2^64 for certain.
_WITNESSES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)


def is_prime(number: int) -> bool:
    """Miller-Rabin, exact for 64 bits."""
    if number < 2:
        return False
    for small in _WITNESSES:
        if number % small == 0:
            return number == small
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for witness in _WITNESSES:
        power = pow(witness, odd, number)
        if power in (1, number - 1):
            continue
        for _ in range(twos - 1):
            power = power * power % number
            if power == number - 1:
                break
        else:
            return False
    return True


def prime(entropy: Entropy) -> int:
    """A random prime of 63 bits."""
    number = (1 << 62) | entropy.below(1 << 62) | 1
    while not is_prime(number):
        number += 2
    return number


def wire(number: int) -> bytes:
    """A number of the agreement as it travels: 64 bits, lowest byte first."""
    return number.to_bytes(8, "little")


class Agreement:
    """The host's side of agreeing on a key."""

    def __init__(self, entropy: Entropy) -> None:
        first, second = prime(entropy), prime(entropy)
        # The description wants the generator to be the larger one.
        self.generator, self.modulus = max(first, second), min(first, second)
        self._secret = 2 + entropy.below(self.modulus - 2)
        self.intermediate = pow(self.generator, self._secret, self.modulus)

    def key(self, answer: int, fixed: int) -> bytes:
        """The key, once the device has said its own intermediate number."""
        return wire(fixed) + wire(pow(answer, self._secret, self.modulus))


def seal(key: bytes, count: int, data: bytes, entropy: Entropy) -> bytes:
    """The data of an encrypted frame."""
    plain = bytes((len(data),)) + count.to_bytes(4, "little") + data
    plain += entropy.bytes(-(len(data) + _AROUND) % _BLOCK)
    plain += crc(plain).to_bytes(2, "little")
    box = Cipher(AES128(key), modes.ECB()).encryptor()  # noqa: S305 - the device's protocol, not our choice
    return bytes((STEX,)) + box.update(plain) + box.finalize()


def unseal(key: bytes, data: bytes) -> tuple[int, bytes] | None:
    """(count, data) of an encrypted frame; None when it was not sealed with this key."""
    if len(data) < 1 + _BLOCK or data[0] != STEX or (len(data) - 1) % _BLOCK:
        return None
    box = Cipher(AES128(key), modes.ECB()).decryptor()  # noqa: S305 - the device's protocol, not our choice
    plain = box.update(data[1:]) + box.finalize()
    length = plain[0]
    if length + _AROUND > len(plain) or crc(plain[:-2]) != int.from_bytes(plain[-2:], "little"):
        return None
    return int.from_bytes(plain[1:5], "little"), plain[5 : 5 + length]
