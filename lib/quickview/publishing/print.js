/* Say in the page what the printed file has to say by itself; return what it says and what each link leads to. */
async () => {
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
  return { text: document.body.innerText, links };
}
