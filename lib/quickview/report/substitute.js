/* Show boxes for the characters that no font at hand has: those that are drawn as the pole of the font that comes first. */
async ({ characters, pole, poleEms, boxes, family, weights, stack }) => {
  const source = (font) => `url(data:font/ttf;base64,${font})`;
  const first = await new FontFace("Pole", source(pole)).load();
  document.fonts.add(first);
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `100px Pole, ${stack}`;
  const without = characters.filter((character) => pen.measureText(character).actualBoundingBoxAscent > (poleEms - 1) * 100);
  document.fonts.delete(first);
  // A sign is set in the font of its letter, so that it gets a box only where letters of its block do.
  const block = (character) => character.codePointAt(0) >> 7;
  const blocks = new Set(without.filter((character) => /\p{L}/u.test(character)).map(block));
  const lacking = without.filter((character) => !/[\p{Mn}\p{Me}]/u.test(character) || blocks.has(block(character)));
  if (lacking.length === 0) return;
  const range = lacking.map((character) => `U+${character.codePointAt(0).toString(16)}`).join();
  const sheet = new CSSStyleSheet();
  // Only faces of one and the same weight make up a family together.
  const faces = weights.map((weight) =>
    `@font-face { font-family: "${family}"; font-weight: ${weight}; src: ${source(boxes)}; unicode-range: ${range} }`);
  sheet.replaceSync(faces.join(""));
  document.adoptedStyleSheets.push(sheet);
  await Promise.all([...document.fonts].map((face) => face.load()));
}
