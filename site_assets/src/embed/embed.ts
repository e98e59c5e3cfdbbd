/**
 * The script for pages of other sites: `<script src="…/assets/modelpress/embed.js" async></script>`. It is a classic
 * script, so that it runs without CORS headers and the element can report that they are missing.
 */
import { defineEmbed } from "./element";
import { mountOf } from "./mount";
import { registry } from "./registry";
import { Site } from "./site";
import { watchPolicy } from "./trouble";

const script = document.currentScript;
if (script instanceof HTMLScriptElement && script.src) {
  const root = new URL("../../", script.src).href;
  const { sites, events } = registry();
  if (!sites.has(root)) {
    watchPolicy();
    sites.set(root, mountOf(new Site(root, `modelpress-figure-${sites.size + 1}`)));
    events.dispatchEvent(new Event("site"));
    defineEmbed();
  }
} else {
  console.error("Modelpress: embed.js is not a module and cannot be imported. Use <script src=\"…/embed.js\" async></script>.");
}
