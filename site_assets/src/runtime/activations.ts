/**
 * Activations that TensorFlow.js' layers lack. A function that a model file registers with Keras reaches
 * the layers format as its name alone; these names are operations of both libraries. The conversion
 * has compared the author's function with the operation (pipeline/modelpress/conversion/activations.py).
 */
import { abs, add, atan, clipByValue, cos, div, erf, exp, mul, serialization, sign, sin, square, type Tensor } from "@tensorflow/tfjs-core";

const OPERATIONS: Record<string, (x: Tensor) => Tensor> = {
  abs, atan, cos, erf, exp, sign, sin, square,
  // As Keras 3 computes them; pipeline/modelpress/conversion/repair.py gives these names.
  kerasHardSigmoid: (x) => clipByValue(add(div(x, 6), 0.5), 0, 1),
  kerasGelu: (x) => mul(mul(x, 0.5), add(erf(div(x, Math.SQRT2)), 1)),
};

for (const [name, operation] of Object.entries(OPERATIONS)) {
  serialization.registerClass(
    class extends serialization.Serializable {
      static readonly className = name;

      apply(x: Tensor): Tensor {
        return operation(x);
      }

      getConfig(): serialization.ConfigDict {
        return {};
      }
    },
  );
}
