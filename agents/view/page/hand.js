// A person's hand on a pair: accept, reject with a reason, edit, undo. What is typed is kept as a draft until it is
// saved; who comes second is told what the first did, and loses nothing.

import { post, Trouble } from "./api.js";
import { conflict } from "./conflict.js";
import { editForm } from "./edit.js";
import { add, h, refill } from "./elements.js";
import { inline } from "./foreign.js";
import { Draft, stored } from "./kept.js";
import { decided, outdated } from "./listing.js";
import * as route from "./route.js";

const DONE = { accept: "Accepted.", reject: "Rejected.", edit: "Saved as a new version.", undo: "Taken back." };

/** Who is at the keyboard; "" where nobody said. */
export const who = () => (stored(localStorage, "who") ?? "").trim();

export class HandBar {
  constructor(told, { say, changed }) {
    [this.told, this.say, this.changed] = [told, say, changed];
    this.base = told.hand?.version ?? 0;
    this.form = h("div", { class: "hand-form" });
    this.bar = h("div", { class: "hand" }, this.buttons(), this.form);
  }

  buttons() {
    const button = (press, name, run, given = {}) =>
      h(
        "button",
        { type: "button", onclick: run, "aria-keyshortcuts": press, ...given },
        name,
        h("kbd", { "aria-hidden": "true" }, press),
      );
    const keys = this.keys();
    if (!this.told.isInData) return this.nothing();
    return h(
      "div",
      { class: "buttons" },
      button("a", "Accept", keys.a),
      button("r", "Reject", keys.r),
      button("e", "Edit", keys.e),
      button("u", "Undo", keys.u, { disabled: !this.last() }),
    );
  }

  nothing() {
    const branch = /!(\d+)/.exec(this.told.id);
    if (!this.told.row || !branch) return h("p", { class: "quiet" }, "There is no pair here to accept or edit.");
    const link = h("a", { href: route.branch(branch[1]) }, `Branch ${branch[1]}`);
    return h("p", { class: "quiet" }, "A branch's pair, as it was made. ", link, " takes it into the data.");
  }

  keys() {
    if (!this.told.isInData) return {};
    return {
      a: () => this.act("accept", { reason: "" }),
      r: () => this.reject(),
      e: () => this.edit(this.atMessage()),
      u: () => this.undo(),
    };
  }

  /** What was decided last and still stands. */
  last() {
    return (this.told.hand?.acts ?? []).findLast((act) => act.act !== "undo" && !act.undone);
  }

  undo() {
    const last = this.last();
    if (last) return this.act("undo", { act: last.n });
    return this.say("There is nothing to take back.");
  }

  // The message at hand: the one with the focus, else the model's last words.
  atMessage() {
    const here = document.activeElement?.closest("article[data-message]")?.dataset.message;
    if (here !== undefined) return Number(here);
    const found = this.told.row.messages.findLastIndex((message) => message.role === "assistant");
    return Math.max(found, 0);
  }

  // -- forms

  reject() {
    const draft = new Draft(this.told.id, "reason");
    const box = h("textarea", {
      id: "reason",
      rows: "2",
      oninput: () => {
        draft.text = box.value;
      },
    });
    box.value = draft.text ?? "";
    const save = () => this.act("reject", { reason: box.value.trim() }, () => draft.forget());
    const away = () => {
      draft.forget();
      this.close();
    };
    this.open(
      h(
        "form",
        {
          class: "reject-form",
          onsubmit: (event) => {
            event.preventDefault();
            save();
          },
          onkeydown: (event) => {
            if (event.key === "Escape") this.close();
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) save();
          },
        },
        h("label", { for: "reason" }, "Why is it rejected?"),
        box,
        this.submit("Reject"),
        h("button", { type: "button", class: "bare", onclick: away }, "Cancel"),
      ),
      box,
    );
  }

  edit(n) {
    const article = document.querySelector(`article[data-message="${Number(n)}"]`);
    if (!article) {
      new Draft(this.told.id, "edit next").text = String(n);
      location.hash = route.pair(this.told.id);
      return document.querySelector('[data-way="messages"]')?.click() ?? this.resume();
    }
    return editForm(article, this.told, n, this);
  }

  /** After a reload: open again what was being typed. */
  resume() {
    const next = new Draft(this.told.id, "edit next");
    if (!this.told.isInData) return;
    if (new Draft(this.told.id, "reason").text) this.reject();
    const left = this.told.row.messages.findIndex((_, n) => new Draft(this.told.id, `edit ${n}`).text);
    const n = next.text === null ? left : Number(next.text);
    next.forget();
    if (n >= 0 && document.querySelector(`article[data-message="${n}"]`)) this.edit(n);
  }

  submit(name) {
    return h("button", { type: "submit", class: "main" }, name, h("kbd", { "aria-hidden": "true" }, "Ctrl ↵"));
  }

  open(form, focus) {
    refill(this.form, form);
    focus?.focus();
  }

  close() {
    refill(this.form);
    this.bar.querySelector("button")?.focus();
  }

  // -- saving

  /** Write an act down. `saved` is called once it stands; on a conflict the other's acts are shown instead. */
  async act(act, value, saved = () => {}, base = this.base, place = this.form) {
    if (!who()) return this.askWho(() => this.act(act, value, saved, base, place), place);
    const { changed: _, ...sent } = value;
    try {
      await post("hand", { record: this.told.id, act, value: sent, base, who: who() });
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      if (error.status === 409)
        return conflict(place, error.body.acts ?? [], this.told, {
          anyway: (newest, mended) => this.act(act, mended ?? value, saved, newest, place),
          theirs: () => this.changed(),
          act,
          value,
        });
      place.querySelector(".trouble")?.remove();
      return add(place, [h("p", { class: "trouble", role: "alert" }, inline(error.message))]);
    }
    saved();
    if (act === "accept" || act === "reject")
      decided(this.told.id, { verdict: act === "accept" ? "accepted" : "rejected", hand: true });
    else outdated();
    this.say(`${DONE[act] ?? "Done."}${act === "undo" ? "" : " u takes it back."}`);
    return this.changed();
  }

  askWho(then, place) {
    const field = h("input", { id: "who-now", autocomplete: "off", maxlength: "60", required: true });
    const form = h(
      "form",
      {
        class: "who-form",
        onsubmit: (event) => {
          event.preventDefault();
          const box = document.getElementById("who");
          box.value = field.value;
          box.dispatchEvent(new Event("input"));
          form.remove();
          if (who()) then();
        },
      },
      h("label", { for: "who-now" }, "Your name, to be kept beside what you decide: "),
      field,
      h("button", { type: "submit" }, "Go on"),
    );
    place.querySelector(".who-form")?.remove();
    add(place, [form]);
    field.focus();
  }
}
