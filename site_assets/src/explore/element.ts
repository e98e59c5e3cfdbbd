/**
 * `<modelpress-explore name="NAME">`: an explainer. The build wrote its first picture; here its controls
 * and handles come to life, and every change shows the view of the new values.
 */
import morphdom from "morphdom";
import { explainers } from "virtual:modelpress/explainers";
import { copyText, leaveLink, readLink, writeLink } from "../core/link";
import { Voice } from "../core/announce";
import { own } from "../core/own";
import { optionalPart, part, setText } from "../core/dom";
import { frameOf } from "../core/frame";
import { quoted } from "../core/quoting";
import type { Attached, Drag, Explainer } from "./explainer";
import { readState, startOf, stateText, tableHtml, type Values } from "./figure";
import { Wrong } from "./draw/params";

const NEAR = "400px";
const PLAY_MS = 160;
const NUDGES = 50; // arrow keys across an axis; with Shift a fifth of that
const FAR = 5;

export class ModelpressExplore extends HTMLElement {
  #life: AbortController | null = null;
  #made: Explainer | null = null;
  #resource: unknown = null;
  #start: Values = {};
  #values: Values = {};
  #step = 0;
  #timer = 0;
  #frame = 0;
  #linked = false;
  #grabbed = false;
  #voice!: Voice;
  #attached: Attached<Values> | null = null;

