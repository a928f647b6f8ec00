  // An analyst's charts, which plotly.js draws: packed, so that they cost nothing until they are asked for.
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

  const draw = async (figure) => {
    const figures = await load();
    const live = figure.querySelector(".live");
    const width = figure.querySelector(".drawing").clientWidth;
    const spec = figures[figure.dataset.figure];
    const chosen = width <= 576 && spec.narrow ? spec.narrow : spec.wide;
    const { data, layout } = structuredClone(chosen);
    if (data.some(({ type }) => painted.test(type)) && !document.createElement("canvas").getContext("webgl")) throw new Error("no WebGL");
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
  const stopsOf = (live, points, curve) => {
    const { trace } = points[0];
    const [x, y] = axes(live, points[0]);
    if (trace.visible !== true || !x || !y || ["skip", "none"].includes(trace.hoverinfo)) return [];
    return points.flatMap((p, pointNumber) => {
      if (!isFinite(p.x) || !isFinite(p.y)) return [];
      const text = spoken([p.htx || p.tx, told(trace, x, y, p)].filter(Boolean).join(": "));
      return [{ x, y, at: [p.x, p.y], text, hover: { curveNumber: curve, pointNumber } }];
    });
  };
  // Along the axis of what is measured; where bars lie, from the top down.
  const stopsIn = (live) => {
    const lie = live._fullData.some(({ orientation }) => orientation === "h");
    const place = ({ x, y, at }) => {
      const [across, down] = [x.c2p(at[0]), y.c2p(at[1])];
      return lie ? inBands(across, down) : [Math.round(side * across), down];
    };
    const stops = live.calcdata.flatMap((points, curve) => (points[0]?.trace ? stopsOf(live, points, curve) : []))
      .filter((stop, i, all) => stop.text && stop.text !== all[i - 1]?.text);
    return inOrder(stops.map((stop) => ({ ...stop, place: place(stop) })));
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

  for (const button of document.querySelectorAll("figure:has(.live) .wake")) {
    const figure = button.closest("figure"), live = figure.querySelector(".live"), table = figure.querySelector(".behind");
    const opened = explore(figure, {
      stage: live,
      open: async (gather) => {
        await draw(figure);
        live.on("plotly_animated", () => gather(stopsIn(live)));
        const stops = stopsIn(live);
        return stops.length ? stops : rowsOf(table);
      },
      close: () => globalThis.Plotly?.purge(live),
      show: async (stop) => {
        if (!stop.at) return;
        await bringIntoView(live, stop);
        Plotly.Fx.hover(live, [stop.hover], stop.x._id + stop.y._id);
      },
      zoom: (what) => live.querySelector(`.modebar-btn[data-val="${what}"]`)?.click(),
    });
    if ("unpainted" in figure.dataset) {
      button.hidden = true;
      opened.begin();
    }
  }
  let later;
  const again = () => {
    clearTimeout(later);
    later = setTimeout(() => document.querySelectorAll(".awake:has(.live)").forEach(draw), 200);
  };
  addEventListener("resize", again);

