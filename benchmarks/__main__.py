"""All benchmarks against PyTorch in one table: ``python -m benchmarks``."""

from __future__ import annotations

from benchmarks import harness  # first: it sets the number of threads

# isort: split
from benchmarks import bench_inference, bench_lenet, bench_ops


def main() -> None:
    """Print the table, and which targets were met."""
    options = harness.parse()
    bench_inference.check(options)
    print(harness.header(options.memory))
    results = [
        *harness.measured("Training LeNet-5", bench_lenet.cases(), options),
        *harness.measured("One image", bench_inference.cases(), options),
        *harness.measured("Operations", bench_ops.cases(), options),
    ]
    for result in results:
        if target := result.case.target:
            ratio = result.ratio(harness.TORCH)
            verdict = "met" if ratio <= target else "missed"
            print(
                f"Target {verdict}: {result.case.name}: {ratio:.2f} of PyTorch, hoped {target:.2f}"
            )


if __name__ == "__main__":
    main()
