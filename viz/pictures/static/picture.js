"use strict";
// Find, filter, point at, move and enlarge: the same for pictures in SVG and for networks that vis draws.
(() => {
  const facts = JSON.parse(document.getElementById("facts").textContent);
  const stage = document.getElementById("stage"), panel = document.getElementById("panel");
  const status = document.getElementById("status"), search = document.getElementById("search");
  const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase();
  const words = {};
  for (const [id, item] of Object.entries(facts.items)) words[id] = plain([item.name, ...item.detail].join(" "));
  let last = null;

  function make(tag, text, css) {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    if (css) made.className = css;
    return made;
  }
  function open(id, keep) {
    const item = facts.items[id];
    if (!item) return;
    const close = make("button", "×", "close");
    close.setAttribute("aria-label", facts.say.close);
    close.onclick = shut;
    panel.replaceChildren(close, make("h2", item.name));
    for (const line of item.detail) panel.append(make("p", line));
    if (!item.quotes.length) panel.append(make("p", facts.say.none, "status"));
    for (const quote of item.quotes) {
      const block = make("blockquote");
      const said = make("p");
      said.append(quote.before ? "…" + quote.before : "", make("mark", quote.quote), quote.behind ? quote.behind + "…" : "");
      if (quote.relation) block.append(make("p", quote.relation, "status"));
      block.append(said, make("code", quote.place));
      panel.append(block);
    }
    panel.hidden = false;
    panel.scrollTop = 0;
    last = keep || last;
    board.light(id);
    board.moved();
    board.bring(id);
  }
  function shut() {
    if (panel.hidden) return;
    panel.hidden = true;
    board.light(null);
    board.moved();
    if (last && document.contains(last)) last.focus({preventScroll: true});
  }
  function find() {
    const asked = plain(search.value.trim()).split(/\s+/).filter(Boolean);
    const off = new Set([...document.querySelectorAll(".filter:not(:checked)")].map((box) => box.value));
    const gone = new Set(), hits = new Set();
    for (const [id, item] of Object.entries(facts.items)) {
      if (item.groups.length && item.groups.every((one) => off.has(one))) gone.add(id);
      else if (asked.every((word) => words[id].includes(word))) hits.add(id);
    }
    const nodes = [...hits].filter((id) => facts.items[id].part === "node");
    status.textContent = asked.length ? facts.say.hits.replace("{count}", nodes.length) : "";
    board.show(gone, asked.length ? hits : null);
    return asked.length ? nodes : [];
  }

  const svg = stage.querySelector("svg.picture");
  const board = svg ? drawing() : network();

  function drawing() {
    const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
    let x = 0, y = 0, wide = width, tall = height, seen = stage.clientWidth;
    svg.removeAttribute("width"); svg.removeAttribute("height");
    // Chromium stops at a picture of its own accord; its boxes are where one wants to go.
    svg.setAttribute("tabindex", "-1");
    svg.setAttribute("preserveAspectRatio", "xMidYMid meet");
    const set = () => svg.setAttribute("viewBox", [x, y, wide, tall].join(" "));
    function fit(readable) {
      const w = stage.clientWidth || width, h = stage.clientHeight || height;
      let scale = Math.min(w / width, h / height, 1.5);
      x = (width - w / scale) / 2; y = (height - h / scale) / 2;
      if (readable && scale < 0.8) {
        // At its own size, from where it begins, rather than all of it too small to read.
        scale = Math.max(scale, w < 600 ? 0.65 : Math.min(1, Math.max(w / width, 0.8)));
        const node = facts.focus && document.getElementById(facts.focus);
        const box = node ? node.getBBox() : {x: 0, y: 0, width: 0, height: 0};
        x = clamp(box.x + box.width / 2 - (box.x > width / 2 ? w - 210 * scale : 210 * scale) / scale, w / scale, width);
        y = clamp(box.y + box.height / 2 - h / scale / 2, h / scale, height);
        if (!node) { x = Math.min(0, (width - w / scale) / 2); y = Math.min(0, (height - h / scale) / 2); }
      }
      seen = w; wide = w / scale; tall = h / scale; set();
    }
    const clamp = (at, seen, all) => seen > all ? (all - seen) / 2 : Math.max(0, Math.min(at, all - seen));
    function zoom(factor, cx, cy) {
      const w = stage.clientWidth / (wide / factor);
      if (w > 6 || w < 0.02) return;
      x += (wide - wide / factor) * cx; y += (tall - tall / factor) * cy;
      wide /= factor; tall /= factor; set();
    }
    function pan(dx, dy) { x += dx * wide; y += dy * tall; set(); }
    function near(node, covered = 0) {
      const box = node.getBBox(), cx = box.x + box.width / 2, cy = box.y + box.height / 2;
      const free = tall - covered * wide / stage.clientWidth;
      if (box.x < x || box.y < y || box.x + box.width > x + wide || box.y + box.height > y + free) {
        x = cx - wide / 2; y = cy - free / 2; set();
      }
    }
    // What is drawn keeps its size when the stage becomes narrower or broader.
    function keep() {
      const scale = wide / seen;
      seen = stage.clientWidth || seen;
      tall = scale * stage.clientHeight; wide = scale * seen; set();
    }
    const all = [...svg.querySelectorAll("[data-proof]")];
    const held = new Map();
    let far = 0, apart = 0;
    stage.addEventListener("pointerdown", (event) => {
      held.set(event.pointerId, event); far = 0;
      if (held.size === 2) { const [a, b] = [...held.values()]; apart = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY); }
    });
    stage.addEventListener("pointermove", (event) => {
      const before = held.get(event.pointerId);
      if (!before) return;
      const scale = wide / stage.clientWidth;
      far += Math.abs(event.clientX - before.clientX) + Math.abs(event.clientY - before.clientY);
      held.set(event.pointerId, event);
      if (held.size === 2) {
        const [a, b] = [...held.values()], now = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
        if (apart) zoom(now / apart, 0.5, 0.5);
        apart = now;
      } else if (far > 4) { x -= (event.clientX - before.clientX) * scale; y -= (event.clientY - before.clientY) * scale; set(); }
    });
    for (const name of ["pointerup", "pointercancel", "pointerleave"]) stage.addEventListener(name, (event) => held.delete(event.pointerId));
    stage.addEventListener("wheel", (event) => {
      event.preventDefault();
      const box = stage.getBoundingClientRect();
      zoom(Math.exp(-event.deltaY / 500), (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
    }, {passive: false});
    svg.addEventListener("click", (event) => {
      const item = event.target.closest("[data-proof]");
      if (item && far <= 6) open(item.dataset.proof, item);
    });
    svg.addEventListener("focusin", (event) => { const item = event.target.closest("[data-proof]"); if (item && item.matches(":focus-visible")) near(item); });
    window.addEventListener("resize", keep);
    window.addEventListener("beforeprint", () => fit(false));
    fit(true);
    return {
      fit: () => fit(false), zoom: (factor) => zoom(factor, 0.5, 0.5), pan,
      goto: (id) => { const item = document.getElementById(id); if (item) { near(item); item.focus({preventScroll: true}); } },
      moved: keep,
      bring(id) {
        const node = document.getElementById(id);
        if (node && node.classList.contains("node")) near(node, Math.max(0, stage.getBoundingClientRect().bottom - panel.getBoundingClientRect().top) * (panel.offsetWidth >= stage.clientWidth ? 1 : 0));
      },
      light(id) {
        for (const item of all) {
          const own = item.dataset.proof === id || (item.dataset.ends || "").split(" ").includes(id);
          item.classList.toggle("on", Boolean(id) && own);
        }
      },
      show(gone, hits) {
        for (const item of all) {
          const ends = (item.dataset.ends || "").split(" ").filter(Boolean);
          item.classList.toggle("gone", gone.has(item.dataset.proof));
          item.classList.toggle("faint", Boolean(hits) && !hits.has(item.dataset.proof) && !(ends.length && ends.every((end) => hits.has(end))));
        }
      },
    };
  }

  function network() {
    const net = window.network, dots = net.body.data.nodes, ties = net.body.data.edges;
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    const more = document.getElementById("more");
    let gone = new Set(), hits = null;
    function paint() {
      const theme = facts.network[dark.matches ? "dark" : "light"], nodes = [], edges = [];
      for (const {id} of dots.get({fields: ["id"]})) {
        const item = facts.items[id], faint = hits && !hits.has(id);
        if (!item) { nodes.push({id, color: "rgba(0,0,0,0)"}); continue; }
        const look = theme.nodes[item.look];
        const seen = facts.network.boxes
          ? {background: theme.card, border: look, highlight: {background: theme.soft, border: theme.focus}, hover: {background: theme.soft, border: theme.focus}}
          : {background: look, border: look, highlight: {background: look, border: theme.focus}, hover: {background: look, border: theme.focus}};
        nodes.push({id, opacity: faint ? 0.15 : 1, color: seen, font: {...item.font, color: faint ? theme.dim : theme.ink, strokeColor: theme.paper}});
      }
      for (const {id} of ties.get({fields: ["id"]})) {
        const item = facts.items[id], colour = theme.edges[item.look] || theme.edges.other;
        const faint = hits && !item.ends.some((end) => hits.has(end));
        edges.push({id, hidden: gone.has(id), color: {color: colour, highlight: theme.focus, hover: theme.focus, opacity: faint ? 0.12 : 1, inherit: false}});
      }
      dots.update(nodes); ties.update(edges);
    }
    if (more) more.onclick = () => {
      const late = facts.network.late;
      dots.update(late.places);
      dots.add(late.nodes); ties.add(late.edges);
      more.remove();
      paint();
      net.fit({animation: false});
    };
    dark.addEventListener("change", paint);
    net.on("click", (event) => {
      const id = (event.nodes[0] || event.edges[0] || "").replace(/[lr]$/, "");
      if (id) open(id, stage); else shut();
    });
    paint();
    function fit(readable) {
      net.fit({animation: false});
      if (!readable || !facts.network.boxes || !facts.focus) return;
      // Rather a part that can be read than all of it too small: all columns, or on a telephone the middle.
      const at = net.getPositions(dots.getIds()), across = Object.values(at).map((one) => one.x);
      const left = Math.min(...across) - 60, right = Math.max(...across) + 60;
      const scale = Math.min(0.85, stage.clientWidth / (right - left));
      if (scale < 0.45) net.focus(facts.focus, {scale: 0.7, animation: false});
      else if (scale > net.getScale()) net.moveTo({position: {x: (left + right) / 2, y: at[facts.focus].y}, scale, animation: false});
    }
    fit(true);
    for (const ghost of document.querySelectorAll(".ghosts button")) {
      ghost.onfocus = () => { net.selectNodes([ghost.dataset.proof]); net.focus(ghost.dataset.proof, {scale: Math.max(net.getScale(), 0.6), animation: false}); };
      ghost.onclick = () => open(ghost.dataset.proof, ghost);
    }
    return {
      fit: () => fit(false), zoom: (factor) => net.moveTo({scale: net.getScale() * factor}),
      pan(dx, dy) {
        const at = net.getViewPosition(), scale = net.getScale();
        net.moveTo({position: {x: at.x + dx * stage.clientWidth / scale, y: at.y + dy * stage.clientHeight / scale}});
      },
      goto(id) { if (dots.get(id)) { net.selectNodes([id]); net.focus(id, {scale: Math.max(net.getScale(), 0.6), animation: false}); } },
      moved: () => net.redraw(),
      bring() {},
      light(id) {
        if (!id) { net.unselectAll(); return; }
        const beside = ties.getIds().filter((one) => one === id || facts.items[one].ends.includes(id));
        net.setSelection({nodes: dots.get(id) ? [id] : [], edges: beside}, {highlightEdges: false});
      },
      show(off, found) { gone = off; hits = found; paint(); },
    };
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { shut(); return; }
    if (event.target === search || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = event.target.closest && event.target.closest(".stage");
    if (!at) return;
    const steps = {ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, -0.1], ArrowDown: [0, 0.1]};
    if (steps[event.key]) board.pan(...steps[event.key]);
    else if (event.key === "+" || event.key === "=") board.zoom(1.25);
    else if (event.key === "-") board.zoom(0.8);
    else if (event.key === "0") board.fit();
    else if (event.key === "Enter" || event.key === " ") {
      const item = event.target.closest("svg [data-proof]");
      if (!item) return;
      open(item.dataset.proof, item);
    } else return;
    event.preventDefault();
  });
  search.addEventListener("input", find);
  search.addEventListener("keydown", (event) => { if (event.key === "Enter") { const [first] = find(); if (first) { board.goto(first); open(first, search); } } });
  for (const box of document.querySelectorAll(".filter")) box.addEventListener("change", find);
  document.getElementById("in").onclick = () => board.zoom(1.25);
  document.getElementById("out").onclick = () => board.zoom(0.8);
  document.getElementById("fit").onclick = () => board.fit();
  document.getElementById("texts").addEventListener("click", (event) => {
    const item = event.target.closest("[data-proof]");
    if (item) { board.goto(item.dataset.proof); open(item.dataset.proof, item); }
  });
  document.documentElement.dataset.ready = "true";
})();
