// The editor: asks the endpoint of this server, shows the answer as a table or as a graph.
"use strict";

(() => {
  const form = document.getElementById("editor"), box = document.getElementById("query"), place = document.getElementById("result"),
    told = document.getElementById("told"), words = place.dataset, OURS = "https://w3id.org/cancu/id/";
  let shown = null;

  const made = (name, text, classes) => {
    const element = document.createElement(name);
    if (text !== undefined) element.textContent = text;
    if (classes) element.className = classes;
    return element;
  };

  const readable = (address) => {
    // What stands behind "%" may be no letter.
    try { return decodeURI(address); } catch { return address; }
  };

  // A statement that stands in a cell is written as it would be in Turtle.
  const written = ({ type, value }) => type === "triple" ? `<<( ${[value.subject, value.predicate, value.object].map(written).join(" ")} )>>` : type === "uri" ? `<${value}>` : type === "bnode" ? `_:${value}` : JSON.stringify(value);

  // Only a resource has a page here.
  function termed(term) {
    if (!term) return made("span");
    if (term.type !== "uri") return made("span", term.type === "literal" ? term.value : written(term));
    const link = made("a", term.value.startsWith(OURS) ? readable(term.value.slice(OURS.length)) : term.value);
    link.href = term.value.startsWith(OURS) ? "/id/" + term.value.slice(OURS.length).replaceAll("%23", "%2523").replaceAll("#", "%23") : `/resource?iri=${encodeURIComponent(term.value)}`;
    return link;
  }

  function tabled(names, rows) {
    const table = made("table"), head = table.createTHead().insertRow(), frame = made("div", undefined, "table");
    names.forEach((name) => { const cell = made("th", name); cell.scope = "col"; head.append(cell); });
    const body = table.createTBody();
    for (const row of rows) {
      const line = body.insertRow();
      names.forEach((name) => line.insertCell().append(termed(row[name])));
    }
    frame.append(table);
    return frame;
  }

  // Whatever a row holds is joined from left to right: subject, predicate, object, or two things that stand side by side.
  function triples(names, rows) {
    return rows.flatMap((row) => {
      const terms = names.map((name) => row[name]).filter(Boolean);
      if (terms.length === 3 && terms[1].type === "uri") return [[terms[0], terms[1].value, terms[2]]];
      return terms.slice(1).map((term, at) => [terms[at], "", term]);
    });
  }

  function drawn(edges) {
    const nodes = new Map(), frame = made("div", undefined, "drawn"), short = (text) => (text.length > 40 ? text.slice(0, 39) + "…" : text);
    const node = (term) => {
      const name = term.type === "uri" || term.type === "literal" ? term.value : written(term);
      if (!nodes.has(name)) nodes.set(name, {
        id: name, shape: term.type === "uri" ? "dot" : "box", size: 9, title: name,
        label: short(term.type === "uri" ? readable(term.value).split(/[\/#]/).filter(Boolean).slice(-2).join("/") : name),
      });
      return name;
    };
    const lines = edges.slice(0, 400).map(([one, name, other]) => ({ from: node(one), to: node(other), arrows: "to", label: short(name.split(/[\/#]/).pop()) }));
    place.append(frame);
    const colour = getComputedStyle(document.body).color;
    new vis.Network(frame, { nodes: [...nodes.values()], edges: lines }, {
      nodes: { font: { color: colour, face: "Noto Sans, Segoe UI, sans-serif", size: 15 } },
      edges: { font: { color: colour, strokeWidth: 0, size: 12 }, smooth: false },
      physics: { stabilization: { iterations: 150 } }, interaction: { keyboard: { enabled: true, bindToWindow: false } },
    }).on("doubleClick", ({ nodes: [chosen] }) => { if (chosen && nodes.get(chosen).shape === "dot") location.href = termed({ type: "uri", value: chosen }).href; });
  }

  function show() {
    place.querySelector(".shown, .drawn")?.remove();
    for (const button of place.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.value === String(shown.graph)));
    if (shown.graph) return drawn(triples(shown.names, shown.rows));
    const frame = tabled(shown.names, shown.rows.slice(0, 2000));
    frame.classList.add("shown");
    place.append(frame);
  }

  function parsed(text) {
    // N-Triples: one statement a line; the endpoint sends it where a graph is asked for.
    const signs = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f" };
    const plain = (quoted) => quoted.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g, (_, short, long, sign) => sign ? signs[sign] ?? sign : String.fromCodePoint(parseInt(short ?? long, 16)));
    const term = (part) => {
      if (part.startsWith("<<")) return { type: "literal", value: part };
      if (part.startsWith("<")) return { type: "uri", value: plain(part.slice(1, -1)) };
      if (part.startsWith("_:")) return { type: "bnode", value: part.slice(2) };
      return { type: "literal", value: plain(/^"((?:[^"\\]|\\.)*)"/.exec(part)[1]) };
    };
    return text.split("\n").flatMap((line) => {
      const found = /^(\S+) (\S+) (.+) \.\s*$/.exec(line);
      return found ? [{ s: term(found[1]), p: term(found[2]), o: term(found[3]) }] : [];
    });
  }

  async function run() {
    const fail = (why) => {
      const card = made("p", why, "card severity-error");
      card.setAttribute("role", "alert");
      told.textContent = "";
      place.replaceChildren(card);
    };
    place.replaceChildren();
    told.textContent = words.working;
    let answer;
    try {
      answer = await fetch("/sparql", { method: "POST", body: new URLSearchParams({ query: box.value }), headers: { accept: "application/sparql-results+json, application/n-triples;q=0.9" } });
    } catch (error) {
      return fail(String(error));
    }
    const text = await answer.text();
    if (!answer.ok) return fail(text);
    const kind = answer.headers.get("content-type") || "";
    if (kind.includes("json")) {
      const found = JSON.parse(text);
      if ("boolean" in found) {
        told.textContent = found.boolean ? words.yes : words.no;
        return;
      }
      shown = { names: found.head.vars, rows: found.results.bindings, graph: false };
    } else {
      shown = { names: ["s", "p", "o"], rows: parsed(text), graph: true };
    }
    told.textContent = shown.rows.length ? words.rows.replace("#", shown.rows.length) : words.nothing;
    if (answer.headers.get("x-cancu-truncated")) place.append(made("p", words.cut, "severity-warning"));
    if (!shown.rows.length) return;
    const choice = made("p", undefined, "row");
    for (const [name, graph] of [[words.table, false], [words.graph, true]]) {
      const button = made("button", name);
      button.value = graph;
      button.type = "button";
      button.addEventListener("click", () => { shown.graph = graph; show(); });
      choice.append(button);
    }
    place.append(choice);
    show();
  }

  form.addEventListener("submit", (event) => { event.preventDefault(); run(); });
  box.addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); run(); } });
  // Who goes through the examples with the arrow keys stays among them: only the query changes.
  document.getElementById("example").addEventListener("change", async ({ target }) => {
    const wanted = target.value, answer = wanted && await fetch(`/sparql?example=${wanted}`, { headers: { accept: "text/html" } }).catch(() => null);
    if (!answer || !answer.ok) return;
    const other = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("query");
    if (wanted !== target.value) return;
    box.value = other.value;
    box.rows = other.rows;
  });
  document.querySelector(".prefixes").addEventListener("click", (event) => {
    const line = event.target.dataset.prefix;
    if (line && !box.value.includes(line)) box.value = `${line}\n${box.value}`;
  });
})();
