"use strict";
// One page, one picture. `data` holds what each node says and the steps of both passes; the picture is Graphviz's SVG.
const $ = (id) => document.getElementById(id);
const data = JSON.parse($("data").textContent);
const stage = $("stage"), paper = $("paper"), picture = $("picture");
const nodes = new Map(), edges = new Map(), covers = new Map();
for (const g of picture.querySelectorAll(".node")) nodes.set(g.dataset.id, g);
for (const g of picture.querySelectorAll(".edge")) if (g.dataset.id) edges.set(g.dataset.id, g);
const clusters = [...picture.querySelectorAll(".cluster")];

// ---- where the paper lies --------------------------------------------------------------------------------------
const whole = picture.viewBox.baseVal;
picture.style.width = whole.width + "px";
picture.style.height = whole.height + "px";
let x = 0, y = 0, k = 1;
function place() {
  paper.style.transform = `translate(${x}px,${y}px) scale(${k})`;
  if (seen) {
    seen.setAttribute("x", -x / k); seen.setAttribute("y", -y / k);
    seen.setAttribute("width", stage.clientWidth / k); seen.setAttribute("height", stage.clientHeight / k);
  }
}
function fit() {
  if (!stage.clientWidth || !stage.clientHeight) return; // a frame out of sight has no layout yet
  const room = 24;
  k = Math.min((stage.clientWidth - room) / whole.width, (stage.clientHeight - room) / whole.height, 1.6);
  x = (stage.clientWidth - whole.width * k) / 2;
  y = (stage.clientHeight - whole.height * k) / 2;
  place();
}
function zoom(by, cx = stage.clientWidth / 2, cy = stage.clientHeight / 2) {
  const next = Math.min(Math.max(k * by, 0.02), 12);
  x = cx - (cx - x) * next / k; y = cy - (cy - y) * next / k; k = next;
  place();
}
function bring(g) { // into view, if it is not
  const box = g.getBoundingClientRect(), frame = stage.getBoundingClientRect();
  if (box.left < frame.left || box.right > frame.right || box.top < frame.top || box.bottom > frame.bottom) {
    x += frame.left + frame.width / 2 - box.left - box.width / 2;
    y += frame.top + frame.height / 2 - box.top - box.height / 2;
    place();
  }
}
let held = null;
stage.addEventListener("pointerdown", (e) => { held = [e.clientX - x, e.clientY - y, e.clientX, e.clientY]; });
stage.addEventListener("pointermove", (e) => {
  if (!held) return;
  if (Math.hypot(e.clientX - held[2], e.clientY - held[3]) > 3 && !stage.classList.contains("moving")) {
    stage.classList.add("moving");
    stage.setPointerCapture(e.pointerId);
  }
  x = e.clientX - held[0]; y = e.clientY - held[1];
  place();
});
let dragged = false;
for (const end of ["pointerup", "pointercancel"]) stage.addEventListener(end, () => {
  dragged = stage.classList.contains("moving");
  held = null;
  stage.classList.remove("moving");
});
stage.addEventListener("wheel", (e) => {
  if (self !== top && !e.ctrlKey && !stage.contains(document.activeElement)) return; // a notebook scrolls past it
  e.preventDefault();
  const frame = stage.getBoundingClientRect();
  zoom(Math.exp(-e.deltaY / 400), e.clientX - frame.left, e.clientY - frame.top);
}, { passive: false });

// ---- a small map of a large picture -----------------------------------------------------------------------------
let seen = null;
const SVG = "http://www.w3.org/2000/svg";
function draw(name, attributes, parent, text) {
  const element = document.createElementNS(SVG, name);
  for (const key in attributes) element.setAttribute(key, attributes[key]);
  if (text !== undefined) element.textContent = text;
  parent.append(element);
  return element;
}
function chart() { // once there is a layout
  if (seen || nodes.size <= 60 || !stage.clientWidth) return;
  const map = $("map"), frame = picture.getBoundingClientRect();
  map.style.display = "block";
  map.setAttribute("viewBox", `0 0 ${whole.width} ${whole.height}`);
  for (const g of nodes.values()) {
    const box = g.getBoundingClientRect();
    draw("rect", { class: "dot", x: (box.left - frame.left) / k, y: (box.top - frame.top) / k,
      width: box.width / k, height: box.height / k }, map);
  }
  seen = draw("rect", { class: "seen" }, map);
  map.addEventListener("pointerdown", (e) => {
    e.stopPropagation();
    const point = new DOMPoint(e.clientX, e.clientY).matrixTransform(map.getScreenCTM().inverse());
    x = stage.clientWidth / 2 - point.x * k; y = stage.clientHeight / 2 - point.y * k;
    place();
  });
}

