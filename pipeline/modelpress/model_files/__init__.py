"""Trained models in files: what a file is, and the Keras model in it.

    .keras, .h5, .weights.h5     keras_files.py
    SavedModel folders           saved_model.py
    TensorFlow.js' model.json    tensorflowjs_files.py
    .onnx                        onnx_files.py

    converters.py                formats of other packages, too; formats.py names these

A format is recognised by its content. A network that Keras can't express as layers becomes one
layer that runs a TensorFlow graph (graph_layer.py).
"""
