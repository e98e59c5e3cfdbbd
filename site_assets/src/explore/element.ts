/**
 * `<modelpress-explore name="NAME">`: an explainer. The build writes its initial picture. This module
 * activates its controls and handles, and renders the view after each change.
 */
import morphdom from "morphdom";
import { explainers } from "virtual:modelpress/explainers";
import { copyText, leaveLink, readLink, writeLink } from "../core/link";
import { Voice } from "../core/announce";
import { own } from "../core/own";
import { dataOf, optionalPart, part, setText } from "../core/dom";
import { frameOf } from "../core/frame";
import { quoted } from "../core/quoting";
import type { Attached, Drag, Explainer } from "./explainer";
import { readState, initialValues, stateText, tableHtml, type Values } from "./figure";
import { InvalidValue } from "./draw/params";
import { Player, SPEEDS } from "./player";

const NEAR = "400px";
const IN_VIEW = 0.6; // part of the picture that is in view when it first moves
const STEP_FIELDS = ["at", "at-typed"]; // the step as a slider and as a typed number
const KEY_STEPS = 50; // arrow-key presses across an axis
const SHIFT_FACTOR = 5; // with Shift, a key moves this many steps

export class ModelpressExplore extends HTMLElement {
  #lifetime: AbortController | null = null;
  #explainer: Explainer | null = null;
  #resource: unknown = null;
  #start: Values = {};
  #values: Values = {};
  #step = 0;
  #previewed: number | null = null; // the step that is shown while the figure first moves
  readonly #player = new Player();
  #frame = 0;
  #hasLink = false;
  #dragged = false;
  #voice!: Voice;
  #attached: Attached<Values> | null = null;

