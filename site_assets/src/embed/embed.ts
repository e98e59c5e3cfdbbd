/**
 * The script that another site's page links: `<script src="…/assets/modelpress/embed.js" async></script>`. A classic
 * script, so that it runs where its site sends no CORS headers, and the element can say so.
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
  console.error("Modelpress: embed.js is no module and is not imported. Link it: <script src=\"…/embed.js\" async></script>.");
}
