/** Counts what the page's models answer and what the page asks for over the network meanwhile. */
import { explainer } from "../explore/explainer";
import { escape } from "../explore/draw/html";
import { number } from "../explore/draw/params";

/** What was counted since the count began. */
export interface Count {
  /** Answers of the figures on this page. */
  answers: number;
  /** Of these, since the connection went off. */
  answersOffline: number;
  /** Resources that this page has asked for: scripts, pictures, data, anything. */
  requests: number;
  online: boolean;
}

export const NOTHING: Count = { answers: 0, answersOffline: 0, requests: 0, online: true };

/** The count after something happened; a connection that goes off begins its own. */
export function counted(count: Count, event: "answer" | "request" | "online" | "offline"): Count {
  switch (event) {
    case "answer":
      return { ...count, answers: count.answers + 1, answersOffline: count.answersOffline + Number(!count.online) };
    case "request":
      return { ...count, requests: count.requests + 1 };
    case "online":
      return { ...count, online: true };
    case "offline":
      return { ...count, online: false, answersOffline: 0 };
  }
}

const many = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`;

/** What the count says, in words. */
export function words({ answers, answersOffline, requests, online }: Count): string {
  const so = `${many(answers, "answer")} here, ${many(requests, "request")} over the network.`;
  if (!online) return `${so} The connection is off, and the model has given ${many(answersOffline, "answer")} since.`;
  if (answers === 0) return `${so} Move a colour.`;
  return `${so} ${requests === 0 ? "None of these answers came from a server." : "Requests are files that the page itself still loads, its next backend for example; no colour goes out with them. Count anew to see."}`;
}

export default explainer<{ round: ReturnType<typeof number> }, Count | null>({
  title: "Answers and requests",
  // Which count this is: another number begins another.
  params: { round: number("Count", { min: 1, max: 1e6, start: 1, step: 1, hidden: true }) },
  actions: { anew: { label: "Count anew", act: ({ round }) => ({ round: round + 1 }) } },

  view(_values, _step, resource) {
    const count = resource ?? NOTHING;
    const tiles: [string, string, string][] = [
      ["Answers on this device", String(count.answers), ""],
      ["Requests over the network", String(count.requests), ""],
      ["Connection", count.online ? "on" : "off", count.online ? "" : "mp-off"],
    ];
    const picture = tiles.map(([name, value, className]) => `<div class="mp-count ${className}"><dt>${escape(name)}</dt><dd>${escape(value)}</dd></div>`);
    return {
      picture: `<dl class="mp-counts">${picture.join("")}</dl>`,
      reading: words(count),
      table: {
        head: ["What", "Since the count began"],
        rows: [...tiles.map(([name, value]) => [name, value]), ["Answers since the connection went off", String(count.answersOffline)]],
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
    document.addEventListener("modelpress:result", () => { happened("answer"); }, on);
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
