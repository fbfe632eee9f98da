"""P2, selling: the pad, the bill, the product keys, and the second look at a large amount. F: C1 C2 C14"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import msgspec

from onecard import money
from onecard.errors import Refused
from onecard.money import Pad
from pos import checkout, entry, worth
from pos.area import Door
from pos.basket import Basket
from pos.catalogue import Catalogue, Page, Product
from pos.entry import Entry
from pos.mode import Mode, key_prices
from pos.presenters.frame import FrameView, KeyView, RowView, TileView, frame
from pos.presenters.more import why_shut
from pos.scale import words as scale_words
from pos.task import Order, Sell
from pos.till import SELL, Till

#: What the number pad and the keyboard may send besides digits.
_DIGITS = frozenset({*"0123456789", "00", "."})


@dataclass(frozen=True, kw_only=True)
class ConfirmView:
    """An unusually large amount, in figures and in words."""

    title: str
    amount: str
    words: str
    body: str
    yes: str
    no: str


@dataclass(frozen=True, kw_only=True)
class SellView:
    """``amount``: what would be taken now. ``typed``: the entry as it stands, "" when it adds nothing."""

    frame: FrameView
    amount: str
    amount_tone: str
    typed: str
    hint: str
    rows: tuple[RowView, ...]
    row_titles: tuple[str, ...]
    last: str
    last_detail: str
    has_last: bool
    categories: tuple[TileView, ...]
    tiles: tuple[TileView, ...]
    no_products: str
    sell: str
    confirm: ConfirmView | None = None


class SellPresenter:
    """Holds the bill and the place in the catalogue. ``tiles`` product keys and ``tabs`` fit the screen."""

    name = "sell"

    def __init__(
        self, till: Till, tiles: int, tabs: int, doors: Callable[[], tuple[Door, ...]] = tuple
    ) -> None:
        """``doors``: what the function keys open."""
        self._till, self._doors = till, doors
        self._tiles, self._tabs = tiles, tabs
        self.bill = checkout.NEW
        self._goods = Catalogue(())
        self._category = 0
        self._page = 0
        #: The line of the bill that arrows have chosen, until the next other key.
        self._line: int | None = None
        self.last: tuple[str, str] = ("", "")

    # -- what is asked -----------------------------------------------------------------------------------

    def act(self, action: str, at: float) -> Sell | None:
        """A key, a touch. A ``Sell`` comes back when a card is wanted now."""
        verb, _, what = action.partition(":")
        line, self._line = self._line, None
        try:
            if self.bill.confirming is not None:
                return self._decide(action, at)
            if self._till.mode is Mode.KEYS and (action in _DIGITS or verb == "char"):
                self._key_price(what or action)
            elif action in _DIGITS:
                self.bill = checkout.press(self.bill, action)
            elif verb == "char":
                self.bill = checkout.press(self.bill, what)
            elif action == "enter":
                return self._ring(at)
            elif verb == "product":
                self._product(self.goods().find(int(what)))
            elif verb == "scan":
                self._product(self.goods().by_code(what))
            elif verb == "line":
                # A line that is pressed twice before it is seen to be gone goes once.
                if int(what) < len(self.bill.basket.lines):
                    self.bill = checkout.remove(self.bill, int(what))
            elif verb == "category":
                self._category, self._page = int(what), 0
            elif action in ("pageup", "pagedown"):
                self._turn(1 if action == "pagedown" else -1)
            elif action in ("left", "right"):
                self._move(1 if action == "right" else -1)
            elif action in ("up", "down"):
                self._line = self._choose_line(line, -1 if action == "up" else 1)
            elif action == "backspace" and line is not None and self.bill.entry.is_empty:
                self.bill = checkout.remove(self.bill, line)
            else:
                self._edit(action)
        except Refused as refused:
            self._till.refuse(refused)
        return None

    def _edit(self, action: str) -> None:
        match action:
            case "*":
                self.bill = checkout.times(self.bill)
            case "+":
                self.bill = checkout.add_line(self.bill, self._till.rules)
            case "backspace":
                self.bill = checkout.erase(self.bill)
            case "clear" | "escape":
                self.bill = checkout.clear(self.bill)
            case "-":
                self.bill = checkout.press(self.bill, "-")

    def _ring(self, at: float) -> Sell | None:
        if not self._till.may(SELL):
            raise Refused("signon.not_allowed")
        self.bill, order = checkout.ring(self.bill, self._till.rules, at)
        return None if order is None else Sell(order=self._paid_by(order))

    def _paid_by(self, order: Order) -> Order:
        return replace(order, wallet="credit") if self._till.mode is Mode.ACCOUNT else order

    def _decide(self, action: str, at: float) -> Sell | None:
        if action == "enter":
            self.bill, order = checkout.confirm(self.bill, at)
            return None if order is None else Sell(order=self._paid_by(order))
        if action in ("escape", "clear"):
            self.bill = checkout.doubt(self.bill)
        return None

    def _key_price(self, figure: str) -> None:
        """In this mode a figure is a price; one that has none does nothing but say so."""
        fen = key_prices(self._till.office).get(figure)
        if fen is None:
            raise Refused("mode.no_price", figure=figure)
        line = checkout.add_line(
            replace(self.bill, entry=Entry(str(fen))), replace(self._till.rules, pad=Pad.IMPLIED)
        )
        self.bill = line

    def _product(self, product: Product | None) -> None:
        if product is None:
            raise Refused("product.unknown")
        self.check_products()
        fen = self._till.price_of(product)
        if fen != product.price_fen:
            product = msgspec.structs.replace(product, price_fen=fen)
        self.bill = checkout.add_product(self.bill, product, self._till.rules)

    def check_products(self) -> None:
        """Raises ``Refused`` in a mode that sells amounts alone."""
        if self._till.mode in (Mode.AMOUNT, Mode.KEYS):
            raise Refused("mode.no_products")

    def goods(self) -> Catalogue:
        """What is on sale here, sorted once."""
        products = self._till.products
        if self._goods.products is not products:
            self._goods = Catalogue(products)
        return self._goods

    def _here(self) -> Page:
        return self.goods().page(
            self._category, self._page, self._tiles, self._till.station.over_counter.offers
        )

    def _turn(self, step: int) -> None:
        self._page = (self._page + step) % max(1, self._here().pages)

    def _move(self, step: int) -> None:
        self._category, self._page = (self._category + step) % max(1, len(self._here().categories)), 0

    def _choose_line(self, line: int | None, step: int) -> int | None:
        """The newest first, then up and down; ⌫ takes the chosen one off the bill."""
        last = len(self.bill.basket.lines) - 1
        return None if last < 0 else last if line is None else min(max(0, line + step), last)

    def order(self) -> Order:
        """The bill as it stands, what is typed included. Raises ``Refused``."""
        if not self._till.may(SELL):
            raise Refused("signon.not_allowed")
        return checkout.order_of(self.bill, self._till.rules)

    def goes_on(self, rest: Order) -> None:
        """Part of the bill is paid."""
        self.bill = replace(checkout.NEW, basket=Basket(lines=rest.lines), beside=rest.beside)

    def paid(self, text: str, detail: str) -> None:
        """The sale is done: the next one starts on an empty pad."""
        self.bill = checkout.NEW
        self.last = (text, detail)

    def next_customer(self) -> None:
        """What was rung is set aside: its figures must not run into the next sale's."""
        self.bill = checkout.NEW

    def forget(self) -> None:
        """Somebody else sits down."""
        self.bill, self.last = checkout.NEW, ("", "")

    # -- what is shown -----------------------------------------------------------------------------------

    def view(self) -> SellView:
        till, tr = self._till, self._till.tr
        here, mode = self._here(), till.mode
        typed, hint, tone = self._typed()
        return SellView(
            frame=frame(till, self._keys()),
            amount=money.show(checkout.total_fen(self.bill, till.rules)),
            amount_tone=tone,
            typed=typed,
            hint=hint,
            rows=self._rows(),
            row_titles=(tr("pos.sell.what"), tr("pos.sell.pieces"), tr("pos.sell.sum")),
            last=self.last[0] or tr("pos.sell.first"),
            has_last=bool(self.last[0]),
            last_detail=self.last[1],
            categories=self._category_tiles(here) if mode not in (Mode.AMOUNT, Mode.KEYS) else (),
            tiles=self._tiles_of(here),
            no_products=tr("pos.sell.amounts_only" if mode is Mode.AMOUNT else "pos.sell.no_products"),
            sell=tr("pos.sell.take"),
            confirm=self._confirm(),
        )

    def _tiles_of(self, here: Page) -> tuple[TileView, ...]:
        """Products, or the figures that are prices."""
        till, mode = self._till, self._till.mode
        if mode is Mode.AMOUNT:
            return ()
        if mode is Mode.KEYS:
            prices = sorted(key_prices(till.office).items())
            return tuple(
                TileView(action=key, text=money.show(fen), hint=key) for key, fen in prices[: self._tiles]
            )
        return tuple(
            TileView(
                action=f"product:{one.product}",
                text=self._name(one.name, one.name_en),
                detail=money.show(fen),
                enabled=fen > 0,
                reason=till.tr("pos.sell.no_price"),
            )
            for one, fen in ((one, till.price_of(one)) for one in here.products)
        )

    def _category_tiles(self, here: Page) -> tuple[TileView, ...]:
        """The categories that fit, the way to the others, and the way to the next page of this one."""
        turn = (
            (TileView(action="pagedown", text=f"{here.page + 1}/{here.pages}", icon="chevron-right"),)
            if here.pages > 1
            else ()
        )
        find = (TileView(action="/", text="", icon="magnify"),) if here.categories else ()
        room = self._tabs - len(turn) - len(find)
        first, count = 0, len(here.categories)
        more: tuple[TileView, ...] = ()
        if count > room:
            group = max(1, room - 1)
            first = here.category // group * group
            count = min(group, count - first)
            following = first + group if first + group < len(here.categories) else 0
            more = (TileView(action=f"category:{following}", text="", icon="dots-horizontal"),)
        shown = here.categories[first : first + count]
        tabs = tuple(
            TileView(action=f"category:{n}", text=name, selected=n == here.category)
            for n, name in enumerate(shown, first)
        )
        return (*tabs, *more, *turn, *find)

    def _name(self, name: str, name_en: str) -> str:
        return name_en if self._till.tr.language == "en" and name_en else name

    def _typed(self) -> tuple[str, str, str]:
        """The entry as typed, a hint, and the tone of the amount."""
        tr, typed = self._till.tr, self.bill.entry
        if typed.is_empty:
            mode = self._till.mode
            hint = tr("pos.sell.hint") if mode is Mode.FREE else tr(f"pos.mode.{mode.value}")
            weight = scale_words(self._till)
            return weight, hint if self.bill.is_empty and not weight else "", "ink"
        rules = self._till.rules
        try:
            amount = entry.amount(typed, rules.pad, cap=rules.cap_fen)
        except Refused as refused:
            waiting = typed.times == "" or refused.code in ("amount.zero", "amount.empty")
            if waiting:
                return typed.text, tr("pos.sell.times_hint") if typed.times == "" else "", "muted"
            return typed.text, tr.refusal(refused), "refuse"
        shown = typed.text if amount.pieces != 1 or not self.bill.basket.is_empty else ""
        return shown, "", "ink"

    def _rows(self) -> tuple[RowView, ...]:
        return tuple(
            RowView(
                cells=worth.cells(self._till.tr, line),
                action=f"line:{number}",
                selected=number == self._line,
            )
            for number, line in enumerate(self.bill.basket.lines)
        )

    def _confirm(self) -> ConfirmView | None:
        tr, order = self._till.tr, self.bill.confirming
        if order is None:
            return None
        return ConfirmView(
            title=tr("pos.sell.large"),
            amount=money.show(order.due_fen),
            words=money.in_words(order.due_fen),
            body=tr("pos.sell.large_body", limit=money.show(self._till.rules.large_fen)),
            yes=tr("pos.sell.large_yes"),
            no=tr("pos.sell.large_no"),
        )

    def door(self, key: str) -> Door | None:
        """What a function key opens now."""
        if self.bill.confirming is not None:
            return None
        found = next((one for one in self._doors() if one.key == key), None)
        return found if found is not None and not why_shut(self._till, found) else None

    def _keys(self) -> tuple[KeyView, ...]:
        tr = self._till.tr
        keys: list[KeyView] = []
        for door in self._doors():
            if door.key:
                why = why_shut(self._till, door)
                text = tr(f"pos.key.{door.name}")
                keys.append(
                    KeyView(key=door.key, text=text, enabled=not why, reason=why, selected=door.is_lit())
                )
        return tuple(sorted(keys, key=lambda one: int(one.key[1:])))
