// The console works without this file. With it, times are the reader's, pages renew what changes, and files can be dropped.
"use strict";

function showTimes(root) {
  const two = (number) => String(number).padStart(2, "0");
  for (const time of root.querySelectorAll("time[datetime]")) {
    const date = new Date(time.dateTime);
    if (isNaN(date)) continue;
    const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
    const seconds = time.hasAttribute("data-seconds") ? ":" + two(date.getSeconds()) : "";
    time.textContent = `${day} ${two(date.getHours())}:${two(date.getMinutes())}${seconds}`;
  }
}

// Asks for a part of the page again and again, and less often while nobody looks.
function keepLive(part) {
  const every = Number(part.dataset.every || 5) * 1000;
  let last = null;
  async function renew() {
    if (!part.isConnected) return;
    if (!document.hidden) {
      try {
        const answer = await fetch(part.dataset.live, { credentials: "same-origin", redirect: "error" });
        if (answer.status === 401 || answer.status === 404) return;
        if (answer.ok) {
          const text = await answer.text();
          if (text !== last && replace(part, text)) return;
          last = text;
        }
      } catch { /* the next try may succeed */ }
    }
    setTimeout(renew, every);
  }
  setTimeout(renew, every);
}

// Puts a newer text in place; true when there is nothing more to ask for.
function replace(part, text) {
  const holder = document.createElement("template");
  holder.innerHTML = text;
  const fresh = holder.content.firstElementChild;
  const wasRun = part.dataset.live.startsWith("/runs/");
  if (wasRun && !(fresh && fresh.dataset.live)) {
    // It has come to its end: the rest of the page has changed too.
    location.reload();
    return true;
  }
  if (part.contains(document.activeElement)) return false;
  if (wasRun) part.replaceChildren(...fresh.childNodes); else part.replaceChildren(...holder.content.childNodes);
  showTimes(part);
  return false;
}

function takeDrops(form) {
  const input = form.querySelector("input[type=file]");
  form.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("over"); });
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    if (event.dataTransfer.files.length !== 1) return;
    input.files = event.dataTransfer.files;
    form.requestSubmit();
  });
}

showTimes(document);
document.querySelectorAll("[data-live]").forEach(keepLive);
document.querySelectorAll("[data-drop]").forEach(takeDrops);
