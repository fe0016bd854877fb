// Writing the pairs out, as people left them, in the forms that trainers read.

import { post, Trouble } from "./api.js";
import { h, refill } from "./elements.js";
import { inline } from "./foreign.js";

const FORMS = ["messages", "sharegpt", "alpaca", "action-text", "dpo", "parquet"];

export function exporting(say) {
  const form = h(
    "select",
    { id: "form" },
    FORMS.map((name) => h("option", { value: name }, name)),
  );
  const out = h("p", { class: "quiet", role: "status" });
  const go = h(
    "button",
    {
      type: "button",
      onclick: async () => {
        go.disabled = true;
        refill(out, "Writing…");
        try {
          const { written } = await post("export", { format: form.value });
          refill(out, inline(written));
          say("Written.");
        } catch (error) {
          if (!(error instanceof Trouble)) throw error;
          refill(out, h("span", { class: "rejected" }, inline(error.message)));
        } finally {
          go.disabled = false;
        }
      },
    },
    "Export",
  );
  return h(
    "section",
    { class: "exporting" },
    h("h2", {}, "Export"),
    h("p", { class: "quiet" }, "Accepted pairs, with everything people accepted, rejected and edited here."),
    h("p", {}, h("label", { for: "form" }, "Form "), form, " ", go),
    out,
  );
}
