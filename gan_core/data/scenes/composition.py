"""The arrangement of a landscape, chosen once from a seed, the same in every season and at every size."""

from __future__ import annotations

import numpy as np

from gan_core.data.scenes.geometry import (
    Array,
    Conifer,
    Fence,
    House,
    Point,
    Ridge,
    Scene,
    Stack,
    Thing,
    Tree,
    Water,
)


def compose(seed: int, width: float, height: float) -> Scene:
    """The scene of a seed for a picture of `width` x `height` (the shorter side is 1)."""
    rng = np.random.default_rng([seed, 7])
    horizon = height * rng.uniform(0.40, 0.52)
    mountains = tuple(_mountain(rng, width, horizon, layer) for layer in range(int(rng.integers(0, 3))))
    hills = tuple(
        _hill(rng, width, horizon + (height - horizon) * share, size)
        for share, size in ((0.02, 0.07), (0.16, 0.06), (0.40, 0.045))
    )
    kind = rng.choice(["lake", "river", "none"], p=[0.45, 0.25, 0.30])
    water = (
        _lake(rng, width, height, hills)
        if kind == "lake"
        else _river(rng, width, height, hills)
        if kind == "river"
        else None
    )
    house = _house(rng, width, height, hills, water) if rng.random() < 0.55 else None
    things = _things(rng, width, height, hills, water, house)
    return Scene(
        seed=seed,
        width=width,
        height=height,
        mood=float(rng.beta(0.9, 1.6)),
        sun=(float(rng.uniform(0.12, 0.88)) * width, horizon * float(rng.uniform(0.22, 0.5))),
        clouds=tuple(_cloud(rng, width, horizon) for _ in range(int(rng.integers(1, 5)))),
        mountains=mountains,
        hills=hills,
        groves=tuple(_grove(rng, hill, width) for hill in hills[:-1]),
        water=water,
        path=_path(rng, width, height, hills, house) if kind != "river" and (house or rng.random() < 0.3) else None,
        things=tuple(sorted(things, key=_depth)),
    )


def _depth(thing: Thing) -> float:
    return float(thing.posts[:, 1].max()) if isinstance(thing, Fence) else thing.base[1]


def _mountain(rng: np.random.Generator, width: float, horizon: float, layer: int) -> Ridge:
    """A jagged edge by midpoint displacement; the first layer is the farthest and highest."""
    y, roughness = rng.uniform(-0.5, 0.5, 5), 0.62
    amplitude = 0.55
    for _ in range(4):
        middle = (y[1:] + y[:-1]) / 2 + rng.uniform(-amplitude, amplitude, len(y) - 1)
        y = np.insert(y, np.arange(1, len(y)), middle)
        amplitude *= roughness
    y = (y - y.mean()) / max(float(np.ptp(y)), 1e-6)
    rise = (0.34, 0.22)[layer]
    return Ridge(np.linspace(-0.05, width + 0.05, len(y)), horizon - rise * 0.42 - rise * y, True)


def _hill(rng: np.random.Generator, width: float, base: float, size: float) -> Ridge:
    """A smooth edge: a few long waves."""
    x = np.linspace(-0.05, width + 0.05, 96)
    y = np.full_like(x, base)
    for frequency in (2.2, 4.1, 7.3):
        y += (
            size * (2.2 / frequency) ** 0.8 * np.sin(frequency * rng.uniform(0.7, 1.3) * x + rng.uniform(0, 6.28)) * 0.6
        )
    return Ridge(x, y, False)


def _cloud(rng: np.random.Generator, width: float, horizon: float) -> Array:
    x, y = rng.uniform(0, width), horizon * rng.uniform(0.12, 0.62)
    size = rng.uniform(0.05, 0.10)
    count = int(rng.integers(4, 8))
    along = np.linspace(-1, 1, count) + rng.uniform(-0.1, 0.1, count)
    radius = size * (1.05 - 0.6 * np.abs(along)) * rng.uniform(0.75, 1.1, count)
    return np.stack([x + along * size * 2.1, y - radius * 0.5, radius], 1)


def _lake(rng: np.random.Generator, width: float, height: float, hills: tuple[Ridge, ...]) -> Water:
    middle = width * rng.uniform(0.25, 0.75)
    top = max(hills[2].at(middle), hills[2].at(middle - 0.2), hills[2].at(middle + 0.2)) + 0.03
    half_height = min(rng.uniform(0.07, 0.13), (height - top) * 0.36)
    half_width = rng.uniform(0.28, 0.46)
    angle = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    wobble = 1 + sum(rng.uniform(0.02, 0.09) * np.sin(k * angle + rng.uniform(0, 6.28)) for k in (2, 3, 5))
    x = middle + half_width * wobble * np.cos(angle)
    y = top + half_height + half_height * wobble * np.sin(angle)
    return Water(np.stack([x, y], 1), False, _cracks(rng, np.stack([x, y], 1)))


