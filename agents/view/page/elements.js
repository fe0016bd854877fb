// Elements from plain values: the one place where the document is built.
//
// Everything a model or a document wrote goes in as text. No function here takes markup, an address outside of this
// page, a source to load or a handler as text, so no view can put one in by mistake.

const ATTRIBUTES = new Set([
  "class",
  "id",
  "for",
  "name",
  "type",
  "value",
  "placeholder",
  "title",
  "lang",
  "dir",
  "role",
  "tabindex",
  "rows",
  "cols",
  "min",
  "max",
  "step",
  "scope",
  "colspan",
  "open",
  "hidden",
  "disabled",
  "checked",
  "selected",
  "readonly",
  "multiple",
  "autocomplete",
  "spellcheck",
  "inputmode",
  "datetime",
  "list",
  "maxlength",
  "required",
  "autocapitalize",
  "size",
  "viewBox",
  "width",
  "height",
  "x",
  "y",
  "x1",
  "x2",
  "y1",
  "y2",
  "d",
  "points",
  "preserveAspectRatio",
  "text-anchor",
]);

/** Make an element. `given`: attributes, `on…` functions, `data` and `style` tables. Children: elements or text. */
export function h(name, given = {}, ...children) {
  return fill(document.createElement(name), given, children);
}

/** The same for the parts of a drawing. */
export function drawn(name, given = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", name), given, children);
}

function fill(element, given, children) {
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function" && key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "data") for (const [name, of] of Object.entries(value)) element.dataset[name] = of;
    else if (key === "style") for (const [name, of] of Object.entries(value)) element.style.setProperty(name, of);
    else if (key === "href") element.setAttribute("href", inside(value));
    else if (ATTRIBUTES.has(key) || key.startsWith("aria-")) element.setAttribute(key, value === true ? "" : value);
    else throw new TypeError(`no view sets ${key}`);
  }
  add(element, children);
  return element;
}

/** Put children at the end of an element; texts become text, null and false nothing. */
export function add(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** Let an element hold these children and no others. */
export function refill(element, ...children) {
  element.replaceChildren();
  add(element, children);
  return element;
}

function inside(address) {
  if (!String(address).startsWith("#")) throw new TypeError("links lead inside this page only");
  return address;
}

/** Refill without taking the focus from who is at the keyboard: what had it gets it again, known by its `data-key`. */
export function keepingFocus(element, change) {
  const had = element.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  change();
  if (had === undefined) return;
  for (const other of element.querySelectorAll("[data-key]")) {
    if (other.dataset.key === had) other.focus({ preventScroll: true });
  }
}
