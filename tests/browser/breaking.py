"""Scripts that break a browser before anything else runs in a page or a worker."""

from __future__ import annotations

# The page holds none of its models' files: each is fetched, as a large one is.
NONE_IN_PAGE = """
new MutationObserver(() => {
  for (const file of document.querySelectorAll("data.mp-file")) file.remove();
}).observe(document, { childList: true, subtree: true });"""

# Neither canvas has a context: nowhere a graphics device.
NO_WEBGL = """
for (const canvas of ["OffscreenCanvas", "HTMLCanvasElement"]) {
  if (self[canvas]) self[canvas].prototype.getContext = () => null;
}
Object.defineProperty(navigator, "gpu", { value: undefined });"""

# A device whose textures hold half floats, as many phones': all it computes is rounded to them.
HALF_PRECISION = """
{
  const half = { [0x822e]: 0x822d, [0x8230]: 0x822f, [0x8814]: 0x881a };  // R, RG, RGBA: 32F → 16F
  for (const name of ["texStorage2D", "texImage2D"]) {
    const original = WebGL2RenderingContext.prototype[name];
    WebGL2RenderingContext.prototype[name] = function (target, level, format, ...others) {
      return original.call(this, target, level, half[format] ?? format, ...others);
    };
  }
}"""

# Every shader writes its result through `setOutput`; this makes each a little too large.
WRONG_SHADERS = """
{
  const original = WebGL2RenderingContext.prototype.shaderSource;
  WebGL2RenderingContext.prototype.shaderSource = function (shader, source) {
    const packed = /outputColor = vec4\\(val, 0, 0, 0\\);/;
    return original.call(this, shader, source
      .replace(/(outputColor|result) = val;/, "$1 = val * 1.001;")
      .replace(packed, "outputColor = vec4(val * 1.001, 0, 0, 0);"));
  };
}"""

# The context is lost just before the device is given something to compute, once `break` was posted;
# each context says so when it was made. `restore` brings a lost one back.
LOSES_ITS_CONTEXT = """
{
  const channel = new BroadcastChannel("break");
  let wanted = false;
  let loser = null;
  channel.addEventListener("message", ({ data }) => {
    if (data === "lose") wanted = true;
    if (data === "restore") loser?.restoreContext();
  });
  for (const name of ["drawArrays", "drawElements"]) {
    const original = WebGL2RenderingContext.prototype[name];
    WebGL2RenderingContext.prototype[name] = function (...args) {
      if (wanted) {
        wanted = false;
        loser = this.getExtension("WEBGL_lose_context");
        loser.loseContext();
        channel.postMessage("lost");
      }
      return original.apply(this, args);
    };
  }
}"""

# The device has no memory for a texture from the moment that `full` was posted: as in a real one,
# the texture stays without storage, nothing is thrown, and only `getError` tells.
FULL_DEVICE = """
{
  const channel = new BroadcastChannel("break");
  let full = self.fullFromTheStart === true;
  let error = 0;
  channel.addEventListener("message", ({ data }) => { if (data === "full") full = true; });
  for (const name of ["texStorage2D", "texImage2D"]) {
    const original = WebGL2RenderingContext.prototype[name];
    WebGL2RenderingContext.prototype[name] = function (...args) {
      if (!full) return original.apply(this, args);
      error = this.OUT_OF_MEMORY;
      channel.postMessage("refused");
    };
  }
  const { getError } = WebGL2RenderingContext.prototype;
  WebGL2RenderingContext.prototype.getError = function () {
    const found = error || getError.call(this);
    error = 0;
    return found;
  };
}"""

# No array of more than so many values, from the moment that `modelpressFull` is set: as a tab that
# has all the memory it may have.
NO_ARRAYS = """
self.modelpressMost = Infinity;
for (const name of ["Float32Array", "Float64Array"]) {
  self[name] = new Proxy(self[name], {
    construct(target, args, made) {
      const size = typeof args[0] === "number" ? args[0] : (args[0]?.length ?? 0);
      if (size > self.modelpressMost) throw new RangeError("Array buffer allocation failed");
      return Reflect.construct(target, args, made === self[name] ? target : made);
    },
  });
}"""


# The exact engine takes longer than anything else: it repeats nobody's predictions, and automatic
# mode looks for a faster backend. For models whose network has a `relu` or an absolute value.
SLOW_EXACT_ENGINE = """
const { abs } = Math;
Math.abs = (x) => {
  for (const end = performance.now() + 6; performance.now() < end; );
  return abs(x);
};
"""


