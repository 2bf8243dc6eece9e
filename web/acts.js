// What the buttons inside a reply do: ask again without a chip, ask a suggested question, say what
// is right or wrong about the reply, and save the conversation.
"use strict";

(() => {
  const byId = (id) => document.getElementById(id);
  const replies = () => [...document.querySelectorAll("#chat .reply")];

  // Types into one of Gradio's fields, as a reader would.
  function type(field, text) {
    const own = Object.getPrototypeOf(field);
    Object.getOwnPropertyDescriptor(own, "value").set.call(field, text);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // Gradio takes up what was typed before the next frame.
  function typeAndPress(field, text, button) {
    if (!field || !button) return;
    type(field, text);
    requestAnimationFrame(() => button.click());
  }

  function without(chip) {
    const turn = replies().indexOf(chip.closest(".reply"));
    const words = chip.querySelector(".words")?.textContent;
    const field = byId("command")?.querySelector("textarea, input");
    if (turn >= 0 && words) typeAndPress(field, `${turn}\n${words}`, byId("obey"));
  }

  function suggested(button) {
    const field = byId("question")?.querySelector("textarea");
    typeAndPress(field, button.textContent, byId("send"));
  }

  // What follows a prefix among the classes of an element.
  const after = (prefix, element) =>
    [...element.classList].find((name) => name.startsWith(prefix))?.slice(prefix.length);

  async function say(button) {
    const group = button.closest(".verdicts");
    const thanks = group.querySelector(".thanks");
    const body = JSON.stringify({ answer: after("answer-", group), kind: after("say-", button) });
    try {
      const reply = await fetch(new URL("feedback", document.baseURI), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
      if (!reply.ok) throw new Error((await reply.json()).detail);
      for (const other of group.querySelectorAll("button")) {
        other.setAttribute("aria-pressed", String(other === button));
      }
      thanks.textContent = "Kept, thank you.";
    } catch (error) {
      // A server that has gone says nothing.
      thanks.textContent = error instanceof TypeError ? "This could not be kept." : error.message;
    }
  }

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("button");
    if (!button) return;
    if (button.matches("#chat .chip")) without(button);
    else if (button.matches(".suggested")) suggested(button);
    else if (button.matches("#chat .verdicts button")) say(button);
    else if (button.matches("button.copy")) copy(button);
    else if (button.matches("#save")) wanted = 0;
    else if (button.matches("#save-data")) wanted = 1;
  });

  // Copies the text of the block that a button stands over.
  async function copy(button) {
    const text = button.closest(".form").querySelector("pre");
    const label = button.firstChild;
    try {
      await navigator.clipboard.writeText(text.textContent);
      label.textContent = "Copied";
    } catch {
      // Only a secure address may write to the clipboard: select the words instead.
      getSelection().selectAllChildren(text);
      label.textContent = "Selected";
    }
    setTimeout(() => (label.textContent = "Copy"), 2000);
  }

  // Saves the conversation that the server has written, once for each click.
  const FILES = [
    ["dateline-conversation.md", "text/markdown"],
    ["dateline-conversation.json", "application/json"],
  ];
  let wanted = -1; // which of them was asked for
  function save() {
    const text = document.querySelectorAll("#saved pre")[wanted]?.textContent;
    if (!text) return;
    const [name, type] = FILES[wanted];
    wanted = -1;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  // An answer from another version of the library: the page says what it holds now.
  function compare() {
    const last = [...document.querySelectorAll("#chat .reply.complete")].pop();
    const masthead = document.querySelector("#masthead .masthead");
    if (!last || !masthead || last === compared) return;
    compared = last;
    if (after("version-", last) !== after("version-", masthead)) byId("refresh")?.click();
  }
  let compared = null;

  // Gradio builds the page after this script has run.
  function start() {
    const saved = byId("saved");
    const chat = byId("chat");
    if (!saved || !chat) return false;
    new MutationObserver(compare).observe(chat, { childList: true, subtree: true });
    new MutationObserver(save).observe(saved, { childList: true, subtree: true });
    return true;
  }
  if (!start()) {
    const waiting = new MutationObserver(() => start() && waiting.disconnect());
    waiting.observe(document.documentElement, { childList: true, subtree: true });
  }
})();
