/**
 * Activations that TensorFlow.js' layers lack. A function that a model file registers with Keras reaches
 * the layers format as its name alone; these names are operations of both libraries. The conversion
 * has compared the author's function with the operation (pipeline/modelpress/conversion/activations.py).
 */
import { abs, atan, cos, erf, exp, serialization, sign, sin, square, type Tensor } from "@tensorflow/tfjs-core";

const OPERATIONS: Record<string, (x: Tensor) => Tensor> = { abs, atan, cos, erf, exp, sign, sin, square };

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
