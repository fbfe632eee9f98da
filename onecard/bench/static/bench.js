// The bench page: shows what `GET /state` says and sends what a hand would do to `POST /do`. No state of its own
// but the chosen card and the language.
"use strict";
const $ = (id) => document.getElementById(id);
const make = (tag, props = {}, ...kids) => { const e = Object.assign(document.createElement(tag), props); e.append(...kids); return e; };
let texts = {}, lang = localStorage.getItem("bench.lang") || "zh", chosen = null, shown = {};
const t = (key, values = {}) => (texts[key] || key).replace(/\{(\w+)\}/g, (_, k) => values[k] ?? "");

async function act(action, more = {}) {
  const answer = await fetch("/do", { method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ action, ...more }) });
  if (!answer.ok) alert((await answer.json()).detail || answer.statusText);
  await refresh();
}

// What the log names by its id is said as the page says it elsewhere.
const inWords = ({ reader, printer, state, thing, station, ...rest }) => ({ ...rest, station: station && t("station_" + station),
  thing: ["goods_", "bank_", "power_", "battery_"].map((k) => texts[k + thing]).find(Boolean) || thing, reader: reader && t("reader_" + reader),
  printer: printer && t("printer_" + printer), state: state && t("printer_is_" + state) });

// A part is drawn again only when its state changed, so that a drag or a focus is not torn away.
function changed(name, state) {
  const now = JSON.stringify([state, lang, chosen]);
  if (shown[name] === now) return false;
  shown[name] = now;
  return true;
}

function cardFace(card, where) {
  const face = make("button", { type: "button", className: `card ${card.kind}`, draggable: true });
  face.append(make("b", { textContent: card.label }), make("small", { textContent: card.number || card.uid }));
  if (chosen === card.uid) face.classList.add("chosen");
  face.ondragstart = (e) => e.dataTransfer.setData("text/plain", card.uid);
  if (where) face.onclick = () => act("take", { reader: where });
  else if (card.on) { face.classList.add("away"); face.draggable = false; face.disabled = true; }
  else face.onclick = () => { chosen = chosen === card.uid ? null : card.uid; refresh(); };
  return face;
}

function drawReaders(state) {
  if (!changed("readers", [state.readers, state.cards])) return;
  $("stations").replaceChildren(...state.readers.map((reader) => {
    const card = state.cards.find((c) => c.uid === reader.card);
    const pad = make("div", { className: "pad", tabIndex: card ? -1 : 0 });
    pad.setAttribute("role", "button");
    pad.setAttribute("aria-label", t("put_here", { reader: t("reader_" + reader.id) }));
    if (card) pad.append(cardFace(card, reader.id));
    else pad.append(t(chosen ? "put_chosen" : "put_here_hint"));
    const put = (uid) => { chosen = null; act("put", { reader: reader.id, card: uid }); };
    pad.ondragover = (e) => { e.preventDefault(); pad.classList.add("target"); };
    pad.ondragleave = () => pad.classList.remove("target");
    pad.ondrop = (e) => { e.preventDefault(); put(e.dataTransfer.getData("text/plain")); };
    if (!card) {
      pad.onclick = () => chosen && put(chosen);
      pad.onkeydown = (e) => e.key === "Enter" && chosen && put(chosen);
    }
    const tear = make("select");
    tear.append(make("option", { value: "", textContent: t("tear_never") }),
      ...reader.tears.map((n) => make("option", { value: n, textContent: t("tear_" + n) })));
    tear.value = reader.tear || "";
    tear.onchange = () => act("tear", { reader: reader.id, at: tear.value || null });
    const row = make("div", { className: "row" }, make("label", {}, t("pull"), tear));
    if (card) row.append(make("button", { type: "button", textContent: t("take"), onclick: () => act("take", { reader: reader.id }) }));
    return make("div", { className: "reader" },
      make("div", { className: "top" }, make("h2", { textContent: t("reader_" + reader.id) })), pad, row);
  }));
}

function drawCash(state) {
  if (!changed("cash", state.acceptors)) return;
  $("cash").hidden = !state.acceptors.length;
  $("cash").replaceChildren(...state.acceptors.map(acceptorBox));
}

