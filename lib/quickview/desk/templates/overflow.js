() => {
  const width = document.documentElement.clientWidth;
  const path = (element) => {
    const steps = [];
    for (let one = element; one && one !== document.body; one = one.parentElement) {
      if (one.id) { steps.unshift(`#${CSS.escape(one.id)}`); break; }
      const alike = [...one.parentElement.children].filter((other) => other.tagName === one.tagName);
      steps.unshift(`${one.tagName.toLowerCase()}:nth-of-type(${alike.indexOf(one) + 1})`);
    }
    return steps.join(" > ");
  };
  const scrolls = (element) => {
    for (let one = element; one; one = one.parentElement) {
      if (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(one).overflowX)) return true;
    }
    return false;
  };
  const wide = [...document.body.querySelectorAll("*:not(svg *)")].map((element) => {
    const box = element.getBoundingClientRect();
    return {element, by: Math.round(Math.max(box.right - width, -box.left)), seen: box.width > 1 && box.height > 1};
  }).filter((one) => one.seen && one.by > 1 && !scrolls(one.element));
  // Only what sticks out by itself, not all that holds it.
  const inner = wide.filter((one) => !wide.some((other) => other !== one && one.element.contains(other.element)));
  return inner.slice(0, 20).map(({element, by}) => ({
    by, selector: path(element), text: (element.textContent || element.tagName).trim().replace(/\s+/g, " ").slice(0, 60),
  }));
}