// ---- what a node says --------------------------------------------------------------------------------------------
function line(tag, text, kind) {
  const element = document.createElement(tag);
  element.textContent = text;
  if (kind) element.className = kind;
  return element;
}
function card(id) {
  const node = data.nodes[id];
  if (!node) return;
  const hidden = $("hide").checked && at < total;
  const parts = [line("h2", node.label), line("p", node.kind, "faint")];
  if (!hidden) {
    parts.push(...node.say.map((said) => line("p", said)));
    if (node.value) parts.push(line("p", "value", "faint"), line("pre", node.value));
    if (node.grad) parts.push(line("p", "gradient", "gradient"), line("pre", node.grad));
  } else parts.push(line("p", "hidden until the walk is over", "faint"));
  $("card").replaceChildren(...parts);
}
picture.addEventListener("pointerover", (e) => { const g = e.target.closest(".node"); if (g && !held) card(g.dataset.id); });
picture.addEventListener("focusin", (e) => {
  const g = e.target.closest(".node, .cluster, .cover");
  if (g) { if (g.classList.contains("node")) card(g.dataset.id); bring(g); }
});
picture.addEventListener("click", (e) => {
  if (dragged) { dragged = false; return; }
  const g = e.target.closest(".node, .cluster, .cover");
  if (!g) return;
  if (g.classList.contains("node")) card(g.dataset.id); else toggle(Number(g.dataset.id.slice(1)));
});

// ---- modules open and close: a closed one is covered, and what it holds is hidden ---------------------------------
const closed = new Set();
function toggle(scope) {
  if (closed.has(scope)) closed.delete(scope); else closed.add(scope);
  const cluster = clusters.find((g) => g.dataset.id === "s" + scope);
  if (closed.has(scope)) {
    const box = cluster.firstElementChild.getBBox();
    const cover = draw("g", { class: "cover", tabindex: 0, role: "button", "data-id": "s" + scope,
      "aria-label": `${data.scopes[scope]}, closed` }, cluster.parentNode);
    draw("rect", { x: box.x, y: box.y, width: box.width, height: box.height, rx: 6 }, cover);
    draw("text", { x: box.x + box.width / 2, y: box.y + box.height / 2, "text-anchor": "middle" }, cover, data.scopes[scope]);
    covers.set(scope, cover);
  } else {
    covers.get(scope).remove();
    covers.delete(scope);
  }
  const inside = (id) => (data.nodes[id.replace(/c\d+$/, "")] || { scopes: [] }).scopes.filter((s) => closed.has(s)).pop();
  for (const [id, g] of nodes) g.classList.toggle("gone", inside(id) !== undefined);
  for (const g of picture.querySelectorAll(".edge")) {
    const [from, to] = g.dataset.ends.split("->").map(inside);
    g.classList.toggle("gone", from !== undefined && from === to);
  }
  (covers.get(scope) || cluster).focus();
}

// ---- search --------------------------------------------------------------------------------------------------------
let hits = [], hit = 0;
function search() {
  const wanted = $("search").value.trim().toLowerCase();
  for (const g of nodes.values()) g.classList.remove("found");
  hits = !wanted ? [] : [...nodes.keys()].filter((id) => {
    const node = data.nodes[id];
    return node && [node.label, node.kind, ...node.say].join(" ").toLowerCase().includes(wanted);
  });
  for (const id of hits) nodes.get(id).classList.add("found");
  $("found").textContent = wanted ? `${hits.length} found` : "";
  hit = 0;
  if (hits.length) { bring(nodes.get(hits[0])); card(hits[0]); }
}
$("search").addEventListener("input", search);
$("search").addEventListener("keydown", (e) => {
  if (e.key === "Enter" && hits.length) { hit = (hit + 1) % hits.length; bring(nodes.get(hits[hit])); card(hits[hit]); }
  if (e.key === "Escape") { e.target.value = ""; search(); stage.focus(); }
});

