// Files can be dropped on the page; while they are read, the page tells how far it is.
"use strict";

(() => {
  const form = document.getElementById("drop"), input = document.getElementById("files"), job = document.getElementById("job");
  for (const kind of ["dragover", "dragenter"]) document.addEventListener(kind, (event) => { event.preventDefault(); form.classList.add("over"); });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) form.classList.remove("over"); });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    form.requestSubmit();
  });
  if (!job || !("running" in job.dataset)) return;

  async function look() {
    const answer = await fetch(job.dataset.address, { headers: { accept: "application/json" } }).catch(() => null);
    if (!answer || !answer.ok) return setTimeout(look, 2000);
    const state = await answer.json();
    if (state.ended) return location.reload();
    const bar = job.querySelector("progress");
    bar.max = state.total || 1;
    bar.value = state.done;
    if (state.name) document.getElementById("doing").textContent = state.name;
    setTimeout(look, 300);
  }
  look();
})();
