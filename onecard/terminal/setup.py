"""From a settings file to a station: keys, journal, facts, identity. Opens no device and no window."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from onecard.cards import keystore
from onecard.cards.keys import KeySet, make_test_keys, make_training_keys
from onecard.cards.legacy import OldLayout
from onecard.cards.legacy.value import of_options
from onecard.clock import Clock, SystemClock
from onecard.devices import fitted
from onecard.errors import Refused, StoreError
from onecard.ids import Entropy, SystemEntropy
from onecard.journal.facts import Facts
from onecard.journal.journal import Journal
from onecard.settings import STATION, Setting, SettingError, Settings, Value, load
from onecard.terminal import enrol, own, training
from onecard.terminal.station import Station, StationConfig
from onecard.wire.client import Identity, ServerClient
from onecard.wire.meter import Meter


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What an app says of itself; everything before its first screen follows from it.

    ``name`` is also the kind of station and the folder of its data; ``title`` says to people what it is.
    ``own`` are the settings that no other station has, ``usual`` the defaults that differ from theirs.
    """

    name: str
    title: str
    own: tuple[Setting, ...] = ()
    usual: Mapping[str, Value] = field(default_factory=dict)

    @property
    def rows(self) -> tuple[Setting, ...]:
        """Every setting that its file may have."""
        return (*STATION, *self.own)

    def settings(self, path: Path | None) -> Settings:
        """Of this file; the usual ones without a file. Raises ``SettingError``, also for devices that could
        never be opened."""
        given = {} if path is None else load(path, self.rows).values
        settings = Settings.of(self.rows, {**self.usual, **given})
        settings = own.over_file(self.rows, settings, self.folder(settings))
        fitted.check(settings)
        layout_of(settings, bytes(6))
        return settings

    def folder(self, settings: Settings) -> Path:
        """Where journal and identity lie; made when it is not there."""
        folder = Path(settings.text("data.folder") or f"data/{self.name}")
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def identity_file(self, settings: Settings) -> Path:
        """Who this terminal is."""
        return self.folder(settings) / "identity.json"

    def server_url(self, settings: Settings) -> str:
        """What the settings say; without a word there, where this terminal was enrolled."""
        if "server.url" in settings.values:
            return settings.text("server.url")
        return enrol.server_of(self.identity_file(settings)) or settings.text("server.url")

    def keys(self, settings: Settings) -> KeySet:
        """The public test keys, or the key store beside its machine secret. Raises ``StoreError``."""
        if settings.flag("card.test_keys"):
            return make_test_keys()
        store = Path(settings.text("card.keys") or self.folder(settings) / "keys.store")
        secret = keystore.MachineSecret.read(store.with_suffix(".secret"))
        return keystore.load(store, secret, test=False)


@dataclass(frozen=True, kw_only=True)
class Setup:
    """Everything that stands before the first device is opened."""

    settings: Settings
    server_url: str
    identity: Identity
    clock: Clock
    entropy: Entropy
    station: Station
    #: Where journal and identity lie.
    folder: Path = Path()
    #: The office hears nothing of what is done, and only training cards are known.
    is_training: bool = False
    #: How the cards of the system before are read, where they are being taken over.
    old: OldLayout | None = None
    #: Bytes to and from the office, of all its clients together.
    meter: Meter | None = None

    def client(self) -> ServerClient:
        """A way to the server; one per thread."""
        return ServerClient(self.server_url, self.identity, self.clock, self.entropy, meter=self.meter)

    def close(self) -> None:
        """Everything is on the disk already."""
        self.station.journal.close()
        self.station.facts.close()


def layout_of(settings: Settings, key: bytes) -> OldLayout | None:
    """Of the system before; ``None`` where nothing is taken over. Raises ``SettingError``."""
    text = settings.text("card.old")
    if not text:
        return None
    try:
        return of_options(text, key)
    except ValueError as error:
        raise SettingError("settings.device", setting="card.old", why=str(error)) from error


def set_up(kind: Kind, settings: Settings, clock: Clock | None = None) -> Setup:
    """Raises ``Refused("terminal.not_enrolled")``, ``StoreError``, ``SettingError``."""
    clock = clock or SystemClock()
    identity = enrol.load(kind.identity_file(settings))
    if identity is None:
        raise Refused("terminal.not_enrolled")
    home = kind.folder(settings)
    trains = training.is_on(home)
    folder = training.lay_out(home) if trains else home
    journal = Journal(folder / "journal.db", identity.terminal, identity.epoch, clock)
    facts = Facts(folder / "facts.db", bytes.fromhex(identity.server_key), clock)
    config = StationConfig(
        unit=identity.unit,
        terminal=identity.terminal,
        kind=kind.name,
        first_sector=settings.number("card.first_sector"),
    )
    keys = make_training_keys() if trains else kind.keys(settings)
    if settings.text("card.old") and not trains and not keys.old:
        raise StoreError("keys.no_old")
    return Setup(
        settings=settings,
        server_url=kind.server_url(settings),
        identity=identity,
        clock=clock,
        entropy=SystemEntropy(),
        station=Station(config, journal, facts, keys, clock),
        folder=home,
        is_training=trains,
        old=None if trains else layout_of(settings, keys.old),
        meter=Meter(clock, home / "traffic.json"),
    )
