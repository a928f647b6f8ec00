(() => {
  "use strict";
  const root = document.documentElement;
  // The kit writes English as in Britain: 1 July 2017.
  const locale = root.lang === "en" ? "en-GB" : root.lang;
  root.classList.toggle("js", "DecompressionStream" in window);
  const words = JSON.parse(document.getElementById("qv-words").textContent);
  const fill = (message, values) => message.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  // Unpacking
  const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%.()*+-;,=>?@^_`{|}~";
  const decode = (text) => {
    const values = new Uint8Array(128).map((_, code) => alphabet.indexOf(String.fromCharCode(code)));
    const missing = (5 - (text.length % 5)) % 5;
    const padded = text + "~".repeat(missing);
    const words = new DataView(new ArrayBuffer((padded.length / 5) * 4));
    for (let i = 0; i < padded.length; i += 5) {
      let word = 0;
      for (let k = i; k < i + 5; k++) word = word * 85 + values[padded.charCodeAt(k)];
      words.setUint32((i / 5) * 4, word);
    }
    return new Uint8Array(words.buffer, 0, words.byteLength - missing);
  };
  const unpack = async (id) => {
    const packed = decode(document.getElementById(id).textContent);
    return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  };
  let loading;
  const load = () => (loading ??= (async () => {
    const script = document.createElement("script");
    script.textContent = await unpack("qv-plotly");
    // plotly looks for this id before it adds the style sheet of tile maps, which the policy would refuse.
    script.id = script.textContent.match(/getElementById\("(\w{64})"\)/)?.[1] ?? "plotly";
    document.head.append(script);
    return JSON.parse(await unpack("qv-figures"));
  })());

  // Drawing
  const colours = (palette) => {
    const probe = document.body.appendChild(document.createElement("i"));
    probe.style.forcedColorAdjust = "none";
    const found = {};
    for (const [hex, name] of Object.entries(palette)) {
      probe.style.color = `var(--${name})`;
      found[hex] = getComputedStyle(probe).color;
    }
    probe.remove();
    return (hex) => found[hex] ?? hex;
  };
  const draw = async (figure) => {
    const { palette, figures } = await load();
    const live = figure.querySelector(".live");
    const width = figure.querySelector(".drawing").clientWidth;
    const spec = figures[figure.dataset.figure];
    const chosen = width <= 576 && spec.narrow ? spec.narrow : spec.wide;
    // An analyst's chart keeps its colours, on a light ground, and the size of its type.
    const text = JSON.stringify(chosen).replace(/#[0-9a-f]{6}/g, spec.own ? "$&" : colours(palette));
    const { data, layout } = JSON.parse(text);
    if (data.some(({ type }) => painted.test(type)) && !document.createElement("canvas").getContext("webgl")) throw new Error("no WebGL");
    if (!spec.own) layout.height = Math.round((layout.height * width) / layout.width);
    if (spec.frames) layout.height += 110;
    Object.assign(layout, spec.layout, { width });
    figure.classList.add("awake");
    const buttons = buttonsFor(data);
    const config = {
      displaylogo: false, displayModeBar: buttons.length > 0, scrollZoom: false, modeBarButtons: [buttons], locale: "page",
      locales: { page: { dictionary: { "Zoom in": words.zoomIn, "Zoom out": words.zoomOut, "Reset axes": words.showAll, "Reset camera to default": words.showAll, "Orbital rotation": words.rotate }, format: chosen.calendar ?? {} } },
    };
    await Plotly.newPlot(live, { data, layout, config, frames: spec.frames ?? [] });
  };
  const solid = /3d$|^(surface|cone|streamtube|isosurface|volume)/, painted = new RegExp(`gl$|${solid.source}`);
  // None of plotly's buttons sends anything anywhere.
  const buttonsFor = (data) => {
    const flat = /^(pie|sunburst|treemap|icicle|funnelarea|sankey|table|indicator|parcats|parcoords|scatterpolar|barpolar|scatterternary|scattersmith)/;
    if (data.some(({ type }) => solid.test(type))) return ["orbitRotation", "resetCameraDefault3d"];
    return data.every(({ type }) => flat.test(type)) ? [] : ["zoomIn2d", "zoomOut2d", "resetScale2d"];
  };

  // Walking from point to point
  const spoken = (label) =>
    new DOMParser().parseFromString(label.replace(/<br>/g, " "), "text/html").body.textContent.replace(/\s+/g, " ").trim();
  const axes = (live, { trace }) =>
    [trace.xaxis, trace.yaxis].map((name) => live._fullLayout[name?.replace(/^./, "$&axis")]);
  const readable = (axis, value) => {
    if (axis.type === "date") {
      const clock = value % 864e5 ? { timeStyle: "short" } : {};
      return new Intl.DateTimeFormat(locale, { dateStyle: "long", ...clock, timeZone: "UTC", numberingSystem: "latn" }).format(value);
    }
    if (axis.type.endsWith("category")) return String(axis._categories[value] ?? "");
    return value.toLocaleString(`${locale}-u-nu-latn`, Math.abs(value) < 1e6 ? { maximumSignificantDigits: 6 } : { maximumFractionDigits: 0 });
  };
  // A bar tells its own length, not where it ends on the bars it stands on; one with a base of its own, where it begins and ends.
  const extent = (trace, axis, p, end) => {
    if (p.s === undefined || (trace.orientation === "h") !== (axis._id[0] === "x")) return readable(axis, end);
    return trace.base === undefined ? readable(axis, p.s) : `${readable(axis, p.b)} – ${readable(axis, p.b + p.s)}`;
  };
  const told = (trace, x, y, p) => [trace.name && !/^trace \d+$/.test(trace.name) ? `${trace.name}: ` : "", extent(trace, x, p, p.x), ", ", extent(trace, y, p, p.y)].join("");
  const isOwn = (live) => live.parentElement.classList.contains("ground");
  const stopsOf = (live, points, curve) => {
    const { trace } = points[0];
    const [x, y] = axes(live, points[0]);
    if (trace.visible !== true || !x || !y || ["skip", "none"].includes(trace.hoverinfo)) return [];
    const label = trace.hovertext || trace.text;
    const own = points.flatMap((p, pointNumber) => (isFinite(p.x) && isFinite(p.y) ? [{ ...p, pointNumber }] : []));
    const stop = (p, text, hover) => ({ x, y, at: [p.x, p.y], text: spoken(String(text)), hover: { curveNumber: curve, ...hover } });
    if (isOwn(live))
      return own.map((p) => stop(p, [p.htx || p.tx, told(trace, x, y, p)].filter(Boolean).join(": "), { pointNumber: p.pointNumber }));
    if (typeof label !== "string" || !label)
      return own.map((p) => stop(p, p.htx || p.tx || told(trace, x, y, p), { pointNumber: p.pointNumber }));
    if (trace.hoveron !== "fills") {
      const p = own[own.length >> 1];
      return p ? [stop(p, label, { pointNumber: p.pointNumber })] : [];
    }
    const middle = (key) => own.reduce((sum, p) => sum + p[key], 0) / own.length;
    const centre = { x: middle("x"), y: middle("y") };
    return [stop(centre, label, { xval: centre.x, yval: centre.y })];
  };
  // From the top down in bands, each in the direction of reading; an analyst's chart along its axis.
  const stopsIn = (live) => {
    const side = root.dir === "rtl" ? -1 : 1;
    const along = isOwn(live) && !live._fullData.some(({ orientation }) => orientation === "h");
    const place = ({ x, y, at }) => {
      const [across, down] = [side * x.c2p(at[0]), y.c2p(at[1])];
      return along ? [Math.round(across), down] : [Math.round(down / 24), across];
    };
    return live.calcdata.flatMap((points, curve) => (points[0]?.trace ? stopsOf(live, points, curve) : []))
      .filter((stop, i, all) => stop.text && stop.text !== all[i - 1]?.text)
      .map((stop) => [place(stop), stop]).sort(([a], [b]) => a[0] - b[0] || a[1] - b[1]).map(([, stop]) => stop);
  };
  // What has no points on axes is told row by row from the table behind it.
  const rowsOf = (table) =>
    [...(table?.querySelectorAll("tbody tr") ?? [])].map((row) => ({ text: [...row.cells].map((cell) => cell.textContent.trim()).filter(Boolean).join(", ") }));
  const bringIntoView = (live, { x, y, at }) => {
    const moved = {};
    [x, y].forEach((axis, i) => {
      const [low, high] = axis.range.map((end) => axis.r2l(end));
      if ((at[i] - low) * (at[i] - high) > 0)
        moved[`${axis._name}.range`] = [low, high].map((end) => axis.l2r(end + at[i] - (low + high) / 2));
    });
    return Object.keys(moved).length && Plotly.relayout(live, moved);
  };

  // Waking
  const message = document.querySelector(".told");
  const tell = (text) => {
    message.textContent = text;
    setTimeout(() => (message.textContent = ""), 4000);
  };
  for (const button of document.querySelectorAll(".wake")) {
    const figure = button.closest("figure");
    const live = figure.querySelector(".live");
    const said = figure.querySelector(".said");
    const table = figure.querySelector(".behind");
    const names = [[button.textContent, button.ariaLabel], [words.close, fill(words.closeFigure, { figure: figure.dataset.number })]];
    let stops = [], here = -1;
    const wake = async () => {
      figure.ariaBusy = "true";
      try {
        await draw(figure);
      } catch {
        rest();
        button.hidden = true;
        tell(words.cannot);
        return;
      } finally {
        figure.ariaBusy = null;
      }
      const gather = () => ([stops, here] = [stopsIn(live), -1]);
      gather();
      if (!stops.length) stops = rowsOf(table);
      live.on("plotly_animated", gather);
      [button.textContent, button.ariaLabel] = names[1];
    };
    const rest = () => {
      globalThis.Plotly?.purge(live);
      figure.classList.remove("awake");
      said.textContent = "";
      [button.textContent, button.ariaLabel] = names[0];
    };
    const close = () => {
      rest();
      button.focus();
    };
    const go = async (to) => {
      if (!stops.length) return;
      here = Math.min(Math.max(to, 0), stops.length - 1);
      const stop = stops[here];
      said.textContent = fill(words.point, { n: here + 1, total: stops.length, text: stop.text });
      if (!stop.at) return;
      await bringIntoView(live, stop);
      Plotly.Fx.hover(live, [stop.hover], stop.x._id + stop.y._id);
    };
    const press = (what) => live.querySelector(`.modebar-btn[data-val="${what}"]`)?.click();
    const openTable = () => {
      if (!table) return;
      table.open = true;
      table.querySelector(".scroll").focus();
    };
    const ahead = root.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    const keys = {
      ArrowRight: () => go(here + (ahead === "ArrowRight" ? 1 : -1)), ArrowLeft: () => go(here + (ahead === "ArrowLeft" ? 1 : -1)),
      ArrowDown: () => go(here + 1), ArrowUp: () => go(here - 1), Home: () => go(0), End: () => go(stops.length - 1),
      "+": () => press("in"), "=": () => press("in"), "-": () => press("out"), 0: () => press("reset"), t: openTable, T: openTable, KeyT: openTable,
    };
    const isAwake = () => figure.classList.contains("awake");
    live.addEventListener("keydown", (event) => {
      const act = keys[event.key] ?? keys[event.code];
      if (!act || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      act();
    });
    if ("unpainted" in figure.dataset) {
      button.hidden = true;
      wake();
      continue;
    }
    button.addEventListener("click", async () => {
      if (figure.ariaBusy) return;
      if (isAwake()) return close();
      await wake();
      if (isAwake()) live.focus();
    });
    figure.addEventListener("keydown", (event) => event.key === "Escape" && isAwake() && close());
  }
  let later;
  const again = () => {
    clearTimeout(later);
    later = setTimeout(() => document.querySelectorAll(".awake").forEach(draw), 200);
  };
  addEventListener("resize", again);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);

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
})();
