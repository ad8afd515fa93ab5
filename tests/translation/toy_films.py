"""Short films whose every frame is known."""

from pathlib import Path

import av
import numpy as np

HEIGHT, WIDTH, FRAMES = 48, 64, 10


def moving_square(step: int, height: int = HEIGHT, width: int = WIDTH) -> np.ndarray:
    frame = np.full((height, width, 3), 60, np.uint8)
    frame[16:32, 4 + 4 * step : 20 + 4 * step] = 200
    return frame


def film(
    path: Path, *, sound: str | None = None, codec: str = "libx264", height: int = HEIGHT, width: int = WIDTH
) -> Path:
    with av.open(str(path), "w") as made:
        stream = made.add_stream(codec, rate=10, options={"crf": "10"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        voice = made.add_stream(sound, rate=48_000, layout="mono") if sound else None
        for step in range(FRAMES):
            made.mux(stream.encode(av.VideoFrame.from_ndarray(moving_square(step, height, width), format="rgb24")))
        made.mux(stream.encode())
        if voice is not None:
            tone = np.sin(np.arange(48_000) * 0.05).astype(np.float32)[None]
            for start in range(0, 48_000, 960):
                piece = av.AudioFrame.from_ndarray(tone[:, start : start + 960].copy(), format="fltp", layout="mono")
                piece.sample_rate = 48_000
                made.mux(voice.encode(piece))
            made.mux(voice.encode())
    return path


def frames_of(path: Path) -> tuple[list[np.ndarray], list[float]]:
    with av.open(str(path)) as opened:
        read = list(opened.decode(video=0))
        return [each.to_ndarray(format="rgb24") for each in read], [float(each.time) for each in read]
