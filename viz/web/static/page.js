// What every page does: suggest while somebody types, and fetch what takes longer than the page. Pages work without it.
"use strict";

(() => {
  // --- how large letters are: kept in a cookie, so that the server writes the next page so ---
  const root = document.documentElement, SIZES = ["100", "125", "150"];
  document.getElementById("size").addEventListener("click", () => {
    root.dataset.size = SIZES[(SIZES.indexOf(root.dataset.size ?? SIZES[0]) + 1) % SIZES.length];
    document.cookie = `size=${root.dataset.size}; path=/; max-age=31536000; samesite=lax`;
  });

  // --- a box shows what a thing is called, and sends the very thing until somebody types something else ---
  function release(box) {
    if (!box.held) return;
    box.name = box.held.name;
    box.held.remove();
    box.held = null;
  }

  function hold(box, called, iri) {
    release(box);
    box.held = document.createElement("input");
    Object.assign(box.held, { type: "hidden", name: box.name, value: iri });
    box.removeAttribute("name");
    box.value = called;
    box.after(box.held);
  }

  document.querySelectorAll("input[data-called]").forEach((box) => hold(box, box.dataset.called, box.value));

  // --- suggestions: the search box leads to what is chosen, the boxes of a form take its name ---
  function suggestAt(box, list, chosenOne) {
    let asked = 0, chosen = -1;

    function close() {
      asked++;
      list.hidden = true;
      chosen = -1;
      box.setAttribute("aria-expanded", "false");
      box.removeAttribute("aria-activedescendant");
    }

    function choose(index) {
      const items = [...list.children];
      if (!items.length) return;
      chosen = (index + items.length) % items.length;
      items.forEach((item, at) => item.setAttribute("aria-selected", String(at === chosen)));
      items[chosen].scrollIntoView({ block: "nearest" });
      box.setAttribute("aria-activedescendant", items[chosen].id);
    }

    function show(hits) {
      list.replaceChildren(...hits.map((hit, at) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${at}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.hit = hit;
        const note = document.createElement("small");
        note.textContent = [hit.kind, hit.note].filter(Boolean).join(" · ");
        item.append(hit.label, note);
        return item;
      }));
      chosen = -1;
      list.hidden = !hits.length;
      box.setAttribute("aria-expanded", String(hits.length > 0));
    }

    box.addEventListener("input", async () => {
      const turn = ++asked, text = box.value.trim();
      if (!text) return close();
      const answer = await fetch(`/suggest?${new URLSearchParams({ q: text, kinds: box.dataset.suggest || "" })}`).catch(() => null);
      if (!answer || !answer.ok || turn !== asked) return;
      const hits = await answer.json().catch(() => []);
      if (turn === asked) show(hits);
    });
    box.addEventListener("keydown", (event) => {
      if (list.hidden) return;
      if (event.key === "ArrowDown") { event.preventDefault(); choose(chosen + 1); }
      else if (event.key === "ArrowUp") { event.preventDefault(); choose(chosen < 0 ? -1 : chosen - 1); }
      else if (event.key === "Escape") { event.preventDefault(); close(); }
      else if (event.key === "Enter" && chosen >= 0) {
        event.preventDefault();
        chosenOne(list.children[chosen].hit);
        close();
      }
    });
    list.addEventListener("mousedown", (event) => {
      const item = event.target.closest("li");
      if (!item) return;
      event.preventDefault();
      chosenOne(item.hit);
      close();
    });
    box.addEventListener("blur", () => setTimeout(close, 150));
  }

  const search = document.getElementById("q"), suggestions = document.getElementById("suggestions");
  suggestAt(search, suggestions, (hit) => { location.href = hit.address; });
  document.querySelectorAll("input[data-suggest]").forEach((box) => {
    const list = document.createElement("ul"), label = suggestions.getAttribute("aria-label");
    list.id = `${box.id}-suggestions`;
    list.className = "suggestions";
    list.hidden = true;
    for (const [name, value] of [["role", "listbox"], ["aria-label", label]]) list.setAttribute(name, value);
    for (const [name, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-controls", list.id], ["aria-autocomplete", "list"]]) box.setAttribute(name, value);
    box.parentElement.classList.add("suggesting");
    box.after(list);
    suggestAt(box, list, (hit) => hold(box, hit.written, hit.iri));
    box.addEventListener("input", () => release(box));
  });

  // --- the link of an answer is copied; where that is not allowed, it leads there ---
  document.querySelectorAll("a[data-copied]").forEach((link) => link.addEventListener("click", async (event) => {
    if (!navigator.clipboard) return;
    event.preventDefault();
    try {
      await navigator.clipboard.writeText(link.href);
      link.setAttribute("role", "status");
      link.textContent = link.dataset.copied;
    } catch {
      location.href = link.href;
    }
  }));

  // --- what takes longer than a page comes piece by piece ---
  async function load() {
    const counts = document.getElementById("counts");
    const places = [...document.querySelectorAll("[data-load]")];
    for (const place of places) place.querySelector("a").textContent = place.dataset.working;
    for (const place of places) {
      place.setAttribute("aria-busy", "true");
      const answer = await fetch(place.dataset.load, { headers: { accept: "text/html" } }).catch(() => null);
      place.removeAttribute("aria-busy");
      // The link that leads to the same stays where it cannot be fetched.
      if (!answer || !answer.ok) continue;
      // What comes is a piece of a page of ours, in which every text is text already.
      place.replaceChildren(document.createRange().createContextualFragment(await answer.text()));
      const found = place.querySelector(".found").dataset;
      document.querySelectorAll(`[data-count-of="${place.id}"]`).forEach((where) => { where.textContent = `(${found.count})`; });
      counts?.querySelectorAll("[data-total]").forEach((where) => { where.textContent = Number(where.textContent) + Number(found[where.dataset.total]); });
    }
    if (counts) counts.hidden = false;
  }
  if (document.querySelector("[data-load]")) load();
})();