  connectedCallback(): void {
    if (this.#lifetime) return; // moved within the page
    this.#lifetime = new AbortController();
    const { signal } = this.#lifetime;
    const watch = new IntersectionObserver(
      ([seen]) => {
        if (!seen?.isIntersecting) return;
        watch.disconnect();
        void this.#activate(signal);
      },
      { rootMargin: NEAR },
    );
    watch.observe(this);
    signal.addEventListener("abort", () => { watch.disconnect(); });
  }

  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#pause();
      cancelAnimationFrame(this.#frame);
      this.#voice?.stop();
      this.#attached?.stop();
      this.#attached = null;
      this.#lifetime?.abort();
      this.#lifetime = null;
    });
  }

  /** Sets values as if a control had changed. */
  change(values: Values): void {
    this.#endPreview();
    const viewOnly = this.#explainer?.viewOnly ?? [];
    const stays = this.#explainer?.steps?.keep ?? Object.keys(values).every((name) => viewOnly.includes(name));
    if (!stays) {
      this.#pause();
      this.#step = 0;
    }
    this.#values = { ...this.#values, ...values };
    this.#updateFields();
    this.#scheduleRender(true);
  }

  async #activate(signal: AbortSignal): Promise<void> {
    const load = own(explainers, this.getAttribute("name") ?? "");
    const explainer = await load?.().then((module) => module.default as Explainer, () => null);
    if (!explainer) {
      setText(part(this, "notice"), "The script of this figure could not be loaded. Reload the page to try again.");
      return;
    }
    if (signal.aborted) return;
    this.#explainer = explainer;
    const resource = optionalPart(this, "resource");
    this.#resource = resource && JSON.parse(dataOf(resource));
    this.#start = initialValues(explainer, JSON.parse(this.dataset["options"] ?? "{}") as Record<string, string>);
    this.#values = this.#start;
    this.#voice = new Voice(part(this, "live"));
    this.#wire(signal);
    for (const control of this.querySelectorAll<HTMLButtonElement>(":is(button, input, select):disabled")) control.disabled = false;
    const linked = this.#applyLink();
    if (!linked) this.#render();
    this.setAttribute("state", "ready");
    if (!linked && explainer.steps) this.#moveOnce(signal);
    const host = {
      element: this as HTMLElement,
      change: (values: Values) => { this.change(values); },
      show: (resource: unknown) => {
        this.#resource = resource;
        this.#scheduleRender(false);
      },
    };
    const attached = await explainer.attach?.(host, this.#resource).catch(() => null);
    if (!attached) return;
    if (signal.aborted) attached.stop();
    else (this.#attached = attached).update(this.#values, this.#step);
  }

  #wire(signal: AbortSignal): void {
    const explainer = this.#explainer!;
    const press = (name: string, act: () => void): void => {
      optionalPart(this, name)?.addEventListener("click", act, { signal });
    };
    press("step", () => { this.#advance(1); });
    press("play", () => { this.#togglePlay(); });
    optionalPart(this, "speed")?.addEventListener("change", () => { if (this.#player.playing) this.#play(); }, { signal });
    press("reset", () => { this.#reset(); });
    press("copy", () => void this.#copy());
    for (const [name, action] of Object.entries(explainer.actions ?? {})) {
      press(`act-${name}`, () => { this.change(action.act(this.#values, this.#step)); });
    }
    const on = (type: string, act: (event: Event) => void): void => { this.addEventListener(type, act, { signal }); };
    on("input", (event) => { this.#handleInput(event, false); });
    on("change", (event) => { this.#handleInput(event, true); });
    on("pointerdown", (event) => { this.#startDrag(event as PointerEvent, signal); });
    on("click", (event) => { this.#handleClick(event as MouseEvent); });
    on("keydown", (event) => { this.#moveByKey(event as KeyboardEvent); });
    part(this, "twin").addEventListener("toggle", () => { this.#renderTable(); }, { signal });
    window.addEventListener("hashchange", () => { this.#applyLink(); }, { signal });
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.#pause(); }, { signal });
  }

  /** Handles a control's new value. done: the event is `change`, not `input`. */
  #handleInput(event: Event, done: boolean): void {
    const field = event.target as HTMLInputElement;
    if (STEP_FIELDS.includes(field.dataset["part"]!) && field.type === (done ? "number" : "range")) this.#scrub(field);
    const name = field.dataset["param"];
    if (!name) return;
    const param = this.#explainer!.params[name]!;
    const typed = field.type === "number" || field.type === "text";
    if (typed !== done) return; // typed text counts on `change`, all other controls on `input`
    const text = field.type === "checkbox" ? (field.checked ? "on" : "off")
      : field.dataset["scale"] === "log" ? String(10 ** Number(field.value)) : field.value;
    const value: unknown = param.read(text);
    field.toggleAttribute("aria-invalid", false);
    if (value instanceof InvalidValue) {
      field.setAttribute("aria-invalid", "true");
      setText(part(this, "field-error"), `${quoted(text, 30)} is not ${value.expected}; still using ${param.write(this.#values[name]).replaceAll("_", " ")}.`);
      return;
    }
    setText(part(this, "field-error"), "");
    this.change({ [name]: value });
  }

  #startDrag(event: PointerEvent, signal: AbortSignal): void {
    const target = event.target as HTMLElement;
    const area = target.closest<HTMLElement>("[data-frame]");
    const handle = target.closest<HTMLElement>("[data-handle]") ?? area?.querySelector<HTMLElement>("[data-handle][data-anywhere]");
    this.#dragged = false;
    if (!area || !handle || event.button !== 0 || !this.#explainer!.drag) return;
    this.#dragged = true;
    event.preventDefault();
    handle.focus({ preventScroll: true });
    const move = new AbortController();
    const frame = frameOf(area);
    const [[fromX, fromY], byX, byY] = [frame.under(event), Number(handle.dataset["x"]), Number(handle.dataset["y"])];
    const relative = handle.hasAttribute("data-relative"); // moves by the pointer's distance, not to the pointer
    const to = (at: PointerEvent): void => {
      const [x, y] = frame.under(at);
      this.#drag(handle, ...(relative ? frame.clamp(byX + x - fromX, byY + y - fromY) : [x, y] as const), false);
    };
    const both = { signal: AbortSignal.any([signal, move.signal]) };
    area.setPointerCapture(event.pointerId);
    area.addEventListener("pointermove", to, both);
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) area.addEventListener(end, () => { move.abort(); }, both);
    to(event);
  }

  /** Handles a click on an area or on a button in it, also by Enter. Clicks on handles are ignored. */
  #handleClick(event: MouseEvent): void {
    const target = (event.target as HTMLElement).closest<HTMLElement>("[data-press]");
    const dragged = this.#dragged && event.detail > 0; // browsers send a click after a drag
    this.#dragged = false;
    if (!target || dragged || (event.target as HTMLElement).closest("[data-handle]")) return;
    const { press = "", index = "0", x, y } = target.dataset;
    const [atX, atY] = x === undefined ? frameOf(target).under(event) : [Number(x), Number(y)];
    const drag: Drag = { handle: press, index: Number(index), x: atX, y: atY, key: event.detail === 0 };
    this.change(this.#explainer!.drag!(this.#values, drag, this.#step, this.#resource));
  }

  #moveByKey(event: KeyboardEvent): void {
    const handle = (event.target as HTMLElement).closest<HTMLElement>("[data-handle]");
    const area = handle?.closest<HTMLElement>("[data-frame]");
    const way = own({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }, event.key);
    if (!handle || !area || !way) return;
    event.preventDefault();
    const [x0 = 0, x1 = 1, y0 = 0, y1 = 1] = (area.dataset["frame"] ?? "").split(" ").map(Number);
    const by = (event.shiftKey ? SHIFT_FACTOR : 1) / KEY_STEPS;
    const x = Number(handle.dataset["x"]) + way[0]! * by * (x1 - x0);
    const y = Number(handle.dataset["y"]) + way[1]! * by * (y1 - y0);
    this.#drag(handle, Math.max(x0, Math.min(x1, x)), Math.max(y0, Math.min(y1, y)), true);
  }

  #drag(handle: HTMLElement, x: number, y: number, key: boolean): void {
    const drag: Drag = { handle: handle.dataset["handle"]!, index: Number(handle.dataset["index"] ?? 0), x, y, key };
    this.change(this.#explainer!.drag!(this.#values, drag, this.#step, this.#resource));
  }

  #advance(count: number): void {
    this.#pause();
    this.#step = Math.min(this.#step + count, this.#explainer!.steps!.most);
    this.#scheduleRender(true);
  }

  /** Shows the step of the slider or of the typed field. */
  #scrub(field: HTMLInputElement): void {
    const { most, each = 1 } = this.#explainer!.steps!;
    this.#pause();
    if (Number.isFinite(field.valueAsNumber)) this.#step = Math.max(0, Math.min(most, Math.round(field.valueAsNumber / each)));
    this.#scheduleRender(true);
  }

  #togglePlay(): void {
    if (this.#player.playing && this.#previewed === null) this.#pause();
    else this.#play();
  }

  #play(): void {
    this.#endPreview();
    const steps = this.#explainer!.steps!;
    if (this.#step >= steps.most) this.#step = 0;
    const arrived = (): boolean => steps.arrived?.(this.#values, this.#step, this.#resource) ?? false;
    const stops = !arrived(); // from there it plays on to the last step
    setText(part(this, "play"), "Pause");
    const speed = SPEEDS[part<HTMLSelectElement>(this, "speed").value] ?? 1;
    this.#player.play(steps, speed, this.#step, (step, last) => {
      this.#step = step;
      const settled = stops && !last && arrived();
      if (last || settled) this.#pause();
      this.#scheduleRender(last || settled);
      if (settled) setText(part(this, "notice"), "Hardly anything changes any more, so it stops here. Play goes on.");
      return settled;
    });
  }

  #pause(): void {
    this.#endPreview();
    this.#player.stop();
    const button = optionalPart(this, "play");
    if (button) setText(button, "Play");
  }

  /** When the picture first comes into view, shows the first steps and returns to the start. */
  #moveOnce(signal: AbortSignal): void {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const stage = part(this, "stage");
    const ends = ["pointerdown", "keydown", "focusin", "input"];
    const watch = new IntersectionObserver(([seen]) => {
      if (!seen?.isIntersecting) return;
      watch.disconnect();
      if (this.#step > 0 || this.#player.playing || this.contains(document.activeElement)) return;
      this.#player.preview(this.#explainer!.steps!, (step) => {
        if (step === null) this.#endPreview();
        else {
          this.#previewed = step;
          this.#scheduleRender(false);
        }
      });
    }, { threshold: IN_VIEW });
    watch.observe(stage.querySelector(".mp-plot") ?? stage);
    for (const type of ends) this.addEventListener(type, () => { watch.disconnect(); this.#endPreview(); }, { signal, capture: true });
    signal.addEventListener("abort", () => { watch.disconnect(); });
  }

  #endPreview(): void {
    if (this.#previewed === null) return;
    this.#previewed = null;
    this.#player.stop();
    this.#render();
  }

  #reset(): void {
    const now = stateText(this.#explainer!, this.#start, this.#values, this.#step);
    this.#pause();
    if (now) {
      writeLink(this.#key, now);
      leaveLink(this.#key);
      this.#hasLink = true;
    }
    [this.#values, this.#step] = [this.#start, 0];
    setText(part(this, "field-error"), "");
    this.#updateFields();
    this.#scheduleRender(true);
    setText(part(this, "notice"), now ? "Reset. The browser's Back button restores your values." : "");
  }

  async #copy(): Promise<void> {
    const link = writeLink(this.#key, stateText(this.#explainer!, this.#start, this.#values, this.#step));
    this.#hasLink = true;
    const copied = await copyText(link);
    setText(part(this, "notice"), copied ? "Link to this state copied." : "The link to this state is in the address bar.");
  }

  get #key(): string {
    return this.dataset["key"] ?? "";
  }

  /** Applies this figure's state in the page's URL; false if there is none. */
  #applyLink(): boolean {
    const states = readLink();
    const text = states.get(this.#key);
    const heading = states.size === 0 && location.hash !== "";
    if (text === undefined && (heading || !this.#hasLink)) return false;
    this.#hasLink = text !== undefined;
    this.#pause();
    const { values, step, wrong } = readState(this.#explainer!, this.#start, text ?? "");
    [this.#values, this.#step] = [values, step];
    this.#updateFields();
    this.#render();
    setText(part(this, "notice"), wrong);
    return true;
  }

  /** Renders the values in the next frame. announce: screen readers read the sentence. */
  #scheduleRender(announce: boolean): void {
    if (announce && optionalPart(this, "notice")?.textContent) setText(part(this, "notice"), "");
    if (announce) this.setAttribute("aloud", "");
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#render();
      if (this.hasAttribute("aloud")) this.#voice.say(part(this, "reading").textContent);
      this.removeAttribute("aloud");
    });
  }

  #render(): void {
    const explainer = this.#explainer!;
    const step = this.#previewed ?? this.#step;
    const view = explainer.view(this.#values, step, this.#resource);
    const stage = part(this, "stage");
    morphdom(stage, `<div>${view.picture}</div>`, {
      childrenOnly: true,
      // Elements with data-keep belong to a script; unchanged elements are skipped.
      onBeforeElUpdated: (from, to) => !from.hasAttribute("data-keep") && !from.isEqualNode(to),
      onBeforeNodeDiscarded: (node) => !(node instanceof Element && node.hasAttribute("data-keep")),
    });
    setText(part(this, "reading"), view.reading);
    if (part<HTMLDetailsElement>(this, "twin").open) part(this, "table").innerHTML = tableHtml(explainer, view);
    this.#attached?.update(this.#values, step);
    this.setAttribute("step", String(this.#step));
    const shown = String(step * (explainer.steps?.each ?? 1));
    for (const name of STEP_FIELDS) {
      const field = optionalPart<HTMLInputElement>(this, name);
      const typing = this.#player.playing && field === document.activeElement;
      if (field && field.value !== shown && !typing) field.value = shown; // an equal value would lose the selection
    }
  }

  #renderTable(): void {
    const explainer = this.#explainer!;
    const view = explainer.view(this.#values, this.#step, this.#resource);
    part(this, "table").innerHTML = tableHtml(explainer, view);
  }

  /** Updates the controls from the values. */
  #updateFields(): void {
    for (const field of this.querySelectorAll<HTMLInputElement>("[data-param]")) {
      const name = field.dataset["param"]!;
      const text = this.#explainer!.params[name]!.write(this.#values[name]);
      field.removeAttribute("aria-invalid");
      if (field.type === "radio") field.checked = field.value === text;
      else if (field.type === "checkbox") field.checked = text === "on";
      else if (field === document.activeElement && field.type === "range") continue;
      else if (field.dataset["scale"] === "log") field.value = String(Math.log10(Number(text)));
      else field.value = field.type === "text" ? text.replaceAll("_", " ") : text;
      if (field.type === "range") field.setAttribute("aria-valuetext", text);
    }
  }
}

/** Registers the custom element. */
export function start(): void {
  if (!customElements.get("modelpress-explore")) customElements.define("modelpress-explore", ModelpressExplore);
}
