(() => {
  "use strict";
  document.documentElement.classList.add("js");
  const unpack = async (id) => {
    const packed = Uint8Array.from(atob(document.getElementById(id).textContent), (c) => c.charCodeAt(0));
    return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  };
  let loading;
  const load = () => (loading ??= (async () => {
    const script = document.createElement("script");
    script.textContent = await unpack("qv-plotly");
    document.head.append(script);
    return JSON.parse(await unpack("qv-figures"));
  })());
  const colours = (palette) => {
    const style = getComputedStyle(document.documentElement);
    return (hex) => (palette[hex] ? style.getPropertyValue("--" + palette[hex]).trim() : hex);
  };
  const show = async (figure) => {
    const { palette, figures } = await load();
    const live = figure.querySelector(".live");
    const width = figure.querySelector(".drawing").clientWidth;
    const spec = figures[figure.dataset.figure];
    const chosen = width <= 576 && spec.narrow ? spec.narrow : spec.wide;
    const text = JSON.stringify(chosen).replace(/#[0-9a-f]{6}/g, colours(palette));
    const { data, layout } = JSON.parse(text);
    layout.height = Math.round((layout.height * width) / layout.width);
    layout.width = width;
    figure.classList.add("awake");
    await Plotly.newPlot(live, data, layout, {
      displaylogo: false, displayModeBar: true, scrollZoom: false,
      modeBarButtons: [["zoomIn2d", "zoomOut2d", "resetScale2d"]],
    });
  };
  const rest = (figure) => {
    Plotly.purge(figure.querySelector(".live"));
    figure.classList.remove("awake");
  };
  for (const button of document.querySelectorAll(".wake")) {
    const figure = button.closest("figure");
    const toggle = async () => {
      const asleep = button.getAttribute("aria-pressed") === "false";
      button.disabled = true;
      if (asleep) await show(figure); else rest(figure);
      button.setAttribute("aria-pressed", String(asleep));
      button.textContent = asleep ? "Close" : "Explore";
      button.disabled = false;
    };
    button.addEventListener("click", toggle);
    if ("unpainted" in figure.dataset) toggle();
  }
})();
