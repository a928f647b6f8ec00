"use strict";
const at = (id) => document.getElementById(id);
const stage = at("stage"), status = at("status");
const modes = {dark: false, phone: false, print: false};
let state = {round: 0, faults: [], warnings: [], findings: null}, shown = null, shownRound = "";

const made = (tag, text, name) => {
  const element = document.createElement(tag);
  if (text) element.textContent = text;
  if (name) element.className = name;
  return element;
};

// Words of a fault, of which what stands in backticks is code.
const worded = (tag, text, name) => {
  const element = made(tag, "", name);
  element.append(...text.split("`").map((part, n) => n % 2 ? made("code", part) : part));
  return element;
};

// Where the reader is: the last element with an id above the top edge, how far it is from there, and what is open.
const placeIn = (frame) => {
  const page = frame?.contentDocument;
  if (!page?.body) return null;
  const above = [...page.querySelectorAll("main [id], main[id], footer[id]")].filter((one) => one.getClientRects().length && one.getBoundingClientRect().top <= 8);
  const mark = above.at(-1);
  const open = [...page.querySelectorAll("details[open]")].map((one) => [...page.querySelectorAll("details")].indexOf(one));
  return {id: mark?.id, off: mark?.getBoundingClientRect().top, y: frame.contentWindow.scrollY, open};
};

const goTo = (frame, place) => {
  if (!place) return;
  const page = frame.contentDocument, all = page.querySelectorAll("details");
  place.open.forEach((n) => { if (all[n]) all[n].open = true; });
  const mark = place.id && page.getElementById(place.id);
  const y = mark ? frame.contentWindow.scrollY + mark.getBoundingClientRect().top - place.off : place.y;
  frame.contentWindow.scrollTo({top: y, behavior: "instant"});
};

// The page asks its reader's system for light or dark; here the switch answers instead.
const shade = (frame) => {
  const page = frame.contentDocument;
  if (!page?.documentElement) return;
  for (const sheet of page.styleSheets) {
    for (const rule of sheet.cssRules) {
      if (!rule.media) continue;
      rule.asked ??= rule.media.mediaText;
      if (/prefers-color-scheme:\s*dark/.test(rule.asked)) rule.media.mediaText = modes.dark ? rule.asked.replace(/\(prefers-color-scheme:\s*dark\)/, "all").replace(/screen and all/, "screen") : "not all";
    }
  }
  page.documentElement.style.colorScheme = modes.dark ? "dark" : "light";
};

const show = () => {
  const wanted = modes.print ? `/print/${state.round}` : `/page/${state.round}`;
  if (!state.page || wanted === shownRound) return;
  shownRound = wanted;
  stage.querySelectorAll("iframe.waiting").forEach((one) => one.remove());
  const frame = made("iframe", "", "waiting");
  frame.title = modes.print ? "The report as a PDF" : "The report";
  frame.addEventListener("load", () => {
    if (frame !== stage.querySelector("iframe.waiting")) return;
    if (!modes.print) { shade(frame); goTo(frame, placeIn(shown)); outline(frame); }
    frame.classList.remove("waiting");
    shown?.remove();
    shown = frame;
    at("empty").hidden = true;
    document.documentElement.dataset.shown = wanted;
  });
  frame.src = wanted;
  stage.append(frame);
};

const outline = (frame) => {
  const page = frame?.contentDocument;
  if (!page?.body || modes.print) return;
  page.querySelectorAll("[data-found]").forEach((one) => { one.style.outline = ""; delete one.dataset.found; });
  if (at("found").hidden) return;
  for (const found of state.findings ?? []) for (const selector of found.places) {
    const one = page.querySelector(selector);
    if (one) { one.style.outline = "3px solid #d55e00"; one.dataset.found = found.message; }
  }
};

const tellFaults = () => {
  const {faults, page} = state, many = faults.length;
  at("faults").hidden = !many;
  stage.classList.toggle("behind", many > 0);
  at("faults-h").textContent = `${many} ${many === 1 ? "fault" : "faults"}` + (page ? "; the last good report stands behind" : "");
  at("faults").querySelector("ol").replaceChildren(...faults.map((fault) => {
    const item = made("li");
    item.append(worded("p", fault.message));
    if (fault.text) {
      const line = made("pre");
      line.append(made("b", `${fault.line}  `), fault.text);
      if (fault.column) line.append("\n", made("b", " ".repeat(`${fault.line}  `.length + fault.column - 1) + "^"));
      item.append(line);
    }
    if (fault.hint) item.append(worded("p", fault.hint, "todo"));
    item.append(made("p", (fault.line ? `${fault.file}:${fault.line}:${fault.column}` : fault.file) + ` · ${fault.code}`, "place"));
    return item;
  }));
};

const tellFindings = () => {
  const all = [...state.warnings.map((message) => ({where: "warning", message, places: []})), ...state.findings ?? []];
  const button = at("findings");
  button.hidden = !all.length;
  button.textContent = `${all.length} to look at`;
  if (!all.length) { at("found").hidden = true; button.setAttribute("aria-expanded", "false"); }
  at("found").querySelector("ol").replaceChildren(...all.map((found) => {
    const item = made("li"), [place] = found.places;
    item.append(made("span", found.where, "where"));
    if (place) {
      const link = made("button", found.message);
      link.type = "button";
      link.addEventListener("click", () => shown?.contentDocument?.querySelector(place)?.scrollIntoView({block: "center"}));
      item.append(link);
    } else item.append(made("span", found.message));
    return item;
  }));
  outline(shown);
};

const tell = (told) => {
  if (told.working) { status.textContent = "at work …"; return; }
  state = told;
  const many = state.faults.length;
  status.textContent = !state.round ? "at work …" : many ? `${many} ${many === 1 ? "fault" : "faults"}` : `round ${state.round}, ${state.seconds.toFixed(2)} s`;
  status.classList.toggle("bad", many > 0);
  at("language").replaceChildren(...state.languages.map((code, n) => new Option(code, n ? code : "")));
  at("language").value = state.language;
  if (![...at("theme").options].some((one) => one.value === state.theme)) at("theme").append(new Option(state.theme));
  at("theme").value = state.theme;
  if (!many) show();
  tellFaults();
  tellFindings();
};

const choose = () => fetch("/choice", {
  method: "POST", headers: {"Content-Type": "application/json"},
  body: JSON.stringify({language: at("language").value, theme: at("theme").value}),
});
at("language").addEventListener("change", choose);
at("theme").addEventListener("change", choose);

for (const name of Object.keys(modes)) at(name).addEventListener("click", () => {
  modes[name] = !modes[name];
  at(name).setAttribute("aria-pressed", modes[name]);
  const place = name === "phone" && !modes.print && placeIn(shown);
  stage.classList.toggle("phone", modes.phone && !modes.print);
  if (place) requestAnimationFrame(() => goTo(shown, place));
  if (name === "print") show();
  else if (shown && !modes.print) shade(shown);
});

at("findings").addEventListener("click", () => {
  at("found").hidden = !at("found").hidden;
  at("findings").setAttribute("aria-expanded", !at("found").hidden);
  outline(shown);
});

history.replaceState(null, "", "/");  // the token need not stay in the address
const events = new EventSource("/events");
events.onmessage = (event) => tell(JSON.parse(event.data));
events.onerror = () => { status.textContent = "The preview has ended."; status.classList.add("bad"); };
