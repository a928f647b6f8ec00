  const root = document.documentElement;
  // The kit writes English as in Britain: 1 July 2017.
  const locale = root.lang === "en" ? "en-GB" : root.lang;
  root.classList.add("js");
  const words = JSON.parse(document.getElementById("qv-words").textContent);
  const fill = (message, values) => message.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const message = document.querySelector(".told");
  const tell = (text) => {
    message.textContent = text;
    setTimeout(() => (message.textContent = ""), 4000);
  };

  // From the top down in bands, each in the direction of reading.
  const side = root.dir === "rtl" ? -1 : 1;
  const inBands = (across, down) => [Math.round(down / 24), side * across];
  const inOrder = (stops) =>
    stops.map((stop) => [stop.place, stop]).sort(([a], [b]) => a[0] - b[0] || a[1] - b[1]).map(([, stop]) => stop);

  // What all figures share: a button that opens and closes, keys that walk from stop to stop, the table behind.
  // `open` makes `stage` ready and returns its stops, `show` points at one, `zoom` takes "in", "out" or "reset".
  const explore = (figure, { stage, open, close, show, zoom }) => {
    const button = figure.querySelector(".wake"), said = figure.querySelector(".said"), table = figure.querySelector(".behind");
    const names = [[button.textContent, button.ariaLabel], [words.close, fill(words.closeFigure, { figure: figure.dataset.number })]];
    let stops = [], here = -1;
    for (const hidden of [button, said, figure.querySelector(".keys")]) hidden.hidden = false;
    const isOpen = () => figure.classList.contains("awake");
    const name = (state) => ([button.textContent, button.ariaLabel] = names[state]);
    const gather = (found) => ([stops, here] = [found, -1]);
    const end = () => {
      close();
      figure.classList.remove("awake");
      said.textContent = "";
      name(0);
    };
    const begin = async () => {
      figure.ariaBusy = "true";
      try {
        gather(await open(gather));
      } catch {
        end();
        button.hidden = true;
        tell(words.cannot);
        return;
      } finally {
        figure.ariaBusy = null;
      }
      figure.classList.add("awake");
      name(1);
    };
    const go = async (to) => {
      if (!stops.length) return;
      here = Math.min(Math.max(to, 0), stops.length - 1);
      said.textContent = fill(words.point, { n: here + 1, total: stops.length, text: stops[here].text });
      await show(stops[here]);
    };
    const openTable = () => {
      if (!table) return;
      table.open = true;
      table.querySelector(".scroll").focus();
    };
    const keys = {
      ArrowRight: () => go(here + side), ArrowLeft: () => go(here - side), ArrowDown: () => go(here + 1), ArrowUp: () => go(here - 1),
      Home: () => go(0), End: () => go(stops.length - 1), t: openTable, T: openTable, KeyT: openTable,
      "+": () => zoom("in"), "=": () => zoom("in"), "-": () => zoom("out"), 0: () => zoom("reset"),
    };
    stage.addEventListener("keydown", (event) => {
      const act = keys[event.key] ?? keys[event.code];
      if (!isOpen() || event.target !== stage || !act || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      act();
    });
    figure.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !isOpen()) return;
      end();
      button.focus();
    });
    button.addEventListener("click", async () => {
      if (figure.ariaBusy) return;
      if (isOpen()) return end();
      await begin();
      if (isOpen()) stage.focus();
    });
    return { begin, button };
  };

  // Finding one's way
  for (const link of document.querySelectorAll("a.copy"))
    link.addEventListener("click", async (event) => {
      event.preventDefault();
      try {
        await navigator.clipboard.writeText(link.href);
        tell(words.copied);
      } catch {
        location.hash = link.hash;
        tell(words.inBar);
      }
    });
  const entries = [...document.querySelectorAll(".contents a")];
  const sections = [...document.querySelectorAll(".section")];
  const mark = () => {
    const atEnd = scrollY + innerHeight > root.scrollHeight - 4;
    const reached = sections.findLast((section) => section.getBoundingClientRect().top < innerHeight / 3);
    const here = atEnd ? (document.querySelector(".section:target") ?? sections.at(-1)) : reached;
    for (const link of entries) link.ariaCurrent = link.hash === `#${here?.id}` ? "location" : null;
  };
  addEventListener("scroll", mark, { passive: true });
  mark();
