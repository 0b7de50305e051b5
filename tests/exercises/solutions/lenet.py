import cnn


def lenet():
    return cnn.Sequential(
        cnn.Conv2d(1, 6, 5, padding=2), cnn.ReLU(), cnn.MaxPool2d(2),
        cnn.Conv2d(6, 16, 5), cnn.ReLU(), cnn.MaxPool2d(2), cnn.Flatten(),
        cnn.Linear(400, 120), cnn.ReLU(), cnn.Linear(120, 84), cnn.ReLU(), cnn.Linear(84, 10),
    )  # fmt: skip


def parameters_of_each_layer():
    conv1, conv2 = 6 * (5 * 5 * 1 + 1), 16 * (5 * 5 * 6 + 1)
    return [conv1, conv2, 120 * (400 + 1), 84 * (120 + 1), 10 * (84 + 1)]
