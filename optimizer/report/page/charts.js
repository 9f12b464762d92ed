// Draws every chart of the page from the JSON that stands in its place.
"use strict";
const plots = [...document.querySelectorAll(".plot")];
for (const plot of plots) {
  const spec = JSON.parse(plot.firstElementChild.textContent);
  plot.replaceChildren();
  Plotly.newPlot(plot, spec.data, spec.layout, { displayModeBar: false, responsive: true });
}
const fit = () => plots.forEach((plot) => Plotly.Plots.resize(plot));
addEventListener("beforeprint", fit);
addEventListener("afterprint", fit);
