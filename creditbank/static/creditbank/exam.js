// The paper of an examination: saves each answer, counts the server's time down, and says when nothing is saved.
// Without this file the page is a plain form. What is not saved yet is kept on this device, by places only.
(function () {
  "use strict";
  const form = document.getElementById("paper");
  if (!form) return;
  const words = JSON.parse(form.dataset.words);
  const number = form.elements.save;
  const left = document.getElementById("left");
  const answered = document.getElementById("answered");
  const state = document.getElementById("state");
  const questions = Array.from(form.querySelectorAll("fieldset"));
  const kept = form.dataset.kept;
  const RETRY = 3000;
  let ends = performance.now() + Number(form.dataset.seconds) * 1000;
  let dirty = false;
  let busy = false;
  let over = false;
  let stale = false;
  let leaving = false;
  let tried = "";
  let timer = 0;

  function say(text, warn) {
    state.setAttribute("aria-live", warn ? "assertive" : "off");
    if (state.textContent !== text) state.textContent = text;
    state.classList.toggle("warn-t", Boolean(warn));
  }

  function fill(text, values) {
    return text.replace(/%\((\w+)\)s/g, (_whole, name) => String(values[name]));
  }

  function count() {
    const done = questions.filter((each) => each.querySelector("input:checked")).length;
    answered.textContent = fill(words.answered, { done: done, total: questions.length });
  }

  function sheet() {
    return Array.from(form.querySelectorAll("fieldset input:checked"), (each) => each.name + "=" + each.value);
  }

  // Private windows may refuse to keep anything; the answers then stand in the page alone.
  function keep() {
    try {
      localStorage.setItem(kept, JSON.stringify({ save: Number(number.value), sheet: sheet() }));
    } catch (_error) {
      return;
    }
  }

  function kept_before() {
    try {
      Object.keys(localStorage)
        .filter((key) => key.startsWith("sitting-") && key !== kept)
        .forEach((key) => localStorage.removeItem(key));
      return JSON.parse(localStorage.getItem(kept) || "null");
    } catch (_error) {
      return null;
    }
  }

  function forget() {
    try {
      localStorage.removeItem(kept);
    } catch (_error) {
      return;
    }
  }

  // What was answered while the line was down and never arrived; not when something newer was saved elsewhere.
  function restore() {
    const found = kept_before();
    if (!found) return;
    if (found.save < Number(number.value) - 1) {
      forget();
      return;
    }
    const chosen = new Set(found.sheet);
    form.querySelectorAll("fieldset input").forEach((each) => {
      each.checked = chosen.has(each.name + "=" + each.value);
    });
    changed();
  }

  function changed() {
    dirty = true;
    keep();
    count();
    later(250);
  }

  function later(wait) {
    window.clearTimeout(timer);
    timer = window.setTimeout(save, wait);
  }

  // The answer to the try before may have been lost on its way back: other answers need a newer number.
  function numbered() {
    const now = sheet().join("&");
    if (tried && tried !== now) number.value = String(Number(number.value) + 1);
    tried = now;
    keep();
  }

  async function save() {
    if (busy || stale || !dirty) return;
    busy = true;
    dirty = false;
    numbered();
    say(words.saving);
    let lost = false;
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.dataset.save, { method: "POST", body: body, keepalive: true });
      if (answer.redirected) throw new Error("signed out");
      take(await answer.json(), answer);
    } catch (_error) {
      lost = dirty = true;
      say(words.offline, true);
    }
    busy = false;
    if (dirty) later(lost ? RETRY : 250);
  }

  function take(told, answer) {
    if (answer.status === 409) {
      forget();
      leaving = true;
      window.location.reload();
    } else if (!answer.ok) {
      say(told.message, true);
    } else if (!told.kept) {
      stale = true;
      forget();
      say(words.stale, true);
    } else {
      tried = "";
      number.value = String(told.saved + 1);
      ends = performance.now() + told.seconds * 1000;
      if (dirty) keep();
      else forget();
      say(words.saved);
    }
  }

  // Hand in what is there once the last answers have arrived; without a line, tick tries again.
  async function finish() {
    if (busy) return;
    over = true;
    await save();
    if (dirty) {
      over = false;
      return;
    }
    say(words.over, true);
    leaving = true;
    document.getElementById("time-over").submit();
  }

  function tick() {
    const rest = Math.max(0, Math.ceil((ends - performance.now()) / 1000));
    left.textContent = fill(words.left, { minutes: Math.floor(rest / 60), seconds: String(rest % 60).padStart(2, "0") });
    if (rest === 0 && !over) finish();
  }

  form.addEventListener("change", changed);
  form.addEventListener("submit", () => {
    leaving = true;
    numbered();
  });
  window.addEventListener("online", () => later(0));
  window.addEventListener("beforeunload", (event) => {
    if (dirty && !leaving) event.preventDefault();
  });
  restore();
  tick();
  window.setInterval(tick, 1000);
})();