function acceptorBox(a) {
  // What is said of notes is said of coins in other words where it has to be.
  const of = (kind, id) => (a.coins && texts[`${kind}_coins_${id}`] ? t(`${kind}_coins_${id}`) : t(`${kind}_${id}`));
  const notes = make("div", { className: "notes" }, ...a.values.map((v) => {
    const note = make("button", { type: "button", className: a.coins ? "note coin" : "note", textContent: "￥" + v / 100, disabled: !a.takes });
    note.dataset.v = v;
    note.onclick = () => act("feed", { acceptor: a.id, value_fen: v });
    return note;
  }));
  const toggle = (id, on) => {
    const b = make("button", { type: "button", className: "trouble", textContent: of("cash", id) });
    b.setAttribute("aria-pressed", on);
    b.onclick = () => act("acceptor", { acceptor: a.id, trouble: id, on: !on });
    return b;
  };
  // A coin box tells nobody when it is out.
  const troubles = make("div", { className: "row" }, toggle("jam", a.jammed),
    ...(a.coins ? [] : [toggle("box_out", a.box_out)]), toggle("power", a.power_off));
  return make("div", { className: "acceptor", id: "acceptor-" + a.id },
    make("h2", { textContent: t(a.coins ? "coins" : "cash") }),
    make("p", { className: "hint mouth", textContent: of("mouth", a.state) }), notes, troubles);
}

function drawPhone(state) {
  if (!changed("phone", state.phone)) return;
  const p = state.phone;
  $("phone").hidden = !p;
  if (!p) return;
  $("phone").querySelector(".hint").textContent = t("phone_hint");
  const touch = (text, what, number, className = "") =>
    make("button", { type: "button", textContent: text, className, onclick: () => act("phone", { what, number }) });
  $("codes").replaceChildren(
    ...(p.silent ? [make("p", { className: "bad", textContent: t("phone_is_silent") })] : []),
    ...(p.waiting.length ? p.waiting.map((c) => make("div", { className: "code" }, make("b", { textContent: yuan(c.fen) }),
        make("small", { textContent: c.number }), touch(t("phone_pay"), "pay", c.number, "pay"),
        touch(t("phone_decline"), "decline", c.number)))
      : [make("p", { textContent: t("phone_none") })]),
    touch(t(p.silent ? "phone_line_mend" : "phone_line_cut"), p.silent ? "mend" : "cut", ""),
    make("ul", {}, ...p.ended.map((c) => make("li", { className: c.state, textContent: `${yuan(c.fen)} ${c.number} · ${t("phone_is_" + c.state)}` }))));
}

function drawOutlets(state) {
  if (!changed("outlets", state.outlets)) return;
  $("outlets").replaceChildren(...state.outlets.map(([id, on]) => {
    const b = make("button", { type: "button", className: "switch", id: "outlet-" + id, onclick: () => act("power", { station: id, on: !on }) },
      make("i"), make("span", { textContent: t(on ? "outlet_on" : "outlet_off", { station: t("station_" + id) }) }));
    b.setAttribute("aria-pressed", on);
    return b;
  }));
}

function drawPrinters(state) {
  if (!changed("printers", state.printers)) return;
  $("printers").replaceChildren(...state.printers.map((p) => {
    const out = make("div", { className: "paper-out" });
    if (!p.receipts.length) out.append(make("p", { textContent: t("no_receipt") }));
    for (const n of [...p.receipts].reverse())
      out.append(make("img", { src: `/receipt/${p.id}/${n}`, alt: t("receipt_alt", { n }), loading: "lazy" }));
    const choose = make("select");
    choose.append(...["ok", "near_end", "paper_out", "cover_open", "off"].map((s) => make("option", { value: s, textContent: t("printer_is_" + s) })));
    choose.value = p.state;
    choose.onchange = () => act("printer", { printer: p.id, state: choose.value });
    return make("div", { className: "printer" },
      make("div", { className: "top" }, make("b", { textContent: t("printer_" + p.id) }), choose), out);
  }));
}

const hand = (device, what) => act("counter", { device, what });
const press = (text, device, what, on) => {
  const b = make("button", { type: "button", textContent: text, onclick: () => hand(device, what) });
  if (on !== undefined) b.setAttribute("aria-pressed", on);
  return b;
};
const device = (id, ...parts) => make("div", { className: "device", id: "device-" + id },
  make("h3", { textContent: t("device_" + id) }), ...parts);
const line = (...kids) => make("div", { className: "row" }, ...kids);
const yuan = (fen) => "￥" + (fen / 100).toFixed(2);

