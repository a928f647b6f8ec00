  // The kit's own figures: the drawing on the page is itself what one points at, walks through and zooms.
  const CLOSEST = 16, REACH = 16, STEP = 1.5;
  const between = (low, value, high) => Math.min(Math.max(value, low), high);
  const set = (element, attributes) => {
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const made = (name, attributes) => set(document.createElementNS("http://www.w3.org/2000/svg", name), attributes);
  const isLine = (shape) => shape.getAttribute("fill") === "none" && shape.tagName === "path" && !shape.hasAttribute("transform");

  // What a drawing's marks say, read when it is first pointed at: until then the browser shows it by itself.
  const read = (svg) =>
    inOrder([...svg.querySelectorAll("g > title")].map((title) => {
      const group = title.parentElement, text = title.textContent;
      title.remove();
      const { x, y, width, height } = group.getBBox();
      const lines = [...group.children].filter(isLine);
      // A thin line is pointed at from some way off.
      for (const line of lines) group.append(made("path", { d: line.getAttribute("d"), class: "reach", fill: "none" }));
      group.classList.add("mark");
      return { group, text, box: [x, y, width, height], at: [x + width / 2, y + height / 2], isLine: lines.length > 0, place: inBands(x + width / 2, y + height / 2) };
    }));

  const enliven = (figure) => {
    const stage = figure.querySelector(".canvas"), drawings = [...stage.querySelectorAll("svg")];
    const tip = document.createElement("div"), tools = document.createElement("div");
    tip.className = "tip";
    tip.dir = "auto";
    tip.hidden = true;
    tools.className = "tools";
    const known = new Map(), ring = made("rect", { class: "ring", rx: 4, fill: "none" });
    let svg, size, view, pointed;

    const current = () => {
      const shown = drawings.find((one) => one.getClientRects().length);
      if (shown && shown !== svg) {
        if (svg) reset();
        svg = shown;
        size = [svg.width.baseVal.value, svg.height.baseVal.value];
        view = [0, 0, ...size];
        if (!known.has(svg)) known.set(svg, read(svg));
      }
      return known.get(svg) ?? [];
    };
    const look = (x, y, width) => {
      width = between(size[0] / CLOSEST, width, size[0]);
      const height = (width * size[1]) / size[0];
      view = [between(0, x, size[0] - width), between(0, y, size[1] - height), width, height];
      svg.setAttribute("viewBox", view.map((value) => +value.toFixed(2)).join(" "));
      figure.classList.toggle("zoomed", width < size[0]);
      if (pointed) place(pointed);
    };
    const reset = () => look(0, 0, size[0]);
    const middle = () => [view[0] + view[2] / 2, view[1] + view[3] / 2];
    const scale = (factor, [x, y] = middle()) => look(x - (x - view[0]) / factor, y - (y - view[1]) / factor, view[2] / factor);
    const zoom = (what) => current() && (what === "reset" ? reset() : scale(what === "in" ? STEP : 1 / STEP));
    const inDrawing = ({ clientX, clientY }) => {
      const box = svg.getBoundingClientRect();
      return [view[0] + ((clientX - box.left) / box.width) * view[2], view[1] + ((clientY - box.top) / box.height) * view[3]];
    };

    // Pointing at a mark: its words stand over it, or under it where there is no room, within the figure.
    const place = ({ stop, x, top, bottom }) => {
      const frame = stage.getBoundingClientRect(), box = svg.getBoundingClientRect();
      const across = (value) => box.left - frame.left + ((value - view[0]) / view[2]) * box.width;
      const down = (value) => box.top - frame.top + ((value - view[1]) / view[3]) * box.height;
      tip.textContent = stop.text;
      tip.hidden = false;
      tip.style.left = `${between(0, across(x) - tip.offsetWidth / 2, Math.max(0, frame.width - tip.offsetWidth))}px`;
      const above = down(top) - tip.offsetHeight - 6;
      tip.style.top = `${frame.top + above < 0 ? down(bottom) + 6 : above}px`;
    };
    const point = (stop, [x, y] = []) => {
      leave();
      const [left, top, width, height] = stop.box;
      const by = y !== undefined && (stop.isLine || height > 60 || width > 160);
      pointed = { stop, x: by ? x : stop.at[0], top: by ? y : top, bottom: by ? y + 8 : top + height };
      stop.group.classList.add("at");
      if (!stop.isLine) {
        set(ring, { x: left - 3, y: top - 3, width: width + 6, height: height + 6 });
        svg.append(ring);
      }
      place(pointed);
    };
    const leave = () => {
      pointed?.stop.group.classList.remove("at");
      pointed = undefined;
      ring.remove();
      tip.hidden = true;
    };
    const show = (stop) => {
      const seen = stop.at.every((value, i) => value >= view[i] && value <= view[i] + view[i + 2]);
      if (!seen) look(stop.at[0] - view[2] / 2, stop.at[1] - view[3] / 2, view[2]);
      point(stop);
    };
    const under = (event) => {
      const stops = current();
      const group = document.elementsFromPoint(event.clientX, event.clientY).map((one) => one.closest(".mark")).find(Boolean);
      if (group) return stops.find((stop) => stop.group === group);
      const [x, y] = inDrawing(event), reach = (REACH * view[2]) / svg.getBoundingClientRect().width;
      const near = stops.map((stop) => [Math.hypot(stop.at[0] - x, stop.at[1] - y), stop]).filter(([far, stop]) => far < reach && !stop.isLine);
      return near.sort(([a], [b]) => a - b)[0]?.[1];
    };

    // By mouse and finger: one finger scrolls the page until the drawing is zoomed, two zoom.
    let grip;
    const hover = (event) => {
      if (event.target === tip) return;
      const stop = under(event);
      if (!stop) leave();
      else if (stop !== pointed?.stop) point(stop, inDrawing(event));
    };
    stage.addEventListener("pointermove", (event) => {
      if (!grip) return event.pointerType === "mouse" && hover(event);
      const [x, y] = inDrawing(event);
      look(view[0] + grip[0] - x, view[1] + grip[1] - y, view[2]);
    });
    stage.addEventListener("pointerdown", (event) => {
      if (event.target === tip) return;
      hover(event);
      if (event.isPrimary && event.button === 0 && figure.classList.contains("zoomed")) {
        grip = inDrawing(event);
        stage.setPointerCapture(event.pointerId);
      }
    });
    for (const end of ["pointerup", "pointercancel"]) stage.addEventListener(end, () => (grip = undefined));
    stage.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && leave());
    stage.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      current();
      scale(Math.exp(-event.deltaY / 200), inDrawing(event));
    }, { passive: false });
    // What a hand takes hold of is the drawing, not its words.
    stage.addEventListener("mousedown", (event) => (event.detail > 1 || figure.classList.contains("zoomed")) && event.preventDefault());
    stage.addEventListener("dblclick", (event) => {
      current();
      if (figure.classList.contains("zoomed")) reset();
      else scale(2, inDrawing(event));
    });
    let spread;
    const pinch = (event) => {
      if (event.touches.length !== 2) return (spread = undefined);
      event.preventDefault();
      current();
      grip = undefined;
      const [a, b] = event.touches, now = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
      const centre = { clientX: (a.clientX + b.clientX) / 2, clientY: (a.clientY + b.clientY) / 2 };
      if (spread) scale(now / spread, inDrawing(centre));
      spread = now;
    };
    for (const move of ["touchstart", "touchmove", "touchend"]) stage.addEventListener(move, pinch, { passive: false });
    document.addEventListener("keydown", (event) => event.key === "Escape" && leave());

    // On paper it stands whole, and as it was afterwards.
    let before;
    addEventListener("beforeprint", () => {
      leave();
      before = view;
      if (svg) reset();
    });
    addEventListener("afterprint", () => before && look(...before));
    addEventListener("resize", () => {
      leave();
      if (svg) current();
    });

    for (const [what, sign, name] of [["in", "+", words.zoomIn], ["out", "−", words.zoomOut], ["reset", "⤢", words.showAll]]) {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", textContent: sign, ariaLabel: name, title: name });
      button.addEventListener("click", () => zoom(what));
      tools.append(button);
    }
    stage.append(tip);
    figure.querySelector(".wake").before(tools);
    explore(figure, {
      stage, show, zoom,
      open: () => {
        set(stage, { role: "application", tabindex: 0, "aria-label": figure.dataset.title, "aria-describedby": figure.querySelector(".keys").id });
        return current();
      },
      close: () => {
        leave();
        if (svg) reset();
        for (const key of ["role", "tabindex", "aria-label", "aria-describedby"]) stage.removeAttribute(key);
      },
    });
  };
  for (const stage of document.querySelectorAll(".canvas")) enliven(stage.closest("figure"));