def _river(rng: np.random.Generator, width: float, height: float, hills: tuple[Ridge, ...]) -> Water:
    start = width * rng.uniform(0.3, 0.7)
    top = hills[2].at(start) - 0.004
    t = np.linspace(0, 1, 40)
    y = top + (height + 0.05 - top) * t
    swing = rng.uniform(0.10, 0.2) * rng.choice([-1, 1])
    x = (
        start
        + swing * np.sin(t**0.7 * 2 * np.pi * rng.uniform(0.8, 1.2)) * (0.25 + t)
        + (t**2) * rng.uniform(-0.2, 0.2)
    )
    half = 0.012 + 0.13 * t**1.5 * rng.uniform(0.8, 1.2)
    shore = np.concatenate([np.stack([x - half, y], 1), np.stack([x + half, y], 1)[::-1]])
    return Water(shore, True, _cracks(rng, shore))


def _cracks(rng: np.random.Generator, shore: Array) -> tuple[Array, ...]:
    """Zigzag lines with side arms, flat as if seen from the bank."""
    low, high = shore.min(0), shore.max(0)
    lines: list[Array] = []
    for _ in range(int(rng.integers(4, 7))):
        point = rng.uniform(low + 0.2 * (high - low), high - 0.2 * (high - low))
        direction, line = rng.uniform(-0.5, 0.5) + rng.choice([0, np.pi]), [point]
        for step in range(int(rng.integers(4, 8))):
            direction += rng.uniform(-0.7, 0.7)
            point = point + rng.uniform(0.03, 0.07) * np.array([np.cos(direction), 0.45 * np.sin(direction)])
            line.append(point)
            if step % 2:
                turn = direction + rng.choice([-1, 1]) * rng.uniform(0.6, 1.2)
                lines.append(np.stack([point, point + 0.05 * np.array([np.cos(turn), 0.45 * np.sin(turn)])]))
        lines.append(np.stack(line))
    return tuple(lines)


def _grove(rng: np.random.Generator, hill: Ridge, width: float) -> Array:
    """A wood in clumps along the edge of a hill and a little below it."""
    rows: list[tuple[float, float, float, float]] = []
    for _ in range(int(rng.integers(2, 5))):
        middle, spread, conifers = rng.uniform(0, width), rng.uniform(0.05, 0.16), rng.random() < 0.55
        for _ in range(int(rng.integers(4, 11))):
            x = middle + rng.normal() * spread
            drop = abs(rng.normal()) * 0.022
            height = (rng.uniform(0.045, 0.075) + drop) * (1.0 if conifers else 0.8)
            rows.append((x, hill.at(x) + drop + 0.012, height, float(conifers)))
    return np.array(sorted(rows, key=lambda row: row[1]))


def _house(
    rng: np.random.Generator, width: float, height: float, hills: tuple[Ridge, ...], water: Water | None
) -> House | None:
    for _ in range(12):
        size = rng.uniform(0.13, 0.19)
        x = rng.uniform(0.06, width - 0.06 - 1.9 * size)
        y = hills[2].at(x + 0.8 * size) + rng.uniform(0.03, 0.10)
        if y < height - 0.15 and _dry(water, x, x + 1.9 * size, y):
            return House((x, y), size, float(rng.random()), bool(rng.random() < 0.5))
    return None


def _dry(water: Water | None, left: float, right: float, y: float) -> bool:
    """Whether the strip of ground from `left` to `right` at `y` is clear of the water."""
    if water is None:
        return True
    near = water.shore[np.abs(water.shore[:, 1] - y) < 0.045]
    return len(near) == 0 or right < near[:, 0].min() - 0.01 or left > near[:, 0].max() + 0.01


def _path(
    rng: np.random.Generator, width: float, height: float, hills: tuple[Ridge, ...], house: House | None
) -> Array:
    if house is not None:
        door = 0.5 if not house.flipped else 1.4
        end_x, end_y = house.base[0] + door * house.size, house.base[1]
    else:
        end_x = width * rng.uniform(0.3, 0.7)
        end_y = hills[2].at(end_x) + 0.004
    t = np.linspace(0, 1, 28)
    start_x = width * rng.uniform(0.25, 0.75)
    x = end_x + (start_x - end_x) * t**1.3 + rng.uniform(0.04, 0.09) * np.sin(t * 2 * np.pi * 1.1) * (1 - 0.3 * t)
    y = end_y + (height + 0.04 - end_y) * t
    return np.stack([x, y, 0.022 + 0.075 * t**1.4], 1)