  connectedCallback(): void {
    if (this.#life) return; // moved within the page
    this.#life = new AbortController();
    const { signal } = this.#life;
    const watch = new IntersectionObserver(
      ([seen]) => {
        if (!seen?.isIntersecting) return;
        watch.disconnect();
        void this.#bringToLife(signal);
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
      this.#life?.abort();
      this.#life = null;
    });
  }

  /** Sets values as a reader's control would. */
  change(values: Values): void {
    const looks = this.#made?.looks ?? [];
    const stays = this.#made?.steps?.keep ?? Object.keys(values).every((name) => looks.includes(name));
    if (!stays) {
      this.#pause();
      this.#step = 0;
    }
    this.#values = { ...this.#values, ...values };
    this.#fields();
    this.#ask(true);
  }

  async #bringToLife(signal: AbortSignal): Promise<void> {
    const load = own(explainers, this.getAttribute("name") ?? "");
    const made = await load?.().then((module) => module.default as Explainer, () => null);
    if (!made) {
      setText(part(this, "notice"), "The script of this figure could not be loaded. Reload the page to try again.");
      return;
    }
    if (signal.aborted) return;
    this.#made = made;
    this.#resource = JSON.parse(optionalPart(this, "resource")?.textContent ?? "null");
    this.#start = startOf(made, JSON.parse(this.dataset["options"] ?? "{}") as Record<string, string>);
    this.#values = this.#start;
    this.#voice = new Voice(part(this, "live"));
    this.#wire(signal);
    for (const control of this.querySelectorAll<HTMLButtonElement>("button:disabled")) control.disabled = false;
    if (!this.#fromLink()) this.#show();
    this.setAttribute("state", "ready");
    const host = {
      element: this as HTMLElement,
      change: (values: Values) => { this.change(values); },
      show: (resource: unknown) => {
        this.#resource = resource;
        this.#ask(false);
      },
    };
    const attached = await made.attach?.(host, this.#resource).catch(() => null);
    if (!attached) return;
    if (signal.aborted) attached.stop();
    else (this.#attached = attached).update(this.#values, this.#step);
  }

  #wire(signal: AbortSignal): void {
    const made = this.#made!;
    const press = (name: string, act: () => void): void => {
      optionalPart(this, name)?.addEventListener("click", act, { signal });
    };
    press("step", () => { this.#take(1); });
    press("play", () => { this.#play(); });
    press("reset", () => { this.#reset(); });
    press("copy", () => void this.#copy());
    for (const [name, action] of Object.entries(made.actions ?? {})) {
      press(`act-${name}`, () => { this.change(action.act(this.#values, this.#step)); });
    }
    const on = (type: string, act: (event: Event) => void): void => { this.addEventListener(type, act, { signal }); };
    on("input", (event) => { this.#set(event, false); });
    on("change", (event) => { this.#set(event, true); });
    on("pointerdown", (event) => { this.#grab(event as PointerEvent, signal); });
    on("click", (event) => { this.#press(event as MouseEvent); });
    on("keydown", (event) => { this.#nudge(event as KeyboardEvent); });
    part(this, "twin").addEventListener("toggle", () => { this.#table(); }, { signal });
    window.addEventListener("hashchange", () => { this.#fromLink(); }, { signal });
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.#pause(); }, { signal });
  }

  /** A control has another value; `done` when the reader has left it. */
  #set(event: Event, done: boolean): void {
    const field = event.target as HTMLInputElement;
    const name = field.dataset["param"];
    if (!name) return;
    const param = this.#made!.params[name]!;
    const typed = field.type === "number" || field.type === "text";
    if (typed !== done) return; // a typed text counts when it is left, all else at once
    const text = field.type === "checkbox" ? (field.checked ? "on" : "off")
      : field.dataset["scale"] === "log" ? String(10 ** Number(field.value)) : field.value;
    const value: unknown = param.read(text);
    field.toggleAttribute("aria-invalid", false);
    if (value instanceof Wrong) {
      field.setAttribute("aria-invalid", "true");
      setText(part(this, "field-error"), `${quoted(text, 30)} is not ${value.expected}; ${param.write(this.#values[name]).replaceAll("_", " ")} stays.`);
      return;
    }
    setText(part(this, "field-error"), "");
    this.change({ [name]: value });
  }

  #grab(event: PointerEvent, signal: AbortSignal): void {
    const target = event.target as HTMLElement;
    const area = target.closest<HTMLElement>("[data-frame]");
    const handle = target.closest<HTMLElement>("[data-handle]") ?? area?.querySelector<HTMLElement>("[data-handle][data-anywhere]");
    this.#grabbed = false;
    if (!area || !handle || event.button !== 0 || !this.#made!.drag) return;
    this.#grabbed = true;
    event.preventDefault();
    handle.focus({ preventScroll: true });
    const move = new AbortController();
    const frame = frameOf(area);
    const [[fromX, fromY], byX, byY] = [frame.under(event), Number(handle.dataset["x"]), Number(handle.dataset["y"])];
    const apart = handle.hasAttribute("data-relative"); // moved by as much as the pointer, from where it was
    const to = (at: PointerEvent): void => {
      const [x, y] = frame.under(at);
      this.#drag(handle, ...(apart ? frame.held(byX + x - fromX, byY + y - fromY) : [x, y] as const), false);
    };
    const both = { signal: AbortSignal.any([signal, move.signal]) };
    area.setPointerCapture(event.pointerId);
    area.addEventListener("pointermove", to, both);
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) area.addEventListener(end, () => { move.abort(); }, both);
    to(event);
  }

  /** A press on what isn't dragged: a place of an area, or a button in it (by Enter, too). */
  #press(event: MouseEvent): void {
    const target = (event.target as HTMLElement).closest<HTMLElement>("[data-press]");
    const dragged = this.#grabbed && event.detail > 0; // browsers send a click after it
    this.#grabbed = false;
    if (!target || dragged || (event.target as HTMLElement).closest("[data-handle]")) return;
    const { press = "", index = "0", x, y } = target.dataset;
    const [atX, atY] = x === undefined ? frameOf(target).under(event) : [Number(x), Number(y)];
    const drag: Drag = { handle: press, index: Number(index), x: atX, y: atY, key: event.detail === 0 };
    this.change(this.#made!.drag!(this.#values, drag, this.#step, this.#resource));
  }

  #nudge(event: KeyboardEvent): void {
    const handle = (event.target as HTMLElement).closest<HTMLElement>("[data-handle]");
    const area = handle?.closest<HTMLElement>("[data-frame]");
    const way = own({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }, event.key);
    if (!handle || !area || !way) return;
    event.preventDefault();
    const [x0 = 0, x1 = 1, y0 = 0, y1 = 1] = (area.dataset["frame"] ?? "").split(" ").map(Number);
    const by = (event.shiftKey ? FAR : 1) / NUDGES;
    const x = Number(handle.dataset["x"]) + way[0]! * by * (x1 - x0);
    const y = Number(handle.dataset["y"]) + way[1]! * by * (y1 - y0);
    this.#drag(handle, Math.max(x0, Math.min(x1, x)), Math.max(y0, Math.min(y1, y)), true);
  }

  #drag(handle: HTMLElement, x: number, y: number, key: boolean): void {
    const drag: Drag = { handle: handle.dataset["handle"]!, index: Number(handle.dataset["index"] ?? 0), x, y, key };
    this.change(this.#made!.drag!(this.#values, drag, this.#step, this.#resource));
  }

  #take(count: number): void {
    this.#pause();
    this.#step = Math.min(this.#step + count, this.#made!.steps!.most);
    this.#ask(true);
  }

  #play(): void {
    if (this.#timer) {
      this.#pause();
      return;
    }
    const { most, playMs = PLAY_MS } = this.#made!.steps!;
    if (this.#step >= most) this.#step = 0;
    setText(part(this, "play"), "Pause");
    this.#timer = window.setInterval(() => {
      this.#step += 1;
      this.#ask(false);
      if (this.#step >= most) {
        this.#pause();
        this.#ask(true);
      }
    }, playMs);
  }

  #pause(): void {
    clearInterval(this.#timer);
    this.#timer = 0;
    const button = optionalPart(this, "play");
    if (button) setText(button, "Play");
  }

  #reset(): void {
    const now = stateText(this.#made!, this.#start, this.#values, this.#step);
    this.#pause();
    if (now) {
      writeLink(this.#key, now);
      leaveLink(this.#key);
      this.#linked = true;
    }
    [this.#values, this.#step] = [this.#start, 0];
    setText(part(this, "field-error"), "");
    this.#fields();
    this.#ask(true);
    setText(part(this, "notice"), now ? "As it was. The browser's Back button brings yours back." : "");
  }

  async #copy(): Promise<void> {
    const link = writeLink(this.#key, stateText(this.#made!, this.#start, this.#values, this.#step));
    this.#linked = true;
    const copied = await copyText(link);
    setText(part(this, "notice"), copied ? "Link to this state copied." : "The link to this state is in the address bar.");
  }

  get #key(): string {
    return this.dataset["key"] ?? "";
  }

  /** Whether the address had a state for this figure. */
  #fromLink(): boolean {
    const states = readLink();
    const text = states.get(this.#key);
    const heading = states.size === 0 && location.hash !== "";
    if (text === undefined && (heading || !this.#linked)) return false;
    this.#linked = text !== undefined;
    this.#pause();
    const { values, step, wrong } = readState(this.#made!, this.#start, text ?? "");
    [this.#values, this.#step] = [values, step];
    this.#fields();
    this.#show();
    setText(part(this, "notice"), wrong);
    return true;
  }

  /** Shows the values at the next frame; says them if `aloud`. */
  #ask(aloud: boolean): void {
    if (aloud && optionalPart(this, "notice")?.textContent) setText(part(this, "notice"), "");
    if (aloud) this.setAttribute("aloud", "");
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#show();
      if (this.hasAttribute("aloud")) this.#voice.say(part(this, "reading").textContent);
      this.removeAttribute("aloud");
    });
  }

  #show(): void {
    const made = this.#made!;
    const view = made.view(this.#values, this.#step, this.#resource);
    const stage = part(this, "stage");
    morphdom(stage, `<div>${view.picture}</div>`, {
      childrenOnly: true,
      // A canvas is its script's own; what has not changed is not touched.
      onBeforeElUpdated: (from, to) => !from.hasAttribute("data-keep") && !from.isEqualNode(to),
      onBeforeNodeDiscarded: (node) => !(node instanceof Element && node.hasAttribute("data-keep")),
    });
    setText(part(this, "reading"), view.reading);
    if (part<HTMLDetailsElement>(this, "twin").open) part(this, "table").innerHTML = tableHtml(made, view);
    this.#attached?.update(this.#values, this.#step);
    this.setAttribute("step", String(this.#step));
  }

  #table(): void {
    const made = this.#made!;
    const view = made.view(this.#values, this.#step, this.#resource);
    part(this, "table").innerHTML = tableHtml(made, view);
  }

  /** Brings the controls to the values. */
  #fields(): void {
    for (const field of this.querySelectorAll<HTMLInputElement>("[data-param]")) {
      const name = field.dataset["param"]!;
      const text = this.#made!.params[name]!.write(this.#values[name]);
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

/** Brings the page's explainers to life. */
export function start(): void {
  if (!customElements.get("modelpress-explore")) customElements.define("modelpress-explore", ModelpressExplore);
}
