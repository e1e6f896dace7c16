"use strict";
// A run, played moment by moment. `data` holds for each the weights, the units that were on, the surface and the loss.
const $ = (id) => document.getElementById(id);
const data = JSON.parse($("data").textContent), frames = data.frames;
const CLASSES = [[0, 114, 178], [213, 94, 0], [0, 158, 115], [204, 121, 167], [230, 159, 0], [86, 180, 233], [120, 120, 120], [240, 228, 66]];
const FALSE = CLASSES[1], TRUE = CLASSES[0]; // of colours that colour-blind people tell apart (Okabe & Ito)

function draw(tag, attributes, parent, text) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const name in attributes) element.setAttribute(name, attributes[name]);
  if (text !== undefined) element.textContent = text;
  parent.append(element);
  return element;
}
const rgb = (c) => `rgb(${c.join(",")})`;
const show = (x, digits = 4) => (x === null ? "not a number" : String(Number(x.toPrecision(digits))));
function ground() { // the page's own colour: what the surface fades to
  const found = getComputedStyle(document.documentElement).getPropertyValue("--page").trim();
  return [1, 3, 5].map((i) => parseInt(found.slice(i, i + 2), 16));
}

// ---- the surface ---------------------------------------------------------------------------------------------------
const many = data.classes > 2;
let bytes = null;
if (data.bounds) {
  $("plane").hidden = false;
  const [left, right, low, high] = data.bounds;
  const svg = $("points");
  svg.setAttribute("viewBox", "0 0 400 400");
  draw("path", { id: "edge" }, svg);
  const radius = data.points.length > 60 ? 4 : 9;
  for (const [x, y, kind] of data.points) {
    const colour = data.classes ? CLASSES[(many ? kind : 1 - kind) % CLASSES.length] : shade(kind, [255, 255, 255]);
    const dot = draw("circle", { cx: 400 * (x - left) / (right - left), cy: 400 * (high - y) / (high - low), r: radius, fill: rgb(colour) }, svg);
    draw("title", {}, dot, `(${show(x)}, ${show(y)})` + (data.classes ? `: ${many ? "class " + kind : kind ? "true" : "false"}` : ""));
  }
  $("legend").textContent = `input 0 from ${show(left, 3)} to ${show(right, 3)}, input 1 upwards from ${show(low, 3)} to ${show(high, 3)}`;
}
function shade(byte, page) { // 127 is the level: there the page shows; far from it, one of the two colours
  if (byte === 255) return [128, 128, 128];
  const part = Math.abs(byte - 127) / 127, colour = byte > 127 ? TRUE : FALSE;
  return page.map((c, i) => Math.round(c + (colour[i] - c) * (0.15 + 0.75 * part)));
}
function paint(frame) {
  if (!frame.surface) return;
  const [rows, columns] = frame.side, canvas = $("surface"), page = ground();
  canvas.width = columns;
  canvas.height = rows;
  bytes = Uint8Array.from(atob(frame.surface), (c) => c.charCodeAt(0));
  const context = canvas.getContext("2d"), image = context.createImageData(columns, rows);
  bytes.forEach((byte, i) => {
    const c = many ? CLASSES[byte % CLASSES.length].map((x, j) => Math.round(page[j] + 0.55 * (x - page[j]))) : shade(byte, page);
    image.data.set([...c, 255], 4 * i);
  });
  context.putImageData(image, 0, 0);
  $("edge").setAttribute("d", many ? "" : edge(rows, columns));
}
function edge(rows, columns) { // the line where the output is at the level: of each square, where its sides cross it
  const at = (r, c) => bytes[r * columns + c] - 127.5, parts = [];
  const place = (r, c) => [400 * c / (columns - 1), 400 * r / (rows - 1)];
  for (let r = 0; r + 1 < rows; r++) for (let c = 0; c + 1 < columns; c++) {
    const corners = [[r, c], [r, c + 1], [r + 1, c + 1], [r + 1, c]], found = [];
    corners.forEach(([r0, c0], i) => {
      const [r1, c1] = corners[(i + 1) % 4], a = at(r0, c0), b = at(r1, c1);
      if (a * b < 0) found.push(place(r0 + (r1 - r0) * a / (a - b), c0 + (c1 - c0) * a / (a - b)));
    });
    for (let i = 0; i + 1 < found.length; i += 2) parts.push(`M${found[i].map((x) => x.toFixed(1))}L${found[i + 1].map((x) => x.toFixed(1))}`);
  }
  return parts.join("");
}