def _things(
    rng: np.random.Generator,
    width: float,
    height: float,
    hills: tuple[Ridge, ...],
    water: Water | None,
    house: House | None,
) -> list[Thing]:
    things: list[Thing] = [house] if house is not None else []
    taken = (
        [(house.base[0] - 0.02, house.base[0] + 1.9 * house.size + 0.02, house.base[1])] if house is not None else []
    )
    leafy = rng.uniform(0.35, 0.8)
    # A big tree at one side frames the picture; the others stand where there is space.
    side = rng.choice([0.13, 0.87]) + rng.uniform(-0.07, 0.07)
    places = [(side * width, height * rng.uniform(0.80, 0.93), rng.uniform(0.46, 0.62))]
    for _ in range(round(int(rng.integers(5, 10)) * max(1.0, width))):
        x = rng.uniform(-0.02, width + 0.02)
        ground = hills[2].at(x)
        depth = rng.uniform(0.05, 0.75) ** 1.3
        y = ground + (height - ground) * depth
        places.append((x, y, (0.17 + 0.30 * depth) * rng.uniform(0.85, 1.25)))
    for x, y, tall in places:
        half = 0.16 * tall
        blocked = any(left < x + half and right > x - half and y > floor - 0.02 for left, right, floor in taken)
        if blocked or not _dry(water, x - half * 0.6, x + half * 0.6, y):
            continue
        taken.append((x - half, x + half, y - 0.05))
        if rng.random() < leafy:
            things.append(_tree(rng, (x, y), tall))
        else:
            lean, tint = rng.uniform(-0.03, 0.03), rng.random()
            things.append(Conifer((x, y), tall * 1.05, int(rng.integers(4, 7)), float(lean), float(tint)))
    if rng.random() < 0.5:
        things.append(_fence(rng, width, height, hills, house, water))
    for _ in range(int(rng.integers(0, 3))):
        x, size = rng.uniform(0.05, width - 0.05), rng.uniform(0.045, 0.07)
        y = hills[2].at(x) + rng.uniform(0.06, 0.28)
        clear = not any(left < x + size and right > x - size and abs(y - floor) < 0.08 for left, right, floor in taken)
        if clear and y < height - 0.03 and _dry(water, x - size, x + size, y):
            things.append(Stack((x, y), size))
    return things


def _fence(
    rng: np.random.Generator,
    width: float,
    height: float,
    hills: tuple[Ridge, ...],
    house: House | None,
    water: Water | None,
) -> Fence:
    x = np.arange(-0.02, width + 0.08, 0.062)
    offset, slope = rng.uniform(0.12, 0.22), rng.uniform(-0.05, 0.05)
    y = np.array([hills[2].at(value) for value in x]) * 0.4 + 0.6 * hills[2].at(width / 2) + offset + slope * x
    keep = np.array([_dry(water, a - 0.02, a + 0.02, b) for a, b in zip(x, y, strict=True)])
    start = int(rng.integers(0, max(1, len(x) // 2)))
    keep[:start] = False
    if not keep.any():
        keep[-3:] = True
    first = int(np.argmax(keep))
    gaps = np.flatnonzero(~keep[first:])
    last = first + int(gaps[0]) if len(gaps) else len(x)
    posts = np.stack([x, y, np.full_like(x, 0.058)], 1)[first : max(last, first + 2)]
    return Fence(posts)


def _tree(rng: np.random.Generator, base: Point, height: float) -> Tree:
    """Branches by repeated forking, leaves around the ends of the branches."""
    rows: list[tuple[float, float, float, float, float, int]] = []
    tips: list[Point] = []

    def grow(x: float, y: float, angle: float, length: float, thickness: float, level: int) -> None:
        x1, y1 = x + length * np.cos(angle), y - length * np.sin(angle)
        rows.append((x, y, x1, y1, thickness, level))
        if level >= 2:
            tips.append((x1, y1))
        if level == 4:
            return
        forks = 3 if level < 2 else 2
        spread = rng.uniform(0.42, 0.62) * (1.15 if forks == 3 else 0.8)
        for turn in np.linspace(-spread, spread, forks) + rng.uniform(-0.15, 0.15, forks):
            upward = 0.12 * (np.pi / 2 - angle)
            grow(x1, y1, angle + turn + upward, length * rng.uniform(0.66, 0.82), thickness * 0.62, level + 1)

    grow(base[0], base[1], np.pi / 2 + rng.uniform(-0.06, 0.06), height * 0.30, height * 0.062, 0)
    ends = np.array(tips)
    chosen = ends[rng.permutation(len(ends))[:16]]
    radius = height * rng.uniform(0.10, 0.155, len(chosen))
    middle = ends.mean(0)
    leaves = np.concatenate([chosen + 0.08 * (chosen - middle), radius[:, None]], 1)
    leaves = np.concatenate([[[middle[0], middle[1], height * 0.22]], leaves])
    return Tree(base, height, np.array(rows), leaves, float(rng.random()), bool(rng.random() < 0.25))
