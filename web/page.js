// Opens a citation's release beside the conversation. Text from documents arrives from the server
// already escaped; the page's policy forbids any script but this file and Gradio's own.
"use strict";

(() => {
  const WIDE = window.matchMedia("(min-width: 900px)");
  let opener = null; // the citation that was used last, to which focus returns

  const byId = (id) => document.getElementById(id);

  function room() {
    let place = byId("reading");
    if (!place) {
      const panel = byId("sources");
      if (!panel) return null;
      place = document.createElement("section");
      place.id = "reading";
      place.setAttribute("aria-label", "Source");
      panel.append(place);
    }
    return place;
  }

  function say(place, sentence) {
    const line = document.createElement("p");
    line.className = "note";
    line.setAttribute("role", "status");
    line.textContent = sentence;
    place.replaceChildren(line);
  }

  let opening = 0; // only the release asked for last is shown, whichever arrives first
  async function open(link, { focus }) {
    const turn = ++opening;
    const wanted = new URLSearchParams(link.getAttribute("href").slice(1));
    const id = wanted.get("release") || "";
    const place = room();
    if (!place || !/^[0-9a-f]{64}$/.test(id)) return;
    wanted.delete("release");
    byId("sources").classList.add("reading");
    for (const other of document.querySelectorAll("a.current")) other.classList.remove("current");
    link.classList.add("current");
    place.setAttribute("aria-busy", "true");
    try {
      const reply = await fetch(new URL(`release/${id}?${wanted}`, document.baseURI));
      if (!reply.ok) throw new Error(String(reply.status));
      const bar = document.createElement("div");
      bar.className = "bar";
      const back = document.createElement("button");
      back.type = "button";
      back.textContent = "Close";
      back.setAttribute("aria-label", "Close the source and go back to the answer");
      back.addEventListener("click", close);
      bar.append(back);
      const held = document.createElement("template");
      held.innerHTML = await reply.text();
      if (turn !== opening) return;
      place.replaceChildren(bar, held.content);
    } catch {
      if (turn !== opening) return;
      say(place, "The release could not be opened; the server may have stopped.");
    }
    place.removeAttribute("aria-busy");
    show(place, focus);
  }

  function show(place, focus) {
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const mark = place.querySelector("mark");
    if (focus) {
      const heading = place.querySelector("h2");
      if (heading) heading.focus({ preventScroll: true });
      if (!WIDE.matches) {
        (mark || place).scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
        return;
      }
    }
    // Beside the chat the panel scrolls by itself: the page must not jump.
    if (WIDE.matches) {
      const top = mark
        ? mark.getBoundingClientRect().top - place.getBoundingClientRect().top + place.scrollTop
        : 0;
      place.scrollTo({
        top: Math.max(0, top - place.clientHeight / 3),
        behavior: calm || !focus ? "auto" : "smooth",
      });
    }
  }

  function close() {
    opening++;
    const place = byId("reading");
    if (place) {
      place.replaceChildren();
      place.removeAttribute("aria-busy");
    }
    byId("sources").classList.remove("reading");
    for (const other of document.querySelectorAll("a.current")) other.classList.remove("current");
    if (opener && opener.isConnected) opener.focus();
  }

  const citation = (event) =>
    event.target instanceof Element ? event.target.closest('a[href^="#release="]') : null;

  document.addEventListener("click", (event) => {
    const link = citation(event);
    if (!link) return;
    event.preventDefault();
    opener = link;
    open(link, { focus: true });
  });

  document.addEventListener("keydown", (event) => {
    const link = citation(event);
    if (link && event.key === " ") {
      event.preventDefault();
      link.click();
    } else if (event.key === "Escape" && byId("reading")?.contains(document.activeElement)) {
      close();
    }
  });

  // Gradio labels each message with its HTML source; a screen reader should read its text.
  function relabel() {
    for (const message of document.querySelectorAll("#chat [data-testid][aria-label]")) {
      message.removeAttribute("aria-label");
    }
    const log = document.querySelector('#chat [role="log"]');
    if (log && log.getAttribute("aria-label") !== "Conversation") {
      log.setAttribute("aria-label", "Conversation");
    }
  }

  let seen = null;
  let questions = 0;
  function arrived() {
    relabel();
    const asked = document.querySelectorAll("#chat .asked");
    const bring = () => asked[asked.length - 1]?.scrollIntoView({ block: "start" });
    if (asked.length > questions) bring();
    questions = asked.length;
    const replies = document.querySelectorAll("#chat .reply.complete");
    const last = replies[replies.length - 1] || null;
    if (!last && byId("reading")?.hasChildNodes()) close();
    if (last === seen) return;
    seen = last;
    bring(); // only now is there enough below it
    const link = last && last.querySelector("a.cite");
    if (link && WIDE.matches) open(link, { focus: false });
    if (last && !link) {
      opener = null; // the reader is at the question box and stays there
      close(); // a release beside a refusal would look like its evidence
    }
  }

  function start() {
    const chat = byId("chat");
    if (!chat) return false;
    new MutationObserver(arrived).observe(chat, {
      childList: true,
      subtree: true,
      attributes: true,
      attributeFilter: ["aria-label"],
    });
    arrived();
    if (WIDE.matches) document.querySelector("#question textarea")?.focus();
    return true;
  }

  // Gradio builds the page after this script has run.
  if (!start()) {
    const waiting = new MutationObserver(() => start() && waiting.disconnect());
    waiting.observe(document.documentElement, { childList: true, subtree: true });
  }
})();
