/** Counts the predictions of the page's models and the page's network requests. */
import { explainer } from "../explore/explainer";
import { escape } from "../core/html";
import { number } from "../explore/draw/params";

/** Counts since the last restart. */
export interface Count {
  /** Predictions of the figures on this page. */
  predictions: number;
  /** Predictions since the connection went off. */
  predictionsOffline: number;
  /** Requests of this page for resources of any kind. */
  requests: number;
  online: boolean;
}

export const NOTHING: Count = { predictions: 0, predictionsOffline: 0, requests: 0, online: true };

/** The counts after an event. "offline" restarts the offline count. */
export function counted(count: Count, event: "prediction" | "request" | "online" | "offline"): Count {
  switch (event) {
    case "prediction":
      return { ...count, predictions: count.predictions + 1, predictionsOffline: count.predictionsOffline + Number(!count.online) };
    case "request":
      return { ...count, requests: count.requests + 1 };
    case "online":
      return { ...count, online: true };
    case "offline":
      return { ...count, online: false, predictionsOffline: 0 };
  }
}

const many = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`;

/** The sentence under the counts. */
export function words({ predictions, predictionsOffline, requests, online }: Count): string {
  const counts = `${many(predictions, "prediction")} here, ${many(requests, "request")} over the network.`;
  if (!online) return `${counts} The connection is off, and the model has made ${many(predictionsOffline, "prediction")} since.`;
  if (predictions === 0) return `${counts} Move a colour.`;
  return `${counts} ${requests === 0 ? "None of these predictions came from a server." : "Requests are files that the page itself still loads, such as its next backend; they contain no colour. Restart the count to check."}`;
}

export default explainer<{ round: ReturnType<typeof number> }, Count | null>({
  title: "Predictions and requests",
  // A new number restarts the counts.
  params: { round: number("Count", { min: 1, max: 1e6, start: 1, step: 1, hidden: true }) },
  actions: { anew: { label: "Restart the count", act: ({ round }) => ({ round: round + 1 }) } },

  view(_values, _step, resource) {
    const count = resource ?? NOTHING;
    const tiles: [string, string, string][] = [
      ["Predictions on this device", String(count.predictions), ""],
      ["Requests over the network", String(count.requests), ""],
      ["Connection", count.online ? "on" : "off", count.online ? "" : "mp-off"],
    ];
    const picture = tiles.map(([name, value, className]) => `<div class="mp-count ${className}"><dt>${escape(name)}</dt><dd>${escape(value)}</dd></div>`);
    return {
      picture: `<dl class="mp-counts">${picture.join("")}</dl>`,
      reading: words(count),
      table: {
        head: ["What", "Since the count began"],
        rows: [...tiles.map(([name, value]) => [name, value]), ["Predictions since the connection went off", String(count.predictionsOffline)]],
      },
    };
  },

  attach(host) {
    let [count, round] = [NOTHING, 0];
    const life = new AbortController();
    const happened = (event: Parameters<typeof counted>[1]): void => {
      count = counted(count, event);
      host.show(count);
    };
    const watch = new PerformanceObserver((list) => { for (let i = 0; i < list.getEntries().length; i++) happened("request"); });
    watch.observe({ type: "resource" });
    const on = { signal: life.signal };
    document.addEventListener("modelpress:result", () => { happened("prediction"); }, on);
    window.addEventListener("online", () => { happened("online"); }, on);
    window.addEventListener("offline", () => { happened("offline"); }, on);
    return Promise.resolve({
      update(values) {
        if (values.round === round) return;
        round = values.round;
        count = { ...NOTHING, online: navigator.onLine };
        host.show(count);
      },
      stop() {
        life.abort();
        watch.disconnect();
      },
    });
  },
});
