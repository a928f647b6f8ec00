const told = await axe.run(document, {resultTypes: ["violations"], elementRef: false});
return told.violations.map(({id, impact, help, nodes}) => ({
  id, impact, help, places: nodes.slice(0, 20).map((node) => node.target.flat().join(" ")),
}));