// ---- the network ---------------------------------------------------------------------------------------------------
const lines = [], units = [];
if (data.columns.length) {
  $("net").hidden = false;
  const svg = $("network"), width = 560, height = 400;
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const spots = data.columns.map((column, i) => [...Array(column.shown).keys()].map((j) => [
    50 + (width - 100) * i / (data.columns.length - 1), 30 + (height - 50) * (j + 0.5) / column.shown]));
  const radius = Math.min(16, ...data.columns.map((column) => 0.4 * (height - 50) / column.shown));
  for (let layer = 0; layer + 1 < spots.length; layer++) spots[layer + 1].forEach((to, j) => spots[layer].forEach((from, i) => {
    const element = draw("line", { x1: from[0], y1: from[1], x2: to[0], y2: to[1] }, svg);
    lines.push({ layer, i, j, element, title: draw("title", {}, element) });
  }));
  data.columns.forEach((column, layer) => {
    draw("text", { x: spots[layer][0][0], y: 14, "text-anchor": "middle" }, svg,
      column.name + (column.units > column.shown ? `: ${column.shown} of ${column.units}` : ""));
    spots[layer].forEach(([x, y], j) => {
      const element = draw("circle", { class: "unit", cx: x, cy: y, r: radius }, svg);
      units.push({ layer: layer - 1, j, element, title: draw("title", {}, element) });
    });
  });
}
function weigh(frame) {
  for (const { layer, i, j, element, title } of lines) {
    const w = frame.weights[layer][j][i], part = w === null ? 1 : Math.abs(w) / data.greatest;
    element.setAttribute("class", w < 0 ? "negative" : "positive");
    element.setAttribute("stroke-width", (0.4 + 7 * part).toFixed(2));
    element.setAttribute("stroke-opacity", (0.15 + 0.75 * part).toFixed(2));
    title.textContent = `weight from ${i} to ${j}: ${show(w)}`;
  }
  for (const { layer, j, element, title } of units) {
    const on = layer < 0 || !frame.on[layer] ? null : frame.on[layer][j];
    element.setAttribute("class", "unit" + (on === 0 ? " dead" : ""));
    element.style.fill = on ? `color-mix(in srgb, var(--input) ${Math.round(20 + 80 * on)}%, var(--page))` : "";
    title.textContent = layer < 0 ? `input ${j}` : `unit ${j}, bias ${show(frame.biases[layer][j])}`
      + (on === null ? "" : on === 0 ? ": dead, off for all of the data" : `: on for ${Math.round(100 * on)} % of the data`);
  }
}

// ---- the loss ------------------------------------------------------------------------------------------------------
const known = frames.filter((frame) => frame.loss !== null);
const scale = (loss) => (known.every((frame) => frame.loss > 0) ? Math.log10(loss) : loss);
const levels = known.map((frame) => scale(frame.loss)), bottom = Math.min(...levels), top_ = Math.max(...levels);
const last = frames[frames.length - 1].step, first = frames[0].step;
const across = (step) => 10 + 880 * (step - first) / Math.max(last - first, 1);
if (known.length) {
  const up = (loss) => 115 - 100 * (scale(loss) - bottom) / Math.max(top_ - bottom, 1e-12);
  draw("polyline", { points: known.map((frame) => `${across(frame.step).toFixed(1)},${up(frame.loss).toFixed(1)}`).join(" ") }, $("loss"));
  $("low").textContent = `from ${show(Math.max(...known.map((f) => f.loss)))} down to ${show(Math.min(...known.map((f) => f.loss)))}`
    + (known.every((frame) => frame.loss > 0) ? ", logarithmic" : "");
}
$("high").textContent = `step ${last}`;
const marker = draw("line", { class: "marker", y1: 5, y2: 125 }, $("loss"));

// ---- one slider ----------------------------------------------------------------------------------------------------
let at = 0, timer = null;
$("scrub").max = frames.length - 1;
function go(to) {
  at = Math.min(Math.max(to, 0), frames.length - 1);
  const frame = frames[at];
  $("scrub").value = at;
  paint(frame);
  weigh(frame);
  for (const end of ["x1", "x2"]) marker.setAttribute(end, across(frame.step));
  $("said").textContent = [`after ${frame.step} step${frame.step === 1 ? "" : "s"}`, frame.loss === null ? "" : `loss ${show(frame.loss)}`,
    frame.right === null ? "" : `${frame.right} of ${data.samples} right`,
    frame.on.some((on) => on) ? `${frame.dead} dead unit${frame.dead === 1 ? "" : "s"}` : ""].filter(Boolean).join(" · ");
}
function stop() { clearInterval(timer); timer = null; $("play").textContent = "play"; }
function play() {
  if (timer) return stop();
  if (at >= frames.length - 1) go(0);
  $("play").textContent = "pause";
  timer = setInterval(() => { if (at >= frames.length - 1) stop(); else go(at + 1); }, 120);
}
function dark() {
  const root = document.documentElement, system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  root.dataset.theme = (root.dataset.theme || system) === "dark" ? "light" : "dark";
  go(at);
}
const buttons = { first: () => { stop(); go(0); }, back: () => { stop(); go(at - 1); }, next: () => { stop(); go(at + 1); },
  last: () => { stop(); go(frames.length - 1); }, play, theme: dark };
for (const id in buttons) $(id).addEventListener("click", buttons[id]);
$("scrub").addEventListener("input", (e) => { stop(); go(Number(e.target.value)); });
const keys = { " ": play, ".": buttons.next, ",": buttons.back, Home: buttons.first, End: buttons.last, t: dark };
document.addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || (e.target.matches("button") && (e.key === " " || e.key === "Enter"))) return;
  if (keys[e.key]) { e.preventDefault(); keys[e.key](); }
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => go(at));
go(frames.length - 1);