// What is typed by hand stays in its field while the page is drawn again.
const typed = { scanner: "6901234567892", stripe: ";500001?" };
function reading(id) {
  const field = make("input", { value: typed[id], maxLength: 100, spellcheck: false });
  field.setAttribute("aria-label", t("device_" + id));
  field.oninput = () => { typed[id] = field.value; };
  field.onkeydown = (e) => e.key === "Enter" && hand(id, field.value);
  return line(field, make("button", { type: "button", textContent: t("read"), onclick: () => hand(id, field.value) }));
}

function drawCounter(state) {
  if (!changed("counter", [state.counter, state.second])) return;
  const c = state.counter;
  $("counter").hidden = !c;
  if (!c) return;
  const weight = (c.weight_g / 1000).toFixed(3) + " kg";
  $("devices").replaceChildren(
    device("scale", make("output", { className: c.settled ? "figures" : "figures moving", textContent: weight }),
      line(...["nothing", "apple", "bag", "crate", "anvil"].map((g) => press(t("goods_" + g), "scale", g)))),
    device("display", make("pre", { className: "pole", textContent: c.pole.join("\n") })),
    ...(state.second ? [device("second", make("pre", { className: state.second.length ? "window" : "window dark",
      textContent: state.second.join("\n") || t("second_dark") }))] : []),
    device("pinpad", make("div", { className: "keys" }, ...[..."123456789"].map((d) => press(d, "pinpad", d)),
      press("✕", "pinpad", "cancel"), press("0", "pinpad", "0"), press("OK", "pinpad", "ok"))),
    device("scanner", reading("scanner")),
    device("stripe", reading("stripe")),
    device("bank", line(press(t("bank_approve"), "bank", "approve", c.bank_approves),
        press(t("bank_decline"), "bank", "decline", !c.bank_approves)),
      line(press(t(c.bank_online ? "bank_online" : "bank_offline"), "bank", c.bank_online ? "offline" : "online", c.bank_online),
        press(t("bank_close"), "bank", "close")),
      make("ul", {}, ...c.bank_paid.map(([kind, outcome, fen]) =>
        make("li", { className: outcome, textContent: `${t("bank_" + kind)} ${yuan(fen)} · ${t("bank_is_" + outcome)}` })))),
    device("city", line(...c.city_cards.map(([number, fen]) =>
        press(`…${number.slice(-4)} ${yuan(fen)}`, "city", number, c.city_card === number)),
      press(t("take"), "city", "take"))),
    device("power", line(press(t("power_mains"), "power", "mains", c.mains), press(t("power_cut"), "power", "cut", !c.mains)),
      line(...["full", "half", "low"].map((b) => press(t("battery_" + b), "power", b, c.battery === b)))));
}

function draw(state) {
  document.documentElement.lang = lang;
  document.querySelectorAll("[data-t]").forEach((e) => { e.textContent = t(e.dataset.t); });
  $("language").textContent = lang === "zh" ? "English" : "中文";
  $("cable").setAttribute("aria-pressed", state.cable.plugged);
  $("cable").lastElementChild.textContent = t(state.cable.plugged ? "cable_in" : "cable_out");
  $("cable").onclick = () => act("cable", { plugged: !state.cable.plugged });
  drawReaders(state);
  if (changed("cards", state.cards)) $("cards").replaceChildren(...state.cards.map((c) => cardFace(c, null)));
  drawCash(state);
  drawPhone(state);
  drawOutlets(state);
  drawPrinters(state);
  drawCounter(state);
  if (changed("log", state.log)) {
    document.querySelector("#log ol").replaceChildren(...[...state.log].reverse().map((l) =>
      make("li", { className: l.bad ? "bad" : "" }, make("time", { textContent: l.at }), t("log_" + l.what, inWords(l.values)))));
  }
}

async function refresh() {
  try {
    draw(await (await fetch("/state")).json());
  } catch (e) {
    document.title = "OneCard 一卡通 · …";
  }
}

async function setLanguage(to) {
  lang = to;
  localStorage.setItem("bench.lang", to);
  texts = await (await fetch(`/texts/${to}`)).json();
  document.title = "OneCard 一卡通 · " + t("title");
  await refresh();
}

$("language").onclick = () => setLanguage(lang === "zh" ? "en" : "zh");
$("blank").onclick = () => act("blank");
setLanguage(lang).then(() => setInterval(refresh, 500));
