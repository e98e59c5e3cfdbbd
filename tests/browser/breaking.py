"""Scripts that break a browser before anything else runs in a page or a worker."""

from __future__ import annotations

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