// ---- the walk: step 0 shows nothing but leaves, then the forward pass, then the backward pass ----------------------
const total = data.forward.length + data.backward.length;
let at = total, timer = null;
$("scrub").max = total;
const order = new Map(data.forward.map((step, i) => [step.node, i + 1])), arrives = new Map(), flows = new Map();
data.backward.forEach((step, i) => { for (const part of step.parts) {
  const when = data.forward.length + i + 1;
  if (part.done) arrives.set(part.to, when);
  if (part.edge) flows.set(part.edge, when);
} });
for (const step of data.forward) for (const edge of step.edges) if (!flows.has(edge)) flows.set(edge, Infinity);

function show(step) {
  at = Math.min(Math.max(step, 0), total);
  $("scrub").value = at;
  const walking = at < total;
  for (const [id, g] of nodes) {
    g.classList.toggle("novalue", walking && (order.get(id) || 0) > at);
    g.classList.toggle("nograd", walking && (arrives.get(id) || Infinity) > at);
    g.classList.remove("now");
  }
  for (const [id, g] of edges) {
    const gone = walking && flows.get(id) > at;
    g.classList.toggle("nograd", gone);
    g.classList.toggle("nolocal", gone);
    g.classList.remove("now", "flow");
  }
  for (const mark of picture.querySelectorAll(".sum")) mark.remove();
  const forward = at <= data.forward.length;
  $("phase").textContent = at === 0 ? "Before the forward pass" : !walking && timer === null && at === total && !touched ? "Walk through it"
    : `${forward ? "forward" : "backward"} ${forward ? at : at - data.forward.length} of ${forward ? data.forward.length : data.backward.length}`;
  $("step").replaceChildren();
  if (at === 0 || !touched) return;
  const now = forward ? data.forward[at - 1] : data.backward[at - data.forward.length - 1];
  const g = nodes.get(now.node);
  if (g) { g.classList.add("now"); bring(g); }
  if (forward) {
    for (const edge of now.edges) edges.get(edge)?.classList.add("now");
    $("step").append(sentence(now.question, now.answer, () => g.classList.remove("novalue")));
    if ($("hide").checked) g.classList.add("novalue");
    return;
  }
  if (now.upstream) $("step").append(line("p", `At ${data.nodes[now.node].label} the gradient is complete: ${now.upstream}.`, "gradient"));
  if (!now.parts.length) $("step").append(line("p", "Nothing flows further from here."));
  for (const part of now.parts) {
    edges.get(part.edge)?.classList.add("flow");
    $("step").append(sentence(part.question, part.answer, () => badge(part)));
    if (part.total !== part.answer) $("step").append(sentence(`contributions add up at ${data.nodes[part.to]?.label}`, part.total));
    if (!$("hide").checked) badge(part);
  }
}
function badge(part) { // the sum so far, above a node whose gradient is not complete
  const g = nodes.get(part.to);
  if (!g || part.done) return;
  const box = g.getBBox();
  draw("text", { class: "sum", x: box.x + box.width / 2, y: box.y - 4, "text-anchor": "middle" }, g, `so far ${part.total}`);
}
function sentence(question, answer, revealed) {
  const p = line("p", question + " = "), result = line("span", answer, "answer");
  if ($("hide").checked) {
    result.textContent = "?";
    result.classList.add("hidden");
    result.tabIndex = 0;
    result.setAttribute("role", "button");
    const reveal = () => { result.textContent = answer; result.classList.remove("hidden"); if (revealed) revealed(); };
    result.addEventListener("click", reveal, { once: true });
    result.addEventListener("keydown", (e) => { if (e.key === "Enter") reveal(); });
  }
  p.append(result);
  return p;
}
let touched = false;
function go(step) { touched = true; show(step); }
function stop() { clearInterval(timer); timer = null; $("play").textContent = "play"; }
function play() {
  if (timer) return stop();
  if (at >= total) go(0);
  $("play").textContent = "pause";
  timer = setInterval(() => { if (at >= total) stop(); else go(at + 1); }, 1200);
}
$("scrub").addEventListener("input", (e) => { stop(); go(Number(e.target.value)); });
$("hide").addEventListener("change", () => show(at));

