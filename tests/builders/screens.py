"""What tests ask of a page in a browser: whether axe finds faults, texts lie on each other, and which colour something has."""

import re
from pathlib import Path

import axe_playwright_python

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """
async tags => {
  const {violations, incomplete} = await axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations', 'incomplete']});
  const told = rules => rules.flatMap(r => r.nodes.map(n => [r.id, n.target.flat().join(' '), n.html.slice(0, 120)]));
  const channels = c => c.match(/[\\d.]+/g).map(Number);
  const ground = e => {
    for (; e; e = e.parentElement) {
      const c = channels(getComputedStyle(e).backgroundColor);
      if (c.length < 4 || c[3] === 1) return c;
    }
    return [255, 255, 255];
  };
  const luminance = c => c.slice(0, 3).map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const contrast = e => {
    const [a, b] = [luminance(channels(getComputedStyle(e).color)), luminance(ground(e))].sort();
    return (b + .05) / (a + .05);
  };
  const unsure = incomplete.map(r => ({...r, nodes: r.nodes.filter(n => {
    const e = document.querySelector(n.target.flat()[0]);
    return r.id !== 'color-contrast' || !(e.closest('svg') || contrast(e) >= 4.5);
  })}));
  return {violations: told(violations), incomplete: told(unsure)};
}
"""
"""Axe cannot tell a text's ground where lines or other texts come near; here it is the nearest colour behind it."""

# A text that is cut off, or that lies on another of the same drawing, spoils the figure.
COLLISIONS = """
() => [...document.querySelectorAll('.chart svg')].filter(svg => svg.getClientRects().length).flatMap(svg => {
  const frame = svg.getBoundingClientRect();
  const boxes = [...svg.querySelectorAll('text')].flatMap(t => {
    const lines = [...t.querySelectorAll('tspan')];
    return (lines.length ? lines : [t]).map(l => ({words: l.textContent, r: l.getBoundingClientRect()}));
  }).filter(b => b.words.trim());
  const faults = [];
  for (const b of boxes) if (b.r.left < frame.left - 1 || b.r.right > frame.right + 1 ||
      b.r.top < frame.top - 2 || b.r.bottom > frame.bottom + 2) faults.push('cut: ' + b.words);
  boxes.forEach((a, i) => boxes.slice(i + 1).forEach(b => {
    const x = Math.min(a.r.right, b.r.right) - Math.max(a.r.left, b.r.left);
    const y = Math.min(a.r.bottom, b.r.bottom) - Math.max(a.r.top, b.r.top);
    if (x > 1 && y > 0.35 * Math.min(a.r.height, b.r.height)) faults.push(a.words + ' / ' + b.words);
  }));
  return faults;
})
"""


def colour(page, selector, name):
    value = page.locator(selector).first.evaluate(f"e => getComputedStyle(e).{name}")
    return "#{:02x}{:02x}{:02x}".format(*map(int, re.findall(r"\d+", value)[:3]))
