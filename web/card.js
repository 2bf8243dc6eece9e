// Shows a citation's quotation beside its number: on hover, on keyboard focus, and on a first tap.
// The card is a copy of the quotation that stands in the same reply, so the server has escaped it.
"use strict";

(() => {
  const card = document.createElement("div");
  card.id = "card";
  card.setAttribute("role", "tooltip");
  card.hidden = true;
  let shown = null; // the number whose card is open
  let waiting = 0;
  let tapped = false; // the last press was by touch

  const number = (event) =>
    event.target instanceof Element ? event.target.closest("#chat a.cite") : null;

  // The quotation of a number: the one in the same reply that opens the same words.
  function quotation(link) {
    const figures = link.closest(".reply")?.querySelectorAll("figure.quoted") || [];
    const address = link.getAttribute("href");
    for (const figure of figures) {
      if (figure.querySelector("a.cite")?.getAttribute("href") === address) return figure;
    }
    return null;
  }

  function fill(figure, touch) {
    const quote = document.createElement("blockquote");
    quote.dir = "auto";
    quote.append(...figure.querySelector("blockquote").cloneNode(true).childNodes);
    const source = document.createElement("p");
    const title = figure.querySelector("a.open");
    const date = figure.querySelector("time, .undated");
    if (touch) source.append(title.cloneNode(true));
    else source.append(title.textContent);
    source.append(", ", date.textContent);
    card.replaceChildren(quote, source);
  }

  function place(link) {
    const at = link.getBoundingClientRect();
    const width = Math.min(416, document.documentElement.clientWidth - 24);
    card.style.width = `${width}px`;
    const left = Math.min(at.left, document.documentElement.clientWidth - width - 12);
    card.style.left = `${Math.max(12, left)}px`;
    const below = at.bottom + 8 + card.offsetHeight < window.innerHeight;
    card.style.top = `${below ? at.bottom + 6 : Math.max(8, at.top - 6 - card.offsetHeight)}px`;
  }

  function open(link, touch = false) {
    clearTimeout(waiting);
    const figure = quotation(link);
    if (!figure || link === shown) return;
    close();
    if (!card.isConnected) document.body.append(card);
    fill(figure, touch);
    card.hidden = false;
    place(link);
    link.setAttribute("aria-describedby", "card");
    shown = link;
  }

  function close() {
    clearTimeout(waiting);
    if (!shown) return;
    shown.removeAttribute("aria-describedby");
    shown = null;
    card.hidden = true;
    card.replaceChildren();
  }

  const closeSoon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(close, 200); // time to move the pointer onto the card
  };

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const link = number(event);
    if (link) open(link);
    else if (event.target instanceof Node && card.contains(event.target)) clearTimeout(waiting);
    else if (shown && shown !== document.activeElement) closeSoon();
  });

  document.addEventListener("focusin", (event) => {
    const link = number(event);
    if (link && !tapped && link.matches(":focus-visible")) open(link);
    else if (shown && !link && !card.contains(event.target)) close();
  });

  document.addEventListener("pointerdown", (event) => {
    tapped = event.pointerType === "touch";
    if (tapped && shown && !number(event) && !card.contains(event.target)) close();
  });

  // Before page.js opens the release: a first tap shows the card, a second one opens.
  document.addEventListener(
    "click",
    (event) => {
      const link = number(event);
      if (link && tapped && link !== shown && quotation(link)) {
        event.preventDefault();
        event.stopImmediatePropagation();
        open(link, true);
      } else {
        close();
      }
      tapped = false;
    },
    true,
  );

  document.addEventListener("keydown", (event) => {
    tapped = false;
    if (event.key === "Escape" && shown) close();
  });
  document.addEventListener("scroll", () => shown && place(shown), true);
  window.addEventListener("resize", close);
})();
