// A person's hand on a pair: accept, reject with a reason, edit, undo. What is typed is kept as a draft until it is
// saved; who comes second is told what the first did, and loses nothing.

import { post, Trouble } from "./api.js";
import { conflict } from "./conflict.js";
import { editForm, isOpen } from "./edit.js";
import { add, h, refill } from "./elements.js";
import { inline } from "./foreign.js";
import { Draft, stored } from "./kept.js";
import { decided, outdated } from "./listing.js";
import * as route from "./route.js";
import { undoForm, whose } from "./undo.js";

const DONE = { accept: "Accepted.", reject: "Rejected.", edit: "Saved as a new version." };

/** Who is at the keyboard; "" where nobody said. */
export const who = () => (stored(localStorage, "who") ?? "").trim();

export class HandBar {
  /** `changed()`: draw anew what was decided here; `look()`: read what others decided, and return the newest story;
   * `idle()`: the last form was closed. */
  constructor(told, { say, changed, look, idle }) {
    [this.told, this.say, this.changed, this.look] = [told, say, changed, look];
    this.closed = () => {
      if (!this.busy) idle();
    };
    this.base = told.hand?.version ?? 0;
    this.form = h("div", { class: "hand-form" });
    this.bar = h("div", { class: "hand" }, this.buttons(), this.form);
  }

  /** Go on from a newer story of the same pair: what is decided from now on is decided in its knowledge. */
  renew(told) {
    this.told = told;
    this.base = told.hand?.version ?? 0;
    const undo = this.bar.querySelector('[aria-keyshortcuts="u"]');
    if (undo) undo.disabled = !this.last();
  }

  /** Is somebody at a form: one that was begun counts on what was seen when it was. */
  get busy() {
    return this.form.childElementCount > 0 || document.querySelector("article.editing") !== null;
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
    if (!last) return this.say("There is nothing to take back.");
    if (!who() || last.who === who()) return this.takeBack(last);
    const form = undoForm(last, { go: () => this.takeBack(last), away: () => this.close() });
    return this.open(form, form.querySelector("button"));
  }

  takeBack(last) {
    return this.act("undo", { act: last.n }, () => {}, this.base, this.form, `Taken back: ${whose(last, who())}.`);
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
            if (event.key === "Escape") away();
            if (event.key !== "Enter" || event.isComposing || event.shiftKey) return;
            const whole = event.ctrlKey || event.metaKey;
            if (event.target !== box || (!whole && box.value.includes("\n"))) return;
            event.preventDefault();
            save();
          },
        },
        h("label", { for: "reason" }, "Why is it rejected?"),
        box,
        this.submit("Reject", "↵"),
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
    const left = this.told.row.messages.findIndex((_, n) => isOpen(new Draft(this.told.id, `edit ${n}`).text));
    const n = next.text === null ? left : Number(next.text);
    next.forget();
    if (n >= 0 && document.querySelector(`article[data-message="${n}"]`)) this.edit(n);
  }

  submit(name, press = "Ctrl ↵") {
    return h("button", { type: "submit", class: "main" }, name, h("kbd", { "aria-hidden": "true" }, press));
  }

  open(form, focus) {
    refill(this.form, form);
    focus?.focus();
  }

  close() {
    refill(this.form);
    this.bar.querySelector("button")?.focus();
    this.closed();
  }

  // -- saving

  /** Write an act down. `saved` is called once it stands; on a conflict the other's acts are shown instead. */
  async act(act, value, saved = () => {}, base = this.base, place = this.form, done = DONE[act]) {
    if (!who()) return this.askWho(() => this.act(act, value, saved, base, place, done), place);
    if (this.writing) return undefined; // a key that is pressed twice is one act, and one u takes it back
    this.writing = true;
    try {
      return await this.write(act, value, saved, base, place, done);
    } finally {
      this.writing = false;
    }
  }

  async write(act, value, saved, base, place, done) {
    const { changed: _, ...sent } = value;
    try {
      await post("hand", { record: this.told.id, act, value: sent, base, who: who() });
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      if (error.status === 409)
        return conflict(place, error.body.acts ?? [], (await this.look()) ?? this.told, {
          anyway: (newest, mended) => this.act(act, mended ?? value, saved, newest, place, done),
          theirs: () => this.changed(),
          act,
          value,
        });
      place.querySelector(".trouble")?.remove();
      return add(place, [h("p", { class: "trouble", role: "alert" }, inline(error.message))]);
    }
    saved();
    // Who accepts, or takes back, is done with the rejection that was begun.
    new Draft(this.told.id, "reason").forget();
    if (act === "accept" || act === "reject")
      decided(this.told.id, { verdict: act === "accept" ? "accepted" : "rejected", hand: true });
    else outdated();
    this.say(`${done ?? "Done."}${act === "undo" ? "" : " u takes it back."}`);
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
        onkeydown: (event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation(); // the form around it stays
          form.remove();
          (place.closest("form, .hand")?.querySelector("textarea, button") ?? document.body).focus();
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
