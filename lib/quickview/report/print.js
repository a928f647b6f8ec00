/* Let pages be full, and say in the page what the printed file has to say by itself; return what it says and what each link leads to. */
async () => {
  // A figure stays in one piece, and would leave the page before it empty. It is made smaller where that lets it stand
  // there, down to type that can be read; else what follows it goes before it. For that the page is laid out in columns
  // as wide and as high as a sheet, which break as sheets do and can be measured.
  const fillPages = () => {
    const mm = 96 / 25.4, [width, height, gap] = [182 * mm, 271 * mm, 20 * mm], smallest = 6.5 * 96 / 72;
    const sheets = new CSSStyleSheet();
    sheets.replaceSync(`body { inline-size: ${width}px; block-size: ${height}px; columns: ${width}px auto; column-gap: ${gap}px; column-fill: auto; }
      .scroll:has(> .turned) { break-before: column; break-after: column; }`);
    document.adoptedStyleSheets.push(sheets);
    const start = document.body.getBoundingClientRect(), rtl = document.documentElement.dir === "rtl";
    const place = (node, nth = 0) => {
      const box = [...node.getClientRects()].at(nth);
      const x = rtl ? start.right - box.right : box.left - start.left;
      return { page: Math.floor((x + 1) / (width + gap)), top: box.top - start.top, bottom: box.bottom - start.top, box };
    };
    // A long word or line leaves the other columns of its table no room: they grow taller than a page, or run off its edge. The
    // cell that holds it may break it anywhere; the others only where that is not enough, for then no column keeps its words whole.
    const long = all(".stances .spoken").filter((one) => text(one).length > 40);
    long.flatMap((one) => [one, one.parentElement]).forEach((node) => (node.style.whiteSpace = "normal"));
    const isWide = (table) => across(table) > across(table.parentElement) + 1;
    const across = (node) => node.getClientRects()[0]?.width ?? 0;
    const breakWords = (node) => (node.style.overflowWrap = "anywhere");
    const wide = all("main table, .annex table").filter(isWide);
    for (const table of wide) [...table.querySelectorAll("th, td")].filter((cell) => /\S{24}/.test(cell.textContent)).forEach(breakWords);
    wide.filter(isWide).forEach(breakWords);
    // What is taller than a third of a page may break after all; tables side by side do not break, so they stand one after another.
    const isTall = (node) => [...node.getClientRects()].reduce((sum, box) => sum + box.height, 0) > height / 3;
    all("main .body:has(> .tabular + .tabular)").filter(isTall).forEach((node) => (node.style.display = "block"));
    const whole = all("tr, li, .judgement, .forecast, .cell, .lead, .short, .frame, .colophon, .chart:has(> .body-of-figure table)").filter(isTall);
    whole.forEach((node) => (node.style.breakInside = "auto"));
    const main = document.querySelector("main");
    const before = (node) => {
      const found = node.previousElementSibling ?? (node.parentElement && before(node.parentElement));
      return !found || found.getClientRects().length ? found : before(found);
    };
    // Nothing is put in to measure by: the whole page would be laid out again for each figure.
    const room = (figure) => {
      const group = figure.previousElementSibling ? figure : (figure.closest("section") ?? figure);
      const last = before(group), own = place(figure), end = last ? place(last, -1) : own;
      let margin = 0;
      for (let one = last; one; one = one.lastElementChild) margin = Math.max(margin, parseFloat(getComputedStyle(one).marginBottom));
      const left = height - end.bottom - margin;
      return { group, left, needed: own.bottom - place(group).top, missed: own.page > end.page };
    };
    // The least height at which a drawing's smallest type can be read; its own where that is too small already.
    const readable = (svg) => {
      const box = svg.getBoundingClientRect(), frame = svg.viewBox.baseVal;
      const sizes = [...svg.querySelectorAll("[font-size]")].map((one) => parseFloat(one.getAttribute("font-size")));
      const scale = Math.min(box.width / frame.width, box.height / frame.height);
      return frame.height * Math.min(smallest / Math.min(...sizes, 20), scale);
    };
    const shrunk = new Map();
    // What was made smaller and is missed all the same is as large again.
    const shrink = (figure, { left, needed }) => {
      const svg = [...figure.querySelectorAll("svg[viewBox]")].find((one) => one.checkVisibility());
      if (!svg) return false;
      if (shrunk.has(svg)) {
        svg.style.cssText = shrunk.get(svg);
        return false;
      }
      const wanted = svg.getBoundingClientRect().height - (needed - left) - 4;
      if (wanted < readable(svg)) return false;
      shrunk.set(svg, svg.style.cssText);
      svg.style.cssText += `; max-block-size: ${wanted}px; max-inline-size: 100%; margin-inline: auto`;
      return true;
    };
    // What goes before a figure: what follows it in its section, else the next section; the sources only where half a page is empty.
    const postpone = (figure, { group, left }) => {
      const unit = [...main.children].find((one) => one.contains(group));
      const [moved, after] = figure.nextElementSibling ? [figure, figure.nextElementSibling] : [group, unit?.nextElementSibling];
      if (!after || after.matches(".annex") || (left < height / 2 && after.matches(".section-sources, .section-method"))) return false;
      after.after(moved);
      return true;
    };
    for (const figure of all("main figure.chart").filter((one) => !one.closest(".together"))) {
      for (let turn = 0; turn < 6; turn += 1) {
        const found = room(figure);
        if (!found.missed || found.left < height / 8) break;
        if (!shrink(figure, found) && (found.left < height / 3 || !postpone(figure, found))) break;
      }
    }
    // What little would stand on a page of its own fits before it where figures are made smaller, the last first, down to type
    // that can be read. Where that is not enough, they are as large again, and the section it belongs to begins on that page.
    if (!main) return;
    const { page, bottom } = place(main, -1), drawn = all("main figure.chart").reverse();
    if (!page || bottom > height / 4) return;
    const svgs = drawn.map((one) => [...one.querySelectorAll("svg[viewBox]")].find((svg) => svg.checkVisibility())).filter(Boolean);
    const looks = svgs.map((svg) => svg.style.cssText);
    for (const svg of svgs) {
      const tall = svg.getBoundingClientRect().height, wanted = Math.max(tall - bottom - 4, readable(svg));
      if (wanted < tall) svg.style.cssText += `; max-block-size: ${wanted}px; max-inline-size: 100%; margin-inline: auto`;
      if (place(main, -1).page < page) return;
    }
    svgs.forEach((svg, n) => (svg.style.cssText = looks[n]));
    // The list of data, which paper does not show, stands nowhere.
    const last = all("main section").filter((one) => one.checkVisibility()).at(-1), at = place(last);
    if (at.page === page - 1 && at.top > height / 2) last.style.breakBefore = "page";
  };
  const text = (node) => (node ? node.textContent.replace(/\s+/g, " ").trim() : "");
  const all = (selector) => [...document.querySelectorAll(selector)];
  const give = (selector, role) => all(selector).forEach((node) => node.hasAttribute("role") || node.setAttribute("role", role));

  // Chromium writes an image's name, never its description.
  const aria = ["aria-labelledby", "aria-describedby"];
  for (const image of all("svg[role=img]")) {
    const ids = aria.flatMap((name) => (image.getAttribute(name) ?? "").split(" "));
    const said = ids.map((id) => text(document.getElementById(id))).filter(Boolean);
    if (said.length) image.setAttribute("aria-label", said.join(". "));
    aria.forEach((name) => image.removeAttribute(name));
  }
  // The frame of an image would be a second figure, one without words.
  give("figure", "group");
  // Only what has a role keeps its language in the file.
  give("body :is(bdi, span, i, cite, q)[lang]", "mark");
  give("dl:has(> div)", "list");
  give("dl:has(> div) > div", "listitem");
  // An empty cell gets no tag, and those after it would stand under the heads of others.
  all("td, th").filter((cell) => !text(cell) && !cell.querySelector("svg, img")).forEach((cell) => cell.append("\u00a0"));

  // Spaces between joined words come from the same face as the words, so that a run of text stays one run.
  const joined = /[\p{Script=Arabic}\p{Script=Hebrew}]/u;
  const covers = (range) => [...range.matchAll(/U\+([0-9A-F]+)/gi)].some((code) => joined.test(String.fromCodePoint(parseInt(code[1], 16))));
  const faces = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]).filter((rule) => rule instanceof CSSFontFaceRule);
  const whole = faces.map((face) => face.style).filter((style) => covers(style.getPropertyValue("unicode-range"))).map((style) =>
    `@font-face{font-family:Joined;font-weight:${style.getPropertyValue("font-weight")};src:${style.getPropertyValue("src")}}`);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`${whole.join("")}
    [dir=rtl] { font-family: Joined, var(--text-family, var(--family)); }
    [dir=rtl] :is(h1, h2, h3, h4) { font-family: Joined, var(--heading-family, var(--family)); }
    [dir=rtl] :is(figure, svg text) { font-family: Joined, var(--family); }
    [dir=rtl] [dir=ltr] { font-family: var(--text-family, var(--family)); }`);
  document.adoptedStyleSheets.push(sheet);
  await Promise.all([...document.fonts].map((face) => face.load()));

  fillPages();

  const source = (node) => node?.matches(".sources li") ? {
    number: [...node.parentElement.children].indexOf(node) + 1,
    publisher: text(node.querySelector(".publisher")),
    title: text(node.querySelector("cite")),
  } : null;
  const links = all("a[href]").filter((link) => link.checkVisibility()).map((link) => {
    const inside = link.getAttribute("href").startsWith("#");
    const to = inside ? decodeURIComponent(link.hash.slice(1)) : link.href;
    return { to, text: link.getAttribute("aria-label") ?? text(link), source: inside ? source(document.getElementById(to)) : null };
  });
  const said = document.body.innerText;
  document.adoptedStyleSheets.pop();
  return { text: said, links };
}
