"""The message layer of the workers, in Node, over a channel of two ports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.twins import twin

# `left` asks and `right` answers; Node ends when both are closed.
BODY = """
  const { port1: left, port2: right } = new MessageChannel();
  const news = [];
  const errorOf = (failure) => new Error(`failed: ${failure}`);
  const caller = new twin.Caller(left, errorOf, (each) => news.push(each));
  const kept = [];
  const answer = async (request) => {
    if (request.call === "double") {
      kept.push(request.values);
      return request.values.map((x) => 2 * x);
    }
    if (request.call === "refuse") throw new TypeError(request.why);
    await new Promise((resolve) => { kept.push(resolve); });
    return "slow";
  };
  const transferOf = (result) => {
    if (typeof result === "string") return [];
    kept.push(result);
    return [result.buffer];
  };
  twin.serve(right, answer, { transferOf });
  for (const port of [left, right]) port.start?.();
  const settled = async (promise) => promise.then((each) => Array.from(each), String);
  const late = new Promise((_, reject) => {
    setTimeout(() => { reject(new Error("no reply within 10 seconds")); }, 10_000).unref();
  });
  try {
    return await Promise.race([late, (async () => { %s })()]);
  } finally {
    left.close();
    right.close();
  }
"""


def run(body: str, folder: Path) -> Any:
    return twin("core/rpc", BODY % body, [None], folder)[0]


def test_replies_come_to_their_requests_in_whatever_order(tmp_path: Path) -> None:
    body = """
      const order = [];
      const slow = caller.ask({ call: "slow" }).then((r) => { order.push(r); return r; });
      const fast = await caller.ask({ call: "double", values: Float32Array.of(1, 2) });
      order.push("fast");
      kept[0]();
      await slow;
      return [Array.from(fast), order];
    """
    assert run(body, tmp_path) == [[2, 4], ["fast", "slow"]]


def test_a_result_is_transferred_and_a_request_is_copied(tmp_path: Path) -> None:
    body = """
      const values = Float32Array.of(3);
      const doubled = await caller.ask({ call: "double", values });
      return [values.length, kept[1].length, Array.from(doubled)];
    """
    assert run(body, tmp_path) == [1, 0, [6]]


def test_a_failure_rejects_its_own_request_alone(tmp_path: Path) -> None:
    body = """
      const wrong = settled(caller.ask({ call: "refuse", why: "no such thing" }));
      const right = settled(caller.ask({ call: "double", values: Float32Array.of(1) }));
      return [await wrong, await right];
    """
    assert run(body, tmp_path) == ["Error: failed: no such thing", [2]]


def test_after_the_end_everything_rejects_with_the_first_reason(tmp_path: Path) -> None:
    body = """
      const waiting = settled(caller.ask({ call: "slow" }));
      caller.end(new Error("it was stopped"));
      caller.end(new Error("again"));
      return [await waiting, await settled(caller.ask({ call: "slow" }))];
    """
    assert run(body, tmp_path) == ["Error: it was stopped"] * 2


def test_news_answers_no_request(tmp_path: Path) -> None:
    body = """
      twin.announce(right, "the context was lost");
      const doubled = await settled(caller.ask({ call: "double", values: Float32Array.of(1) }));
      return [news, doubled];
    """
    assert run(body, tmp_path) == [["the context was lost"], [2]]