def turns_wrong(backend: str, how: str = "value * 1.001", when: str = "true") -> str:
    """Once `wrong` was posted, a backend's kernel of products gives `how` for each `value`,
    where `when` holds for the kernel's first input `x`. The realm that has it says `armed`."""
    return f"""
{{
  const channel = new BroadcastChannel("break");
  let [wrong, registered] = [false, false];
  channel.addEventListener("message", ({{ data }}) => {{
    if (!registered) return;
    if (data === "wrong") {{ wrong = true; channel.postMessage("armed"); }}
    if (data === "right") {{ wrong = false; channel.postMessage("mended"); }}
  }});
  const off = ({{ kernelFunc, ...config }}) => ({{ ...config, kernelFunc: (params) => {{
    const {{ backend, inputs }} = params;
    const x = wrong && backend.readSync(inputs.a.dataId)[0];
    const out = kernelFunc(params);
    if (!wrong || !({when})) return out;
    const values = Float32Array.from(backend.readSync(out.dataId), (value) => {how});
    backend.disposeData(out.dataId, true);
    return {{ ...out, dataId: backend.write(values, out.shape, out.dtype) }};
  }} }});
  // TensorFlow.js keeps its kernels in a map.
  const {{ set }} = Map.prototype;
  Map.prototype.set = function (key, value) {{
    if (key !== "{backend}__FusedMatMul") return set.call(this, key, value);
    registered = true;
    return set.call(this, key, off(value));
  }};
}}"""


# Once `wrong` was posted, all that is read back from WebGPU is a thousandth too large.
WEBGPU_TURNS_WRONG = """
if (self.name === "webgpu") {
  const channel = new BroadcastChannel("break");
  let wrong = false;
  channel.addEventListener("message", ({ data }) => {
    if (data === "wrong") { wrong = true; channel.postMessage("armed"); }
  });
  const { getMappedRange } = GPUBuffer.prototype;
  GPUBuffer.prototype.getMappedRange = function (...args) {
    const range = getMappedRange.apply(this, args);
    if (wrong && this.usage & GPUBufferUsage.MAP_READ) {
      const values = new Float32Array(range);
      values.forEach((value, i) => { values[i] = value * 1.001; });
    }
    return range;
  };
}"""

# Once `wrong` was posted, the 3 of the weights in WASM's memory is 3.1.
WASM_MEMORY_ALTERED = """
{
  const channel = new BroadcastChannel("break");
  const memories = [];
  const note = (found) => {
    for (const each of Object.values((found.instance ?? found).exports)) {
      if (each instanceof WebAssembly.Memory) memories.push(each);
    }
    return found;
  };
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (...args) => note(await original.apply(WebAssembly, args));
  }
  channel.addEventListener("message", ({ data }) => {
    if (data !== "wrong" || memories.length === 0) return;
    let altered = 0;
    for (const { buffer } of memories) {
      const values = new Float32Array(buffer);
      for (let i = 1; i < values.length; i += 1) {
        if (values[i - 1] === 3 && values[i] === -3) { values[i - 1] = 3.1; altered += 1; }
      }
    }
    channel.postMessage(altered ? "armed" : "found no weights");
  });
}"""

# Once `wrong` was posted, every texture holds zeros, those of the weights among them.
WEBGL_TEXTURES_OVERWRITTEN = """
{
  const channel = new BroadcastChannel("break");
  const made = [];
  const { createTexture } = WebGL2RenderingContext.prototype;
  WebGL2RenderingContext.prototype.createTexture = function () {
    const texture = createTexture.call(this);
    made.push([this, texture]);
    return texture;
  };
  channel.addEventListener("message", ({ data }) => {
    if (data !== "wrong" || made.length === 0) return;
    for (const [gl, texture] of made) {
      const bound = gl.getParameter(gl.FRAMEBUFFER_BINDING);
      const own = gl.createFramebuffer();
      gl.bindFramebuffer(gl.FRAMEBUFFER, own);
      gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
      gl.clearBufferfv(gl.COLOR, 0, [0, 0, 0, 0]);
      gl.bindFramebuffer(gl.FRAMEBUFFER, bound);
      gl.deleteFramebuffer(own);
      while (gl.getError()) continue;  // of textures that are gone
    }
    channel.postMessage("armed");
  });
}"""

# Private windows and settings that let a page keep nothing: asking alone is refused.
NOTHING_KEPT = """
for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"]) {
  Object.defineProperty(self, name, {
    configurable: true,
    get() { throw new DOMException("The operation is insecure.", "SecurityError"); },
  });
}
if (navigator.serviceWorker) {
  const refuse = () => Promise.reject(new DOMException("Not here.", "SecurityError"));
  Object.defineProperty(navigator.serviceWorker, "register", { value: refuse });
}"""

# There is room for nothing more.
STORAGE_FULL = """
const full = () => { throw new DOMException("No room.", "QuotaExceededError"); };
Storage.prototype.setItem = full;
if (self.Cache) {
  Cache.prototype.put = () => Promise.reject(new DOMException("No room.", "QuotaExceededError"));
}"""


def other_clock(years: int) -> str:
    """A clock that is years ahead, or behind where `years` is negative."""
    return f"""
{{
  const off = {years} * 365.25 * 86_400_000;
  const Real = Date;
  self.Date = class extends Real {{
    constructor(...args) {{ super(...(args.length ? args : [Real.now() + off])); }}
    static now() {{ return Real.now() + off; }}
  }};
}}"""