// ---- the wrong order, beside the right one ---------------------------------------------------------------------------
let compared = 0;
$("compare").addEventListener("click", () => {
  const { naive, right, end } = data.wrong;
  if (compared > naive.length) { compared = 0; $("naive").replaceChildren(); $("right").replaceChildren(); $("verdict").textContent = ""; }
  if (compared < naive.length) $("naive").append(line("li", naive[compared]));
  if (compared < right.length) $("right").append(line("li", right[compared]));
  if (++compared >= naive.length) { $("verdict").textContent = end; compared = naive.length + 1; }
});

// ---- dark and light, export, keys --------------------------------------------------------------------------------------
function dark() {
  const root = document.documentElement, system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  root.dataset.theme = (root.dataset.theme || system) === "dark" ? "light" : "dark";
}
function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
function asText() { // the picture as it is shown, with its colours written into it
  const twin = picture.cloneNode(true), style = getComputedStyle(document.documentElement);
  const names = [...document.styleSheets[0].cssRules].filter((rule) => rule.selectorText && /\.(f-|s-|node|edge|no|gone|cover|sum|now|found)/.test(rule.selectorText));
  draw("style", {}, twin, names.map((rule) => rule.cssText).join("\n")
    .replace(/var\((--[a-z]+)\)/g, (_, name) => style.getPropertyValue(name)));
  twin.setAttribute("width", whole.width);
  twin.setAttribute("height", whole.height);
  twin.removeAttribute("style");
  return new XMLSerializer().serializeToString(twin);
}
$("svg").addEventListener("click", () => save(new Blob([asText()], { type: "image/svg+xml" }), "graph.svg"));
$("png").addEventListener("click", () => {
  const image = new Image();
  image.onload = () => {
    const canvas = document.createElement("canvas"), by = Math.min(2, 8000 / Math.max(whole.width, whole.height));
    canvas.width = whole.width * by;
    canvas.height = whole.height * by;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => save(blob, "graph.png"));
  };
  image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(asText());
});
const buttons = {
  fit, closer: () => zoom(1.25), farther: () => zoom(0.8), theme: dark, help: () => { $("keys").hidden = !$("keys").hidden; },
  first: () => { stop(); go(0); }, back: () => { stop(); go(at - 1); }, next: () => { stop(); go(at === total && !touched ? 1 : at + 1); },
  last: () => { stop(); go(total); }, play,
};
for (const id in buttons) $(id).addEventListener("click", buttons[id]);
const keys = {
  "0": fit, "+": buttons.closer, "=": buttons.closer, "-": buttons.farther, t: dark, "?": buttons.help, ".": buttons.next,
  ",": buttons.back, Home: buttons.first, End: buttons.last, " ": play,
  h: () => $("hide").click(), "/": () => $("search").focus(),
  ArrowLeft: () => { x += 60; place(); }, ArrowRight: () => { x -= 60; place(); },
  ArrowUp: () => { y += 60; place(); }, ArrowDown: () => { y -= 60; place(); },
};
document.addEventListener("keydown", (e) => {
  if (e.target.matches("input") || e.ctrlKey || e.metaKey || e.altKey) return;
  if (e.key === "Enter" && e.target.matches(".cluster, .cover")) return toggle(Number(e.target.dataset.id.slice(1)));
  if (e.target.matches("button, summary") && (e.key === " " || e.key === "Enter")) return;
  if (keys[e.key]) { e.preventDefault(); keys[e.key](); }
});
new ResizeObserver(() => { fit(); chart(); place(); }).observe(stage);
$("hide").checked = data.hide;
fit();
if (data.hide) go(0);
