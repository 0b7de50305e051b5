def step(param, gradient, velocity, lr, momentum=0.0, weight_decay=0.0):
    velocity[...] = momentum * velocity + gradient + weight_decay * param
    param -= lr * velocity
