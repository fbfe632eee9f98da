"""The two virtual readers of pcscd, for the tests that go the whole way."""

import pytest

from onecard.bench.pcscd import virtual_readers


@pytest.fixture(scope="module")
def slots():
    """Slots of both readers; waits for another run on this machine to finish."""
    with virtual_readers(wait_s=100) as both:
        yield both
