// The pair as the trainer sees it: what the model learns to say, and what it only reads. Each stretch says in words
// which it is.

import { h } from "./elements.js";
import { share, whole } from "./figures.js";
import { block } from "./foreign.js";

export function trainedOf({ template, segments, characters }) {
  const part = (segment) =>
    h(
      "div",
      { class: `segment ${segment.trained ? "is-trained" : "is-read"}` },
      h(
        "p",
        { class: "side" },
        segment.trained ? "trained" : "read",
        h("span", { class: "note n" }, `${whole(segment.text.length)} ch.`),
      ),
      block(segment.text, { class: "code" }),
    );
  return h(
    "div",
    { class: "trained-view" },
    h(
      "p",
      { class: "quiet" },
      `${whole(characters.trained)} of ${whole(characters.all)} characters are trained, ${share(characters.trained, characters.all)}; template ${template}.`,
    ),
    segments.map(part),
  );
}
