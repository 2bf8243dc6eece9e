// Sends files and addresses to the library and tells what became of them. Names and reasons reach
// the page as text, never as markup.
"use strict";

(() => {
  const byId = (id) => document.getElementById(id);
  const change = byId("change");
  if (!change) return;
  const largest = Number(change.dataset.largest);
  const most = Number(change.dataset.files);
  const results = byId("results");
  const address = (path) => new URL(path, document.baseURI);
  const STAGES = {
    starting: "Starting",
    reading: "Reading",
    fetching: "Fetching",
    embedding: "Embedding",
    storing: "Storing",
    indexing: "Writing the index",
    "re-embedding": "Re-embedding",
    tidying: "Tidying up",
  };

  let working = false; // one piece of work at a time, here as on the server
  let cancel = null; // what the button does now

  function tell(sentence, problem = false) {
    const line = byId("told");
    line.textContent = sentence;
    line.classList.toggle("problem", problem);
  }

  function show(text, done, total) {
    byId("work").hidden = false;
    byId("doing").textContent = text;
    const bar = byId("progress");
    if (total > 0) {
      bar.max = total;
      bar.value = done;
    } else {
      bar.removeAttribute("value");
    }
  }

  function element(name, text, className) {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  async function post(action, body) {
    let reply;
    try {
      reply = await fetch(address(`library/${action}`), {
        method: "POST",
        headers: { "content-type": "application/json", "x-dateline-token": change.dataset.token },
        body: JSON.stringify(body),
      });
    } catch {
      throw new Error("The server cannot be reached.");
    }
    return understood(reply.ok, await reply.text());
  }

  function understood(ok, text) {
    let value = {};
    try {
      value = JSON.parse(text);
    } catch {
      ok = false;
    }
    if (!ok) throw new Error(value.detail || "The server did not understand this.");
    return value;
  }

  // One file; `seen` is told the share that has been sent.
  function send(batch, file, seen) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      const query = new URLSearchParams({ batch, name: file.name });
      request.open("POST", address(`library/upload?${query}`));
      request.setRequestHeader("content-type", "application/octet-stream");
      request.setRequestHeader("x-dateline-token", change.dataset.token);
      request.upload.onprogress = (event) => seen(event.loaded);
      request.onload = () => {
        try {
          resolve(understood(request.status === 200, request.responseText).name);
        } catch (error) {
          reject(error);
        }
      };
      request.onerror = () => reject(new Error("The server cannot be reached."));
      request.onabort = () => reject(new Error("Cancelled."));
      cancel = () => request.abort();
      request.send(file);
    });
  }

  // Runs one piece of work; what goes wrong in it ends as one sentence.
  async function alone(work) {
    if (working) {
      tell("Wait until this is done, or cancel it.", true);
      return;
    }
    working = true;
    change.querySelector(".again")?.remove();
    change.setAttribute("aria-busy", "true");
    tell("");
    try {
      await work();
    } catch (error) {
      tell(error.message, true);
    }
    working = false;
    cancel = null;
    byId("work").hidden = true;
    change.removeAttribute("aria-busy");
  }

  async function add(files) {
    results.replaceChildren();
    if (files.length > most) {
      throw new Error(`At most ${most} files are added together; these are ${files.length}.`);
    }
    const { batch } = await post("batch", {});
    const rows = new Map();
    const bytes = files.reduce((sum, file) => sum + file.size, 0);
    let sent = 0;
    let stopped = false;
    for (const [number, file] of files.entries()) {
      const row = element("li");
      row.append(element("strong", file.name), " ", element("span", "", "outcome"));
      results.append(row);
      const say = (text) => (row.querySelector(".outcome").textContent = text);
      if (file.size > largest) {
        say(`Not sent: a file has at most ${largest / 2 ** 20} MiB.`);
        row.classList.add("rejected");
        continue;
      }
      if (stopped) {
        say("Not sent: cancelled.");
        continue;
      }
      const doing = `Sending ${number + 1} of ${files.length}`;
      show(doing, sent, bytes);
      try {
        const name = await send(batch, file, (loaded) => show(doing, sent + loaded, bytes));
        rows.set(name, row);
        say("Sent");
      } catch (error) {
        stopped = error.message === "Cancelled.";
        say(`Not sent: ${error.message}`);
        row.classList.add("rejected");
      }
      sent += file.size;
    }
    if (stopped) throw new Error("Cancelled; nothing was added.");
    if (!rows.size) throw new Error("No file was sent.");
    await start("add", { batch }, rows);
  }

  // Starts a job, offering to try again while others are at work.
  async function start(action, body, rows) {
    try {
      await watch(await post(action, body), rows);
    } catch (error) {
      if (action === "add") {
        const again = element("button", "Try again", "again");
        again.type = "button";
        again.addEventListener("click", () => alone(() => start(action, body, rows)));
        byId("told").after(again);
      }
      throw error;
    }
  }

  const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

  async function watch(job, rows) {
    sessionStorage.setItem("job", job.job);
    cancel = () => post("cancel", { job: job.job }).catch((error) => tell(error.message, true));
    while (job.state === "running") {
      const count = job.total > 0 ? ` ${job.done} of ${job.total}` : "";
      show(`${STAGES[job.stage] || "Working"}${count}`, job.done, job.total);
      await pause(400);
      job = await post("job", { job: job.job });
    }
    sessionStorage.removeItem("job");
    report(job, rows || new Map());
    await refresh();
    tell(summary(job), job.state === "failed");
  }

  function summary(job) {
    if (job.state === "failed") return job.sentence;
    if (job.state === "cancelled") return "Cancelled; what was finished before is kept.";
    const { added, changed, duplicates, unchanged, rejected, embedded } = job.counts;
    if (job.kind === "reembed") return `Done: ${embedded} texts were embedded.`;
    if (job.kind === "forget") return "Taken off the list.";
    const parts = [
      [added, "added"],
      [changed, "changed"],
      [duplicates, "known already"],
      [unchanged, "unchanged"],
      [rejected, "not used"],
    ].filter(([count]) => count);
    return `Done: ${parts.map(([count, word]) => `${count} ${word}`).join(", ") || "nothing new"}.`;
  }

  const MEMBERS = 50; // of one archive that are told one by one

  function report(job, rows) {
    const members = new Map();
    for (const outcome of job.outcomes) {
      const [whole] = outcome.name.split(/!\/|#\d+$/);
      const row = rows.get(outcome.name) || rows.get(whole);
      if (!row) {
        results.append(described(element("li"), outcome, outcome.name));
      } else if (whole === outcome.name) {
        described(row, outcome, outcome.name);
      } else {
        if (!members.has(row)) members.set(row, []);
        members.get(row).push(outcome);
      }
    }
    for (const [row, found] of members) {
      const count = (state) => found.filter((one) => one.state === state).length;
      const known = count("copy") + count("version");
      row.querySelector(".outcome").textContent =
        `${count("release")} added, ${known} known already, ${count("rejected")} not used`;
      const list = element("ul");
      for (const one of found.slice(0, MEMBERS)) {
        list.append(described(element("li"), one, one.name));
      }
      if (found.length > MEMBERS) list.append(element("li", `and ${found.length - MEMBERS} more`));
      row.append(list);
    }
    for (const row of rows.values()) {
      const outcome = row.querySelector(".outcome");
      if (outcome?.textContent === "Sent") {
        outcome.textContent = job.state === "done" ? "Holds nothing." : "Not added.";
      }
    }
  }

  function link(path, text) {
    const made = element("a", text || "Untitled");
    made.href = path;
    return made;
  }

  function described(row, outcome, name) {
    row.className = outcome.state;
    const told = element("span", "", "outcome");
    if (outcome.state === "release") {
      told.append("Added: ", link(`read/${outcome.release}`, outcome.title));
    } else if (outcome.state === "copy") {
      told.append("The library has it already: ", link(`read/${outcome.of}`, outcome.title));
    } else if (outcome.state === "version") {
      told.append("Another version of ", link(`read/${outcome.of}`, outcome.title), " – ");
      told.append(link(`differences?old=${outcome.of}&new=${outcome.release}`, "what differs"));
    } else {
      told.append(`Not used: ${outcome.reason}`);
    }
    row.replaceChildren(element("strong", name), " ", told);
    return row;
  }

  // Takes what the library holds now from a fresh copy of this page.
  async function refresh() {
    try {
      const reply = await fetch(address("library"));
      const page = new DOMParser().parseFromString(await reply.text(), "text/html");
      const fresh = page.getElementById("holdings");
      if (!fresh) return;
      const lost = byId("holdings").contains(document.activeElement);
      byId("holdings").replaceWith(document.adoptNode(fresh));
      if (lost) byId("told").focus();
    } catch {
      // The page still shows what was there before; the outcome is told all the same.
    }
  }

  byId("cancel").addEventListener("click", () => cancel?.());

  byId("files")?.addEventListener("change", (event) => {
    const files = [...event.target.files];
    event.target.value = "";
    if (files.length) alone(() => add(files));
  });

  byId("fetch")?.addEventListener("submit", (event) => {
    event.preventDefault();
    const url = byId("url").value;
    alone(async () => {
      results.replaceChildren();
      await start("fetch", { url });
      byId("url").value = "";
    });
  });

  document.addEventListener("submit", (event) => {
    if (event.target.id !== "reembed") return;
    event.preventDefault();
    const model = Number(byId("model").value);
    alone(() => start("reembed", { model }));
  });

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("button[data-numbers]");
    if (!button) return;
    const numbers = button.dataset.numbers.split(" ").map(Number);
    const action = button.classList.contains("forget") ? "forget" : "retry";
    alone(async () => {
      results.replaceChildren();
      await start(action, { numbers });
    });
  });

  const drop = byId("drop");
  if (drop) {
    // Anywhere else a dropped file would take the place of the page.
    for (const kind of ["dragover", "drop"]) {
      window.addEventListener(kind, (event) => event.preventDefault());
    }
    drop.addEventListener("dragover", () => drop.classList.add("over"));
    drop.addEventListener("dragleave", () => drop.classList.remove("over"));
    drop.addEventListener("drop", (event) => {
      drop.classList.remove("over");
      const files = [...event.dataTransfer.files];
      if (files.length) alone(() => add(files));
    });
  }

  // A job that was running when the page was left.
  const left = sessionStorage.getItem("job");
  if (left) {
    alone(async () => {
      let job;
      try {
        job = await post("job", { job: left });
      } catch {
        sessionStorage.removeItem("job");
        return;
      }
      await watch(job);
    });
  }
})();
