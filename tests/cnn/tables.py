"""Networks as tables, for the tests."""

LENET = [
    {"kind": "conv", "out_channels": 6, "kernel_size": 5, "padding": 2},
    {"kind": "relu"},
    {"kind": "max_pool", "kernel_size": 2},
    {"kind": "conv", "out_channels": 16, "kernel_size": 5},
    {"kind": "relu"},
    {"kind": "max_pool", "kernel_size": 2},
    {"kind": "linear", "out_features": 120},
    {"kind": "relu"},
    {"kind": "linear", "out_features": 84},
    {"kind": "relu"},
    {"kind": "linear", "out_features": 10},
]
SMALL = [
    {"kind": "conv", "out_channels": 4, "kernel_size": 3, "padding": 1},
    {"kind": "batch_norm"},
    {
        "kind": "residual",
        "name": "mix",
        "body": [{"kind": "conv", "out_channels": 6, "kernel_size": 3, "stride": 2, "padding": 1}],
        "shortcut": [{"kind": "conv", "out_channels": 6, "kernel_size": 1, "stride": 2}],
        "activation": "tanh",
    },
    {
        "kind": "branches",
        "bodies": [
            [{"kind": "conv", "out_channels": 2, "kernel_size": (1, 3), "padding": (0, 1)}],
            [{"kind": "avg_pool", "kernel_size": 3, "stride": 1, "padding": 1}],
            [],
        ],
    },
    {"kind": "sigmoid"},
    {"kind": "dropout", "p": 0.3},
    {"kind": "global_avg_pool"},
    {"kind": "linear", "out_features": 3},
]
