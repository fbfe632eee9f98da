"""Goods by weight: the scale is read at the press, and only a weight at rest becomes a line. F: C3

Shown weight, priced weight and printed weight are one reading; what the screen showed before is never sold.
"""

from dataclasses import replace

from onecard.devices.scales.weighing import NotWeighed, Outcome, Weighed
from onecard.errors import OneCardError, Refused
from onecard.rules.pricing import total_of
from onecard.wire.messages import Line, Product
from pos import basket, entry, ticket
from pos.area import Area, Door, Way
from pos.presenters.sell import SellPresenter
from pos.till import SELL, Till


class Weighing(Area):
    """Adds weighed lines to the bill that ``sell`` holds."""

    def __init__(self, till: Till, way: Way, sell: SellPresenter) -> None:
        self._till, self._way, self._sell = till, way, sell
        self._busy = False
        # Once for every container: on the selling screen itself.
        self.doors = (
            Door(name="tare", key="f7", right=SELL, open=lambda: self._set("tare"), is_there=self._has),
        )
        self.rooms = (
            Door(name="zero", icon="scale", right=SELL, open=lambda: self._set("zero"), is_there=self._has),
        )

    def takes(self, screen: str, action: str) -> bool:
        """A press on the selling screen about goods by weight is done, or refused, here.

        What is found by search or scanned elsewhere comes by that screen too.
        """
        verb, _, what = action.partition(":")
        if screen != "sell" or verb not in ("product", "scan") or self._sell.bill.confirming is not None:
            return False
        try:
            if verb == "scan" and self._ticket(what):
                return True
            goods = self._sell.goods()
            product = goods.find(int(what)) if verb == "product" else goods.by_code(what)
            return product is not None and self._by_weight(product) and self._weigh(product)
        except OneCardError as error:
            self._till.refuse(error)
            return True

    def _by_weight(self, product: Product) -> bool:
        return product.category in by_weight(self._till)

    # -- from the scale ----------------------------------------------------------------------------------

    def _weigh(self, product: Product) -> bool:
        if self._busy:
            return True
        self._sell.check_products()
        if not self._sell.bill.entry.is_empty:
            raise Refused("quantity.unclear")
        self._busy = True

        def heard(outcome: Outcome) -> None:
            self._busy = False
            try:
                if isinstance(outcome, NotWeighed):
                    raise Refused(f"scale.{outcome.reason}")
                if not outcome.is_fresh(self._till.now()):
                    raise Refused("scale.stale")
                self._add(product, outcome)
            except OneCardError as error:
                self._till.refuse(error)
            self._way.show()

        self._till.counter.weigh(heard)
        return True

    def _add(self, product: Product, weighed: Weighed) -> None:
        fen = self._till.price_of(product)
        if fen <= 0:
            raise Refused("product.no_price", name=product.name)
        self._put(_line(product, fen, weighed.weight_g, total_of(fen, weighed.weight_g)))

    def _put(self, line: Line) -> None:
        if line.total_fen <= 0:
            raise Refused("amount.zero")
        bill = self._sell.bill
        grown = basket.add_line(bill.basket, line, cap=self._till.rules.cap_fen)
        self._sell.bill = replace(bill, entry=entry.EMPTY, basket=grown)

    def _set(self, what: str) -> None:
        """Tare or zero; the scale says whether it could."""
        till = self._till

        def heard(done: bool) -> None:
            if done:
                till.say(till.tr(f"pos.scale.{what}"), "done")
            else:
                till.refuse(Refused(f"scale.no_{what}"))
            self._way.go("sell")
            self._way.show()

        (till.counter.tare if what == "tare" else till.counter.zero)(heard)

    def _has(self) -> bool:
        return self._till.counter.has_scale

    # -- from a ticket -----------------------------------------------------------------------------------

    def _ticket(self, code: str) -> bool:
        told = ticket.read(code, self._till.office.text("scale_ticket"))
        if told is None:
            return False
        product = self._sell.goods().find(told.product)
        if product is None:
            raise Refused("product.unknown")
        self._sell.check_products()
        fen = self._till.price_of(product)
        if told.weight_g:
            self._put(_line(product, fen, told.weight_g, told.fen or total_of(fen, told.weight_g)))
        else:
            self._put(_line(product, told.fen, basket.PIECE, told.fen))
        return True


def by_weight(till: Till) -> frozenset[str]:
    """Categories that are sold by the kilogram here."""
    told = till.office.text("weigh_categories").replace("，", ",")
    return frozenset(name.strip() for name in told.split(",") if name.strip())


def _line(product: Product, price_fen: int, quantity: int, total_fen: int) -> Line:
    return Line(
        product=product.product,
        name=product.name,
        category=product.category,
        quantity=quantity,
        price_fen=price_fen,
        total_fen=total_fen,
    )
