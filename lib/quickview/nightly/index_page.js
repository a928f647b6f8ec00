(() => {
  "use strict";
  const form = document.getElementById("find");
  const said = document.getElementById("found");
  const { names, words } = JSON.parse(document.getElementById("qv-found").textContent);
  const fill = (message, values) => message.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const split = (text) => (text || "").split(" ").filter(Boolean);
  // Without accents, vowel signs and capitals; and Arabic letters that are typed for one another.
  const fold = (text) => text.normalize("NFD").replace(/\p{M}|\u0640/gu, "").toLowerCase()
    .replace(/ى/g, "ي").replace(/ة/g, "ه");

  // What there is to find
  const kinds = { c: "country", t: "topic", s: "side" };
  const nameOf = (key) => names[kinds[key[0]]][+key.slice(1)];
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const cards = all(".card").map((element) => ({
    element, keys: split(element.dataset.f), due: split(element.dataset.d).map(Number), rows: [], shown: true,
  }));
  for (const row of all("[data-r]")) cards[+row.dataset.r].rows.push(row);
  const textOf = (card) => (card.text ??= fold([
    ...all("h3, .kicker, .summary, .of, .changes li, .foot", card.element).map((one) => one.textContent),
    ...card.keys.map(nameOf),
  ].join(" ")));
  const groups = all(".cards, .month, .past, .calendar").map((element) => ({
    element, members: all(".card, [data-r]", element),
  }));
  const dots = all("[data-at]").map((element) => ({ element, name: element.getAttribute("href").slice(3), members: split(element.dataset.at) }));

  const counts = new Map();
  for (const key of cards.flatMap((card) => card.keys)) counts.set(key, (counts.get(key) || 0) + 1);
  const figure = (n) => n.toLocaleString(`${document.documentElement.lang}-u-nu-latn`);
  const sorter = new Intl.Collator(document.documentElement.lang);
  for (const [letter, kind] of Object.entries(kinds)) {
    const options = names[kind].map((name, n) => ({ name, key: letter + n }));
    options.sort((a, b) => sorter.compare(a.name, b.name));
    form.elements[kind].append(...options.map(({ name, key }) => new Option(`${name} (${counts.get(key)})`, name)));
    form.elements[kind].closest("label").hidden = options.length < 2;
  }
  form.elements.due.closest("label").hidden = !cards.some((card) => card.due.length);

  // What is asked for stands in the form and in the address; the place asked for in the address alone.
  let place = "";
  const keyOf = (letter) => {
    const at = names[kinds[letter]].indexOf(form.elements[kinds[letter]].value);
    return at < 0 ? "" : letter + at;
  };
  const dueIn = { "": () => true, passed: (days) => days < 0, 14: (days) => days >= 0 && days <= 14, 30: (days) => days >= 0 && days <= 30 };
  const asked = () => {
    const terms = fold(form.elements.q.value).split(/\s+/).filter(Boolean);
    const keys = Object.keys(kinds).map(keyOf).filter(Boolean);
    const due = form.elements.due.value;
    const dot = dots.find((one) => one.name === place);
    const near = dot && new Set(dot.members.map((n) => cards[+n]));
    return (card) => (!near || near.has(card)) && keys.every((key) => card.keys.includes(key)) &&
      (!due || card.due.some(dueIn[due])) && (!terms.length || terms.every((term) => textOf(card).includes(term)));
  };
  const show = () => {
    const fits = asked();
    let n = 0;
    for (const card of cards) {
      const shown = fits(card);
      n += shown;
      if (shown === card.shown) continue;
      card.shown = shown;
      card.element.hidden = !shown;
      for (const row of card.rows) row.hidden = !shown;
    }
    for (const { element, members } of groups) {
      const empty = members.length > 0 && members.every((one) => one.hidden);
      if (element.hidden !== empty) element.hidden = empty;
    }
    for (const { element, name } of dots) element.setAttribute("aria-current", String(name === place));
    said.textContent = n ? fill(words.found, { n: figure(n), total: figure(cards.length) }) : words.none;
  };

  const fields = ["q", "country", "topic", "side", "due"];
  const read = () => {
    if (!location.hash.includes("=")) return;
    const state = new URLSearchParams(location.hash.slice(1));
    for (const field of fields) {
      form.elements[field].value = state.get(field) || "";
      if (form.elements[field].selectedIndex < 0) form.elements[field].value = "";
    }
    place = state.get("at") || "";
  };
  let waiting;
  const keep = () => {
    clearTimeout(waiting);
    // Safari lets a page change its address a hundred times in half a minute.
    waiting = setTimeout(() => {
      const state = new URLSearchParams(fields.map((field) => [field, form.elements[field].value]).filter(([, value]) => value));
      if (place) state.set("at", place);
      history.replaceState(null, "", `#${state}`);
    }, 300);
  };
  const change = () => { show(); keep(); };

  form.addEventListener("input", change);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => { place = ""; setTimeout(change); });
  for (const { element, name } of dots) element.addEventListener("click", (event) => {
    event.preventDefault();
    place = place === name ? "" : name;
    change();
    said.scrollIntoView({ block: "nearest" });
  });
  // A card that another leads to may be one that was not asked for.
  for (const link of all(".see a")) link.addEventListener("click", () => {
    if (document.getElementById(link.hash.slice(1)).hidden) { form.reset(); place = ""; show(); }
  });
  addEventListener("hashchange", () => { read(); show(); });
  addEventListener("beforeprint", () => { for (const one of all("details:not([open])")) one.open = true; });
  // A card whose picture is not there does without.
  const bare = (image) => {
    image.closest(".card").classList.add("bare");
    image.closest(".map").remove();
  };
  addEventListener("error", ({ target }) => { if (target.matches?.(".map img")) bare(target); }, true);
  for (const image of all(".lead .map img")) if (image.complete && !image.naturalWidth) bare(image);

  // How old the edition is on the day it is read, in days of the reader's calendar.
  const age = document.querySelector(".age");
  const days = age ? Math.round((new Date().setHours(0, 0, 0, 0) - new Date(`${age.dataset.of}T00:00`)) / 864e5) : 0;
  if (days > 1) {
    const [n, unit] = days < 61 ? [days, "day"] : days < 731 ? [Math.floor(days / 30.44), "month"] : [Math.floor(days / 365.25), "year"];
    const written = new Intl.NumberFormat(`${document.documentElement.lang}-u-nu-latn`, { style: "unit", unit, unitDisplay: "long" });
    age.textContent = fill(words.age, { age: written.format(n) });
    age.hidden = false;
  }

  form.hidden = false;
  read();
  show();
  // The texts are folded while nobody waits for them.
  (window.requestIdleCallback || setTimeout)(() => cards.forEach(textOf));
})();
