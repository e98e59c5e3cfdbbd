// Calls the browser's interface with whatever there is, from a seed. Read by test_api_fuzz.py.
(() => {
  let state = 0;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n) => Math.floor(random() * n);
  const pick = (list) => list[below(list.length)];
  const trap = () => { throw new Error("trapped"); };

  const detached = () => {
    const array = new Float32Array(2);
    structuredClone(array.buffer, { transfer: [array.buffer] });
    return array;
  };
  const revoked = () => {
    const { proxy, revoke } = Proxy.revocable([1, 2], {});
    revoke();
    return proxy;
  };
  const cyclic = () => {
    const list = [1];
    list.push(list);
    return list;
  };
  const nested = (depth) => {
    let list = [1, 2];
    for (let i = 0; i < depth; i++) list = [list];
    return list;
  };
  const shrunk = () => {
    const buffer = new ArrayBuffer(16, { maxByteLength: 16 });
    const array = new Float32Array(buffer, 8, 2);
    buffer.resize(4);
    return array;
  };
  /** A list that says something else each time it is read. */
  const fickle = () => new Proxy([0, 1], { get: (list, key) => (key === "length" ? below(5) : random() < 0.5 ? "x" : list[key]) });
  const shared = () => {
    const { buffer } = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    return new Float32Array(buffer, 0, pick([1, 2, 3]));
  };

  const SCALARS = [
    undefined, null, true, false, NaN, Infinity, -Infinity, -0, 0, 1, 2, -1, 0.5, 1e39, 1e308, 2 ** 31, 2 ** 53, "", " ", "gate",
    "toString", "__proto__", "constructor", "python", "cpu", "GPU", "\ud800", "x".repeat(1e5), 10n, Symbol("s"), Symbol.iterator,
  ];
  const MAKERS = [
    () => ({}), () => Object.create(null), () => () => 1, () => class {}, () => async () => 1, () => new Date(NaN), () => /x/,
    () => new Map([[1, 2]]), () => new Set([1]), () => Promise.resolve(1), () => new Error("given"), () => document.body, () => window,
    () => ({ length: 2, 0: 0, 1: 1 }), () => ({ valueOf: trap, toString: trap, toJSON: trap }), () => ({ then: (done) => done(1) }),
    () => new Proxy([0, 1], { get: trap }), () => new Proxy({}, { get: trap, has: trap, ownKeys: trap }), () => new Proxy(() => 1, {}),
    revoked, cyclic, fickle, detached, shrunk, shared,
    () => [], () => [[]], () => [0, 1], () => [NaN, 1], () => ["0", 1], () => [[0, 1], [1]], () => [[0, 1], 1], () => nested(6), () => nested(50_000),
    () => [0, , 1], () => new Array(3), () => new Array(2 ** 32 - 1), () => [new Array(2 ** 32 - 1)], () => [Symbol("s"), 1n],
    () => [Object.defineProperty({}, "x", { get: trap, enumerable: true })], () => [null, undefined], () => [[0, 1e39]],
    () => new Float32Array(0), () => new Float32Array(5), () => new Float32Array([NaN, 0]), () => new Float64Array([1e39, 0]),
    () => new Float32Array(5_000_000), () => new BigInt64Array(2), () => new BigUint64Array(1), () => new DataView(new ArrayBuffer(8)),
    () => new ArrayBuffer(8), () => new Uint8ClampedArray(7), () => new Int16Array(3), () => new (class extends Array {})(3),
    () => Object.freeze([1, Infinity]), () => new Blob(["x"]), () => document.createElement("canvas"),
  ];
  const junk = () => (random() < 0.4 ? pick(SCALARS) : pick(MAKERS)());
  const OPTIONS = [
    "backend", "format", "from", "optimizer", "learningRate", "batchSize", "loss", "seed", "hidden", "each", "validateAt", "epoch",
  ];
  const junkOptions = () => {
    if (random() < 0.3) return junk();
    const options = {};
    for (let i = 1 + below(3); i > 0; i--) {
      const name = pick(OPTIONS);
      if (random() < 0.2) Object.defineProperty(options, name, { get: trap, enumerable: true });
      else options[name] = random() < 0.3 && name === "from" ? { [pick(["epoch", "seed", "x"])]: junk() } : junk();
    }
    return options;
  };

  /** A true entry with something in it changed, left out, or impossible to read. */
  const junkEntry = (entry) => {
    const copy = structuredClone(entry);
    let at = copy;
    for (;;) {
      const keys = Object.keys(at);
      const key = pick(keys);
      const inner = at[key];
      if (inner && typeof inner === "object" && Object.keys(inner).length > 0 && random() < 0.6) {
        at = inner;
        continue;
      }
      if (random() < 0.3) delete at[key];
      else if (random() < 0.2) Object.defineProperty(at, key, { get: trap, enumerable: true });
      else at[key] = junk();
      return copy;
    }
  };

  const OURS = ["ModelpressError", "BackendUnavailable", "BackendRefused", "BackendLost", "WorkerRefused"];
  // What the engine of the browser or TensorFlow.js says when nobody has looked at what they are given.
  const INNER = /Cannot (read|set|convert|destructure|use)|Can't |is not a function|is not iterable|is not defined|undefined \(|Invalid (array|typed)|call stack|clone|failed in the browser|\[object /;
  const HANG_S = 60;

  const finite = (values) => Array.from(values).every(Number.isFinite);
  const bad = (value) => {
    if (!value || typeof value !== "object") return null;
    if (Array.isArray(value)) return value.map(bad).find(Boolean) ?? null;
    if ("values" in value && value.values?.length !== undefined && !finite(value.values)) return "an answer that is no number";
    if ("maxDiff" in value && !Number.isFinite(value.maxDiff)) return "a difference that is no number";
    return null;
  };

  /** What is wrong with how a call ended, or null. */
  const judged = async (name, call) => {
    let result;
    try {
      result = call();
    } catch (error) {
      return `${name} threw at once: ${error}`;
    }
    let timer;
    const late = new Promise((resolve) => { timer = setTimeout(() => resolve("late"), HANG_S * 1000); });
    const ended = Promise.resolve(result).then(
      (value) => ({ value }),
      (error) => ({ error }),
    );
    const end = await Promise.race([ended, late]);
    clearTimeout(timer);
    if (end === "late") return `${name} did not end within ${HANG_S} s`;
    if ("error" in end) {
      const { error } = end;
      if (!(error instanceof Error) || !OURS.includes(error.name)) return `${name} rejected with ${String(error)}, no error of ours`;
      if (INNER.test(error.message)) return `${name} rejected with words from inside: ${error.message.slice(0, 300)}`;
      if (!/^[A-Za-z"][^]*\.$/.test(error.message)) {
        return `${name} rejected with no sentence: ${error.message.slice(0, 300)}`;
      }
      return null;
    }
    const wrong = bad(end.value);
    if (wrong) return `${name} resolved to ${wrong}`;
    await end.value?.dispose?.();
    return null;
  };

  const near = (found, expected, tolerance, what) => {
    const far = expected.some((value, i) => !(Math.abs(value - found[i]) <= tolerance));
    if (far || found.length !== expected.length) throw new Error(`${what}: found ${found}, expected ${expected}`);
  };

  globalThis.fuzz = {
    async open(manifest, goldens, backends) {
      const opened = {
        manifest, goldens, models: [], disposed: await modelpress.load("gate", { backend: "cpu" }),
        trainer: await modelpress.trainer("gate"), gone: await modelpress.trainer("line"),
        epochs: await modelpress.epochs("gate"), inside: await modelpress.inside("gate"),
      };
      for (const [slug, backend] of backends) opened.models.push({ slug, model: await modelpress.load(slug, { backend }) });
      opened.last = await opened.epochs.at(opened.epochs.epochs.at(-1));
      opened.closed = await opened.epochs.at(opened.epochs.epochs[0]);
      opened.first = (await opened.trainer.predict([[0, 1], [1, 1]])).values;
      await Promise.all([opened.disposed.dispose(), opened.gone.dispose(), opened.closed.dispose()]);
      this.opened = opened;
    },

    /** One call with something wrong in it, mostly: its name, and the call. */
    call() {
      const { manifest, models, disposed, trainer, gone, epochs, inside, last, closed } = this.opened;
      const slugs = Object.keys(manifest);
      const slug = () => (random() < 0.5 ? junk() : random() < 0.5 ? junkEntry(manifest[pick(slugs)]) : pick(slugs));
      const { model } = pick(models);
      const some = () => (random() < 0.15 ? [] : [junk()]);
      const calls = [
        [30, "predict", () => model.predict(...some())],
        [2, "verify", () => model.verify(junk())],
        [8, "load", () => modelpress.load(random() < 0.9 ? junk() : pick(slugs), random() < 0.02 ? undefined : junkOptions())],
        [8, "prove", () => modelpress.prove(slug(), random() < 0.5 ? { backend: "cpu" } : junkOptions())],
        [3, "disposed.predict", () => disposed.predict(random() < 0.5 ? [0, 1] : junk())],
        [1, "disposed.verify", () => disposed.verify()],
        [8, "trainer", () => modelpress.trainer(slug(), random() < 0.5 ? junkOptions() : { hidden: 0 })],
        [6, "trainer", () => modelpress.trainer(pick(slugs), { learningRate: -1, ...{ [pick(["from", "hidden", "loss", "optimizer"])]: junk() } })],
        [8, "step", () => trainer.step(random() < 0.1 ? below(3) : pick([NaN, -1, 0.5, "1", null, 2 ** 53, 1e9, [], {}, 1n, Symbol("s")]), junkOptions())],
        [2, "step with places", () => trainer.step(1, { validateAt: junk(), each: junk() })],
        [8, "trainer.predict", () => trainer.predict(...some())],
        [2, "evaluate", () => trainer.evaluate(junk())],
        [2, "trainer.weights", () => trainer.weights(junk())],
        [3, "take", () => trainer.take(random() < 0.1 ? "tfjs" : junk())],
        [3, "trainer.prove", () => trainer.prove(pick([NaN, 0, -1, "all", null, 0.5, 1n, {}, [], 2 ** 60, 2]))],
        [2, "gone", () => gone[pick(["step", "evaluate", "weights", "reset", "prove"])](1)],
        [3, "epochs", () => modelpress.epochs(slug())],
        [4, "epochs.weights", () => epochs.weights(random() < 0.2 ? pick(epochs.epochs) : junk())],
        [4, "epochs.at", () => epochs.at(random() < 0.2 ? pick(epochs.epochs) : junk())],
        [4, "epoch.predict", () => last.predict(...some())],
        [1, "closed.predict", () => closed.predict([0, 1])],
        [3, "inside", () => modelpress.inside(slug())],
        [8, "look", () => inside.look(...some())],
        [2, "answerOf", () => modelpress.answerOf(junk())],
      ];
      let at = random() * calls.reduce((sum, [weight]) => sum + weight, 0);
      return calls.find(([weight]) => (at -= weight) < 0) ?? calls[0];
    },

    /** A right one, against Python's predictions. */
    async right() {
      const { goldens, manifest, models, epochs, trainer, inside, last, first } = this.opened;
      for (const { slug, model } of models) {
        const [{ inputs, outputs }, { tolerance }] = [goldens[slug], manifest[slug]];
        const i = below(inputs.length);
        near((await model.predict(inputs[i])).values, outputs[i], tolerance, `${slug} on ${model.backend}`);
      }
      const [{ inputs, outputs }, { tolerance }] = [goldens.gate, manifest.gate];
      const i = below(inputs.length);
      near((await last.predict(inputs[i])).values, outputs[i], tolerance, "the last epoch");
      near((await inside.look(inputs[i])).at(-1).values, outputs[i], tolerance, "the last layer");
      await trainer.reset();
      near((await trainer.predict([[0, 1], [1, 1]])).values, first, 0, "the training at its start");
      if (!(epochs.epochs.length > 1)) throw new Error("no epochs");
    },

    /** Makes `count` calls, some side by side; returns what was wrong, by name, and how many calls there were of each. */
    async run(seed, count) {
      state = seed;
      const [wrong, made] = [[], {}];
      for (let i = 0; i < count; ) {
        const together = random() < 0.2 ? 8 : 1;
        const calls = Array.from({ length: Math.min(together, count - i) }, () => this.call());
        i += calls.length;
        for (const [, name] of calls) made[name] = (made[name] ?? 0) + 1;
        const found = await Promise.all(calls.map(([, name, call]) => judged(name, call)));
        wrong.push(...found.filter(Boolean));
      }
      await this.right();
      return { wrong, made };
    },

    async close() {
      const { models, trainer, inside, last } = this.opened;
      await Promise.all([trainer, inside, last, ...models.map(({ model }) => model)].map((each) => each.dispose()));
      const left = {};
      for (const backend of ["cpu", "wasm", "webgl"]) left[backend] = (await modelpress.prove("weight", { backend })).tensorsBefore;
      return left;
    },
  };
})();
