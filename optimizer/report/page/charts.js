// Draws every chart of the page from the JSON that stands in its place.
"use strict";
const fit = new ResizeObserver((changes) => {
  for (const change of changes) Plotly.Plots.resize(change.target);
});
for (const plot of document.querySelectorAll(".plot")) {
  const spec = JSON.parse(plot.firstElementChild.textContent);
  plot.replaceChildren();
  Plotly.newPlot(plot, spec.data, spec.layout, { displayModeBar: false }).then(() => fit.observe(plot));
}
