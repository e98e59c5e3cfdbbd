"""The modules that define the public names of `modelpress`."""

HOME = {
    "AtLeast": "modelpress.spec.expect",
    "AtMost": "modelpress.spec.expect",
    "Failure": "modelpress.spec.failure",
    "Live": "modelpress.spec.live",
    "Model": "modelpress.spec.model",
    "Near": "modelpress.spec.expect",
    "Run": "modelpress.spec.run",
    "Seeds": "modelpress.spec.seeds",
    "Training": "modelpress.spec.failure",
    "load": "modelpress.artefacts.load",
}
