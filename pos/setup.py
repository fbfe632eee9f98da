"""From a settings file to a station: keys, journal, facts, identity. Opens no device and no window."""

from dataclasses import dataclass
from pathlib import Path

from onecard.cards import keystore
from onecard.cards.keys import KeySet, make_test_keys
from onecard.clock import Clock, SystemClock
from onecard.errors import Refused
from onecard.ids import Entropy, SystemEntropy
from onecard.journal.facts import Facts
from onecard.journal.journal import Journal
from onecard.settings import POS, STATION, Settings, load
from onecard.terminal import enrol
from onecard.terminal.signon import SignOn
from onecard.terminal.station import Station, StationConfig
from onecard.wire.client import Identity, ServerClient

ROWS = (*STATION, *POS)


def settings_of(path: Path | None) -> Settings:
    """The till's settings; defaults without a file. Raises ``SettingError``."""
    return Settings.of(ROWS, {}) if path is None else load(path, ROWS)


def folder_of(settings: Settings) -> Path:
    """Where journal and identity lie; made when it is not there."""
    folder = Path(settings.text("data.folder") or "data/pos")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def identity_file(settings: Settings) -> Path:
    """Who this terminal is."""
    return folder_of(settings) / "identity.json"


def server_of(settings: Settings) -> str:
    """What the settings say; without a word there, where this terminal was enrolled."""
    if "server.url" in settings.values:
        return settings.text("server.url")
    return enrol.server_of(identity_file(settings)) or settings.text("server.url")


def keys_of(settings: Settings) -> KeySet:
    """The public test keys, or the key store beside its machine secret. Raises ``StoreError``."""
    if settings.flag("card.test_keys"):
        return make_test_keys()
    store = Path(settings.text("card.keys") or folder_of(settings) / "keys.store")
    secret = keystore.MachineSecret.read(store.with_suffix(".secret"))
    return keystore.load(store, secret, test=False)


@dataclass
class Setup:
    """Everything that stands before the first device is opened."""

    settings: Settings
    identity: Identity
    clock: Clock
    entropy: Entropy
    journal: Journal
    facts: Facts
    station: Station
    sign_on: SignOn

    def client(self) -> ServerClient:
        """A way to the server; one per thread."""
        return ServerClient(server_of(self.settings), self.identity, self.clock, self.entropy)

    def close(self) -> None:
        """Everything is on the disk already."""
        self.journal.close()
        self.facts.close()


def set_up(settings: Settings, clock: Clock | None = None) -> Setup:
    """Raises ``Refused("terminal.not_enrolled")``, ``StoreError``."""
    clock = clock or SystemClock()
    identity = enrol.load(identity_file(settings))
    if identity is None:
        raise Refused("terminal.not_enrolled")
    folder = folder_of(settings)
    journal = Journal(folder / "journal.db", identity.terminal, identity.epoch, clock)
    facts = Facts(folder / "facts.db", bytes.fromhex(identity.server_key), clock)
    config = StationConfig(
        unit=identity.unit,
        terminal=identity.terminal,
        kind="pos",
        first_sector=settings.number("card.first_sector"),
    )
    return Setup(
        settings=settings,
        identity=identity,
        clock=clock,
        entropy=SystemEntropy(),
        journal=journal,
        facts=facts,
        station=Station(config, journal, facts, keys_of(settings), clock),
        sign_on=SignOn(facts, journal, clock),
    )
