"""What all peers agree on: how large a kernel a mask leaves, and the length of a Fourier transform."""
import math

THRESHOLD = 0.1
RADIUS = math.sqrt(-2 * math.log(THRESHOLD))


def sigma_for(taps, points, causal):
    """A sigma whose mask leaves `taps` of a grid of `points`, in the middle of those that do."""
    reach = 2 * taps - 1 if causal else taps  # half steps of the grid
    return reach / (points - 1) / RADIUS


def first_tap(sigma, points, causal, mean=None):
    """Index of the first grid point that the crop keeps: of [first, points) if causal, else of [first, points - first)."""
    mean = (1.0 if causal else 0.0) if mean is None else mean
    grid = [-1 + 2 * i / (points - 1) for i in range(points)]
    if causal:
        root = min(mean - sigma * RADIUS, mean + sigma * RADIUS)
        return 0 if abs(root) >= 1 else sum(g <= root for g in grid)
    root = max(abs(mean - sigma * RADIUS), abs(mean + sigma * RADIUS))
    return 0 if root >= 1 else sum(g <= -root for g in grid)


def fft_size(least):
    """The next even length without prime factors above 7."""
    size = least + least % 2
    while True:
        rest = size
        for factor in (2, 3, 5, 7):
            while rest % factor == 0:
                rest //= factor
        if rest == 1:
            return size
        size += 2
