"use strict";
// Find, filter, point at, move and enlarge: the same for pictures in SVG and for networks that vis draws.
(() => {
  const facts = JSON.parse(document.getElementById("facts").textContent);
  const stage = document.getElementById("stage"), panel = document.getElementById("panel");
  const status = document.getElementById("status"), search = document.getElementById("search");
  const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase();
  const words = {};
  for (const [id, item] of Object.entries(facts.items)) words[id] = plain([item.name, ...item.detail].join(" "));
  // The lines that begin or end at each node.
  const beside = {};
  for (const [id, item] of Object.entries(facts.items)) for (const end of new Set(item.ends)) (beside[end] = beside[end] || []).push(id);
  let last = null;

  function make(tag, text, css) {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    if (css) made.className = css;
    return made;
  }
  // Where the picture is served, to the page of a thing or to the characters of a text.
  function way(address, words) {
    const made = make("a", words, "way");
    made.href = address; made.target = "_top"; made.rel = "noopener";
    return made;
  }
  // What a node is joined to, or what a line joins; from one to the next the whole picture can be walked through.
  function joined(id) {
    const item = facts.items[id], others = item.part === "edge" ? item.ends : beside[id] || [];
    if (!others.length) return [];
    const all = make("ul", "", "joined");
    for (const other of others) {
      const step = make("button", facts.items[other].name), line = make("li");
      step.onclick = () => { board.goto(other); open(other, last, true); };
      line.append(step); all.append(line);
    }
    const told = make("details"), name = facts.say[item.part === "edge" ? "nodes" : "edges"];
    told.append(make("summary", `${name} (${others.length})`), all);
    return [told];
  }
  // Who opened it by a key is led into the panel, and back again by Escape.
  function open(id, keep, byKey) {
    const item = facts.items[id];
    if (!item) return;
    const close = make("button", "×", "close"), head = make("h2", item.name);
    close.setAttribute("aria-label", facts.say.close);
    close.onclick = shut;
    head.tabIndex = -1;
    panel.replaceChildren(close, head);
    for (const line of item.detail) panel.append(make("p", line));
    if (item.page) panel.append(way(item.page, facts.say["open-page"]));
    if (!item.quotes.length) panel.append(make("p", facts.say.none, "status"));
    for (const quote of item.quotes) {
      const block = make("blockquote");
      const said = make("p");
      said.append(quote.before ? "…" + quote.before : "", make("mark", quote.quote), quote.behind ? quote.behind + "…" : "");
      if (quote.relation) block.append(make("p", quote.relation, "status"));
      block.append(said, make("code", quote.place));
      if (quote.at) block.append(way(quote.at, facts.say["open-text"]));
      panel.append(block);
    }
    panel.append(...joined(id));
    panel.hidden = false;
    panel.scrollTop = 0;
    last = keep || last;
    board.light(id);
    board.moved();
    board.bring(id);
    if (byKey) head.focus({preventScroll: true});
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
        // From the left, where the names of rows are, if it is seen from there.
        if (box.x + box.width < w / scale) x = Math.min(x, 0);
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
      if (item && far <= 6) open(item.dataset.proof, item, !event.detail);
    });
    svg.addEventListener("focusin", (event) => { const item = event.target.closest("[data-proof]"); if (item && item.matches(":focus-visible")) near(item); });
    window.addEventListener("resize", keep);
    window.addEventListener("beforeprint", () => fit(false));
    fit(true);
    return {
      fit: () => fit(false), zoom: (factor) => zoom(factor, 0.5, 0.5), pan,
      goto: (id) => { const item = document.getElementById(id); if (item) near(item); },
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
    const net = window.network, dots = net.body.data.nodes, ties = net.body.data.edges, boxes = facts.network.boxes;
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    const more = document.getElementById("more");
    const clamp = (value, low, high) => Math.max(low, Math.min(value, high));
    let gone = new Set(), hits = null, lit = null, near = null, bands = facts.network.bands, named = [];
    const themed = () => dark.matches ? "dark" : "light";
    let theme = facts.network[themed()];

    // Colours, and which relations are hidden.
    function paint(which) {
      theme = facts.network[which || themed()];
      if (boxes) dots.update(dots.getIds().map((id) => facts.items[id] ? {id, font: {color: theme.ink}, color: coloured(id)} : {id, color: "rgba(0,0,0,0)"}));
      const opacity = strength(ties.length);
      ties.update(ties.getIds().map((id) => ({id, ...tinted(id, opacity)})));
      net.redraw();
    }
    // Of many lines none can be followed; they are faint until one asks for those of one document.
    const strength = (count) => boxes || count < 80 ? 1 : count < 600 ? 0.6 : count < 3000 ? 0.3 : 0.1;
    function tinted(id, opacity) {
      const color = theme.edges[facts.items[id].look] || theme.edges.other;
      return {hidden: gone.has(id), color: {color, highlight: theme.focus, hover: theme.focus, opacity, inherit: false}};
    }
    function coloured(id) {
      const seen = {background: theme.soft, border: theme.focus};
      return {background: theme.card, border: theme.nodes[facts.items[id].look], highlight: seen, hover: seen};
    }
    // A dot is never too small to be seen and hit.
    function dot({ctx, id, x, y, state, style}) {
      const radius = Math.max(style.size, (style.size > 13 ? 5 : 3.5) / net.getScale());
      return {
        nodeDimensions: {width: 2 * radius, height: 2 * radius},
        drawNode() {
          ctx.beginPath(); ctx.arc(x, y, radius, 0, 2 * Math.PI);
          ctx.fillStyle = theme.nodes[facts.items[id].look]; ctx.fill();
          if (!state.selected && !state.hover && id !== facts.focus) return;
          ctx.lineWidth = 4 / net.getScale();
          ctx.strokeStyle = state.selected || state.hover ? theme.focus : theme.ink; ctx.stroke();
        },
      };
    }
    const dotted = (node) => ({...node, shape: "custom", ctxRenderer: dot});

    // What lies below: the bands of tiers.
    net.on("beforeDrawing", (ctx) => {
      const left = net.DOMtoCanvas({x: 0, y: 0}).x, wide = stage.clientWidth / net.getScale();
      ctx.fillStyle = theme.soft;
      for (const band of bands) ctx.fillRect(left, band.top, wide, band.bottom - band.top);
    });
    // What lies above: a veil over what is not asked for, and names, whose size is that of the screen.
    net.on("afterDrawing", (ctx) => {
      const chosen = lit || hits;
      if (chosen) {
        const corner = net.DOMtoCanvas({x: 0, y: 0}), scale = net.getScale();
        ctx.globalAlpha = 0.82; ctx.fillStyle = theme.paper;
        ctx.fillRect(corner.x, corner.y, stage.clientWidth / scale, stage.clientHeight / scale);
        ctx.globalAlpha = 1;
        for (const tie of Object.values(net.body.edges)) {
          const asked = chosen.has(tie.id) || (!lit && facts.items[tie.id].ends.every((end) => chosen.has(end)));
          if (asked && tie.connected && !gone.has(tie.id)) { tie.draw(ctx); tie.drawArrows(ctx); }
        }
        for (const id of chosen) if (net.body.nodes[id]) net.body.nodes[id].draw(ctx);
      }
      if (!boxes) name(ctx, chosen);
    });

    // Names, the most important first: each where it covers no other name and no dot that has one.
    const widths = new Map(), pen = document.createElement("canvas").getContext("2d"), face = facts.network.face;
    const letter = (wide) => clamp(wide / 90, 14, 22), heading = (wide) => `bold ${letter(wide) * 1.15}px ${face}`;
    function measured(ctx, text, font) {
      const key = font + text;
      if (!widths.has(key)) { ctx.font = font; widths.set(key, ctx.measureText(text).width); }
      return widths.get(key);
    }
    function name(ctx, chosen) {
      const scale = net.getScale(), wide = stage.clientWidth, tall = stage.clientHeight, ratio = net.canvas.pixelRatio;
      const base = letter(wide), taken = new Map();
      const cells = (box) => {
        const found = [];
        for (let x = Math.floor(box.x / 80); x <= Math.floor((box.x + box.w) / 80); x++)
          for (let y = Math.floor(box.y / 40); y <= Math.floor((box.y + box.h) / 40); y++) found.push(x * 10000 + y);
        return found;
      };
      const meets = (one, two) => one.x < two.x + two.w && two.x < one.x + one.w && one.y < two.y + two.h && two.y < one.y + one.h;
      const free = (box) => cells(box).every((at) => (taken.get(at) || []).every((one) => !meets(one, box)));
      const take = (box) => { for (const at of cells(box)) { if (!taken.has(at)) taken.set(at, []); taken.get(at).push(box); } };
      function write(box, lines, font, colour, step) {
        ctx.font = font; ctx.textAlign = "center"; ctx.textBaseline = "middle"; ctx.lineJoin = "round";
        ctx.lineWidth = 4; ctx.strokeStyle = chosen ? theme.paper : theme.soft; ctx.fillStyle = colour;
        lines.forEach((line, at) => {
          const x = box.x + box.w / 2, y = box.y + step * (at + 0.5);
          ctx.strokeText(line, x, y); ctx.fillText(line, x, y);
        });
      }
      ctx.save();
      ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
      const zero = net.canvasToDOM({x: 0, y: 0});
      const heads = [];
      for (const band of bands) {
        const top = zero.y + band.top * scale, bottom = zero.y + band.bottom * scale, font = heading(wide);
        const box = {x: 0, y: Math.max(top, 0) + 3, w: measured(ctx, band.text, font) + 24, h: base * 1.15 + 9};
        if (box.y + box.h > bottom + 3 || box.y > tall || !free(box)) continue;
        take(box);
        heads.push(() => {
          ctx.fillStyle = theme.nodes[band.look]; ctx.fillRect(0, box.y, 7, box.h);
          ctx.globalAlpha = 0.9; ctx.fillStyle = theme.paper; ctx.fillRect(7, box.y, box.w - 7, box.h); ctx.globalAlpha = 1;
          ctx.font = font; ctx.textAlign = "left"; ctx.textBaseline = "middle"; ctx.fillStyle = theme.ink;
          ctx.fillText(band.text, 14, box.y + box.h / 2);
        });
      }
      named = [];
      const asked = near ? [near, ...order.filter((id) => id !== near)] : order, seen = [];
      for (const id of asked) {
        const node = net.body.nodes[id];
        if (!node || (chosen && !chosen.has(id) && id !== near)) continue;
        const x = zero.x + node.x * scale, y = zero.y + node.y * scale;
        if (x > -20 && x < wide + 20 && y > -20 && y < tall + 20) seen.push([id, x, y, Math.max(node.options.size * scale, 5)]);
      }
      const round = (x, y, r) => ({x: x - r, y: y - r, w: 2 * r, h: 2 * r});
      // Where there is room for all, no name covers any dot.
      const sparse = seen.length < 250;
      if (sparse) for (const [, x, y, r] of seen) take(round(x, y, r));
      const under = [];
      for (const [id, x, y, r] of seen) {
        const {words, letters, about} = told.get(id), large = letters > 20;
        if (!sparse && !free(round(x, y, 2))) continue;
        // Where dots lie thick, a few names say where one is; the others appear as one comes near.
        if (!sparse && named.length > wide * tall / 16000) break;
        // As one comes near, names grow; what has no room for large letters has perhaps for small ones.
        for (const part of large ? [letters / 17, 1] : [1]) {
          const size = Math.min(Math.max(base * part, letters * scale), 44), step = size * 1.15;
          const font = `${large ? "bold " : ""}${size}px ${face}`;
          const w = Math.max(...words.map((line) => measured(ctx, line, font))) + 6, h = step * words.length;
          const below = y + r + 1, above = y - r - h - 1, middle = y - h / 2;
          const box = [[x - w / 2, below], [x - w / 2, above], [x + r + 2, middle], [x - r - w - 2, middle],
            [x - r, below], [x + r - w, below], [x - r, above], [x + r - w, above]]
            .map(([left, top]) => ({x: left, y: top, w, h})).find((one) => one.x > -4 && one.x + one.w < wide + 4 && one.y > -2 && one.y + one.h < tall + 2 && free(one));
          if (!box) continue;
          take(box);
          if (!sparse) take(round(x, y, r));
          named.push({id, ...box});
          write(box, words, font, theme.ink, step);
          if (large && about.length) under.push([id, box, y]);
          break;
        }
      }
      // Where room is left, the few on which most rests have their title too.
      for (const [id, beside, y] of under) {
        const font = `${base}px ${face}`, step = base * 1.2, lines = told.get(id).about;
        const w = Math.max(...lines.map((line) => measured(ctx, line, font))) + 6, h = step * lines.length;
        const box = {x: beside.x + beside.w / 2 - w / 2, y: beside.y > y ? beside.y + beside.h : beside.y - h, w, h};
        if (box.x < -2 || box.x + w > wide + 2 || box.y < -2 || box.y + h > tall + 2 || !free(box)) continue;
        take(box);
        named.push({id, ...box});
        write(box, lines, font, theme.dim, step);
      }
      for (const head of heads) head();
      ctx.restore();
    }
    const told = new Map(), order = [];
    function learn() {
      for (const {id, words, letters, about} of dots.get({fields: ["id", "words", "letters", "about"]})) {
        if (!words || told.has(id)) continue;
        told.set(id, {words, letters, about});
        order.push(id);
      }
    }

    if (more) more.onclick = () => {
      const late = facts.network.late, opacity = strength(ties.length + late.edges.length);
      bands = facts.network.all;
      dots.update(late.places);
      dots.add(boxes ? late.nodes : late.nodes.map(dotted));
      // What is added in its colours need not be coloured again.
      if (opacity !== strength(ties.length)) ties.update(ties.getIds().map((id) => ({id, ...tinted(id, opacity)})));
      ties.add(late.edges.map((one) => ({...one, ...tinted(one.id, opacity)})));
      if (boxes) paint();
      more.remove();
      learn();
      fit(false);
    };
    dark.addEventListener("change", () => paint());
    // Paper shows all of it, on white; a canvas would be empty there.
    window.addEventListener("beforeprint", () => {
      const paper = stage.querySelector("img") || make("img"), seen = {position: net.getViewPosition(), scale: net.getScale()};
      paint("light");
      fit(false);
      net.redraw();
      paper.alt = document.title; paper.src = net.canvas.frame.canvas.toDataURL();
      stage.append(paper);
      paint();
      net.moveTo({...seen, animation: false});
    });
    net.on("hoverNode", (event) => { near = event.node; });
    net.on("blurNode", () => { near = null; });
    net.on("click", (event) => {
      const {x, y} = event.pointer.DOM;
      const word = named.find((one) => x >= one.x && x <= one.x + one.w && y >= one.y && y <= one.y + one.h);
      const id = word ? word.id : (event.nodes[0] || event.edges[0] || "").replace(/[lr]$/, "");
      if (id) open(id, stage); else shut();
    });
    function fit(readable) {
      const wide = stage.clientWidth, tall = stage.clientHeight;
      const at = Object.values(net.getPositions(dots.getIds())).map((one) => one.x);
      const left = Math.min(...at), right = Math.max(...at), middle = net.getPosition(facts.focus || order[0]);
      if (!boxes) {
        const top = Math.min(...bands.map((one) => one.top)), bottom = Math.max(...bands.map((one) => one.bottom));
        // Room for the names of tiers, where there is any.
        const room = wide > 800 ? Math.max(...bands.map((one) => measured(pen, one.text, heading(wide)))) + 20 : 0;
        const whole = Math.min((wide - room - 50) / (right - left), tall / (bottom - top), 1.2);
        // On a telephone rather a part that can be read than all of it too small; what matters beside the names of tiers.
        const part = readable && wide < 700, scale = part ? Math.min(tall / (bottom - top), 1.2) : whole;
        net.moveTo({position: {x: part ? middle.x - wide / 8 / scale : (left + right) / 2 - room / 2 / scale, y: (top + bottom) / 2}, scale, animation: false});
        return;
      }
      net.fit({animation: false});
      if (!readable || !facts.focus) return;
      // The same: all columns, or on a telephone the middle and what is beside it.
      const across = Math.min(0.85, wide / (right - left + 120)), scale = across < 0.45 ? 0.6 : across;
      if (scale * 0.85 <= net.getScale()) return;
      const down = Object.values(net.getPositions(dots.getIds())).map((one) => one.y);
      const within = (value, low, high, seen) => high - low < seen ? (low + high) / 2 : clamp(value, low + seen / 2, high - seen / 2);
      const x = within(middle.x, left - 40, right + 40, wide / scale);
      net.moveTo({position: {x, y: within(middle.y, Math.min(...down) - 60, Math.max(...down) + 60, tall / scale)}, scale, animation: false});
    }
    function come(id) {
      if (!dots.get(id)) return;
      near = id;
      net.selectNodes([id]);
      net.focus(id, {scale: Math.max(net.getScale(), 0.6), animation: false});
    }
    learn();
    if (!boxes) dots.update(order.map((id) => dotted({id})));
    paint();
    fit(true);
    for (const ghost of document.querySelectorAll(".ghosts button")) {
      ghost.onfocus = () => come(ghost.dataset.proof);
      ghost.onclick = () => open(ghost.dataset.proof, ghost, true);
    }
    return {
      fit: () => fit(false), zoom: (factor) => net.moveTo({scale: net.getScale() * factor}),
      pan(dx, dy) {
        const at = net.getViewPosition(), scale = net.getScale();
        net.moveTo({position: {x: at.x + dx * stage.clientWidth / scale, y: at.y + dy * stage.clientHeight / scale}});
      },
      goto: come,
      moved: () => net.redraw(),
      bring() {},
      light(id) {
        near = null;
        lit = id && new Set([id, ...facts.items[id].ends, ...(beside[id] || []), ...(beside[id] || []).flatMap((one) => facts.items[one].ends)]);
        if (!id) { net.unselectAll(); return; }
        net.setSelection({nodes: dots.get(id) ? [id] : [], edges: ties.get(id) ? [id] : []}, {highlightEdges: false});
      },
      show(off, found) {
        hits = found;
        if (off.size !== gone.size || [...off].some((one) => !gone.has(one))) { gone = off; paint(); } else net.redraw();
      },
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
      open(item.dataset.proof, item, true);
    } else return;
    event.preventDefault();
  });
  search.addEventListener("input", find);
  search.addEventListener("keydown", (event) => { if (event.key === "Enter") { const [first] = find(); if (first) { board.goto(first); open(first, search, true); } } });
  for (const box of document.querySelectorAll(".filter")) box.addEventListener("change", find);
  document.getElementById("in").onclick = () => board.zoom(1.25);
  document.getElementById("out").onclick = () => board.zoom(0.8);
  document.getElementById("fit").onclick = () => board.fit();
  document.getElementById("texts").addEventListener("click", (event) => {
    const item = event.target.closest("[data-proof]");
    if (item) { board.goto(item.dataset.proof); open(item.dataset.proof, item, !event.detail); }
  });
  document.documentElement.dataset.ready = "true";
})();
