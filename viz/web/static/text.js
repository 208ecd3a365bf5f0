// The text of a document: go to characters, mark them, and say what was read out of them.
"use strict";

(() => {
  const texts = [...document.querySelectorAll("pre.text")], dialog = document.getElementById("proof");
  if (!texts.length) return;

  // Characters are counted as code points, as everywhere in this program; browsers count halves of the rare ones.
  function locate(text, start, end) {
    const range = document.createRange(), walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
    let before = 0, begun = false;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const points = [...node.data], after = before + points.length;
      const unit = (at) => points.slice(0, at - before).join("").length;
      if (!begun && start < after) { range.setStart(node, unit(start)); begun = true; }
      if (begun && end <= after) { range.setEnd(node, unit(end)); return range; }
      before = after;
    }
    return null;
  }

  function mark(range) {
    document.querySelectorAll("mark.here").forEach((old) => { old.replaceWith(...old.childNodes); });
    const walker = document.createTreeWalker(range.commonAncestorContainer, NodeFilter.SHOW_TEXT), nodes = [];
    if (range.commonAncestorContainer.nodeType === Node.TEXT_NODE) nodes.push(range.commonAncestorContainer);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) if (range.intersectsNode(node)) nodes.push(node);
    const { startContainer, startOffset, endContainer, endOffset } = range;
    let first = null;
    for (const node of nodes) {
      let piece = node;
      const from = node === startContainer ? startOffset : 0, to = node === endContainer ? endOffset : node.length;
      if (from >= to) continue;
      if (to < node.length) piece.splitText(to);
      if (from > 0) piece = piece.splitText(from);
      const here = document.createElement("mark");
      here.className = "here";
      piece.replaceWith(here);
      here.append(piece);
      first = first || here;
    }
    return first;
  }

  function go(start, end, key) {
    const text = texts.find((one) => one.dataset.key === key) || texts[0];
    text.normalize();
    const range = locate(text, start, end), here = range && mark(range);
    if (!here) return;
    here.tabIndex = -1;
    here.scrollIntoView({ block: "center" });
    here.focus({ preventScroll: true });
  }

  // The address names the source where a document has several: /id/…?source=KEY#c12-34.
  function follow() {
    const found = /^#c(\d+)-(\d+)$/.exec(location.hash);
    if (found) go(Number(found[1]), Number(found[2]), new URLSearchParams(location.search).get("source"));
  }

  async function explain(span) {
    const source = span.closest("pre.text").dataset.source, [start, end] = span.dataset.at.split("-");
    const answer = await fetch(`/at?source=${encodeURIComponent(source)}&start=${start}&end=${end}`).catch(() => null);
    if (dialog.open) return;
    // What comes is a piece of a page of ours, in which every text is text already.
    if (answer && answer.ok) dialog.replaceChildren(document.createRange().createContextualFragment(await answer.text()));
    else dialog.textContent = dialog.dataset.failed;
    dialog.showModal();
  }

  document.addEventListener("click", (event) => {
    const quote = event.target.closest("a.quote");
    if (quote && texts.some((one) => one.dataset.key === quote.dataset.source)) {
      event.preventDefault();
      const [start, end] = quote.dataset.at.split("-").map(Number);
      // "Back" leads to the fact again.
      const address = new URL(location.href);
      address.searchParams.set("source", quote.dataset.source);
      address.hash = `c${start}-${end}`;
      if (address.href !== location.href) history.pushState(null, "", address);
      go(start, end, quote.dataset.source);
      return;
    }
    const span = event.target.closest("pre.text .m");
    if (span && !String(getSelection())) explain(span);
  });
  document.addEventListener("keydown", (event) => {
    if ((event.key === "Enter" || event.key === " ") && event.target.matches?.("pre.text .m")) {
      event.preventDefault();
      explain(event.target);
    }
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  document.querySelectorAll(".legend input").forEach((box) => box.addEventListener("change", () => {
    texts.forEach((text) => text.classList.toggle(`no-${box.dataset.kind}`, !box.checked));
  }));
  addEventListener("hashchange", follow);
  follow();
})();
