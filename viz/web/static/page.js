// What every page does: suggest while somebody types, and fetch what takes longer than the page. Pages work without it.
"use strict";

(() => {
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
      const answer = await fetch(`/suggest?q=${encodeURIComponent(text)}`).catch(() => null);
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
    suggestAt(box, list, (hit) => { box.value = hit.written; });
  });

  // --- what takes longer than a page comes piece by piece ---
  async function load() {
    const counts = document.getElementById("counts");
    for (const place of document.querySelectorAll("[data-load]")) {
      place.setAttribute("aria-busy", "true");
      const answer = await fetch(place.dataset.load, { headers: { accept: "text/html" } }).catch(() => null);
      place.removeAttribute("aria-busy");
      // The link that leads to the same stays where it cannot be fetched.
      if (!answer || !answer.ok) continue;
      // What comes is a piece of a page of ours, in which every text is text already.
      place.replaceChildren(document.createRange().createContextualFragment(await answer.text()));
      const found = place.querySelector(".found").dataset;
      document.querySelectorAll(`[data-count-of="${place.id}"]`).forEach((where) => { where.textContent = `(${found.count})`; });
      if (counts) for (const one of ["error", "warning", "note"]) counts.dataset[one] = Number(counts.dataset[one]) + Number(found[one]);
    }
    if (counts) {
      counts.textContent = counts.dataset.counts.replace(/#(\w+)/g, (_, name) => counts.dataset[name]);
      counts.hidden = false;
    }
  }
  if (document.querySelector("[data-load]")) load();
})();
