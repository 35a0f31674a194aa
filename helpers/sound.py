"""What a recogniser is given of a sound, what can still be heard in it, and sound files.

A sound at 8,000 samples a second becomes frames: a new one begins every 200 samples and holds 400, so a frame is a
fortieth of a second further on. Each is kept as 13 numbers. T frames, N samples.
"""

import io
import warnings
import wave

import numpy as np

from helpers import validate

RATE = 8000
"""Samples of sound per second: enough for a voice and a fiddle, and the files stay small."""

LONGEST_FILE = 300
"""At most so many seconds in a sound file."""

HOP, FILTERS, COEFFICIENTS = 200, 128, 13
WIDTH = 2 * HOP
HANN = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WIDTH) / WIDTH)
FAINTEST, RANGE = 1e-10, 80.0
"""No power counts as less than the first; nor is anything taken as quieter than so many decibels below the loudest."""


def mel(hertz):
    """Return pitch as it is heard, m = 2595 log10(1 + f / 700), of frequencies of any shape."""
    return 2595 * np.log10(1 + np.asarray(hertz, dtype=float) / 700)


BINS = mel(np.fft.rfftfreq(WIDTH, 1 / RATE)) / mel(RATE / 2) * (FILTERS + 1) - 1
"""Where the 201 frequencies of a frame's spectrum lie between the filters: at i is the middle of filter i."""


def filters():
    """Return 128 triangles over the frequencies of a frame, (128, 201), each twice as wide as the way to the next in mel.

    In hertz their edges are straight, each ends in the middle of the next one, and at its middle each is 1.
    """
    edges = 700 * (10 ** (np.linspace(0, mel(RATE / 2), FILTERS + 2) / 2595) - 1)
    steps, away = np.diff(edges), np.fft.rfftfreq(WIDTH, 1 / RATE) - edges[:, None]
    return np.maximum(0, np.minimum(away[:-2] / steps[:-1, None], -away[2:] / steps[1:, None]))


def cosines(places):
    """Return 13 cosines, (13, n), at n places between 128 filters; at the places 0 to 127 they are a DCT-II's first rows.

    c_k(i) = sqrt(2 / 128) cos(pi k (i + 1/2) / 128), and c_0(i) = sqrt(1 / 128).
    """
    rows = np.cos(np.pi / FILTERS * np.arange(COEFFICIENTS)[:, None] * (np.asarray(places) + 0.5))
    rows *= np.sqrt(2 / FILTERS)
    rows[0] /= np.sqrt(2)
    return rows


def mfcc(sound):
    """Return the mel-frequency cepstral coefficients of a sound, as those of `data.spoken_digits` were most probably made.

    |X_t(f)|^2 is the power of frame t, seen through a Hann window; M_t(i) = 10 log10(sum over f of filter_i(f) |X_t(f)|^2)
    is its loudness in decibels in 128 bands; the frame is kept as its sums with 13 `cosines`, C_t = cosines M_t.

    Args:
        sound: (N,) float, N > 200, samples from -1 to 1, 8,000 a second. Beyond its ends it is mirrored.

    Returns:
        frames: (T, 13) float64, T = 1 + N // 200.

    Raises:
        ValueError: the sound is too short, or is no row of finite floating-point numbers.

    Source: Davis and Mermelstein (1980), doi:10.1109/TASSP.1980.1163420. The archive does not say how its numbers were
    made. Its author's package torchfsdd shows torchaudio's MFCC(sample_rate=8000, n_mfcc=13), whose defaults these are.
    """
    sound = validate.floats("sound", sound).astype(float)
    validate.shape("sound", sound, N=None)
    if len(sound) <= HOP:
        raise ValueError(f"sound has {len(sound)} samples; expected more than {HOP}.")
    power = np.abs(np.fft.rfft(_frames(np.pad(sound, HOP, mode="reflect")) * HANN)) ** 2
    loudness = 10 * np.log10(np.maximum(power @ filters().T, FAINTEST))
    return np.maximum(loudness, loudness.max() - RANGE) @ cosines(np.arange(FILTERS)).T


def whisper(frames, seed=0):
    """Return noise that is shaped so that `mfcc` gives nearly these frames again.

    The 13 cosines give back a smooth spectrum, the same at every pitch; so what is heard has no pitch, as in a whisper.

    Args:
        frames: (T, 13) float, T >= 2, mel-frequency cepstral coefficients.
        seed: of the noise.

    Returns:
        sound: (200 (T - 1),) float64, 8,000 samples a second.

    Raises:
        ValueError: frames has another shape, or holds anything but finite floating-point numbers.
    """
    frames = validate.floats("frames", frames).astype(float)
    validate.shape("frames", frames, T=None, k=COEFFICIENTS)
    T = len(frames)
    if T < 2:
        raise ValueError(f"frames has {T} rows; expected at least 2.")
    of_filters = cosines(np.arange(FILTERS)) @ (10 * np.log10(filters().sum(axis=1)))  # wide filters let more through
    decibels = (frames - of_filters) @ cosines(BINS)
    noise = np.fft.rfft(_frames(np.random.default_rng(seed).standard_normal(HOP * (T + 1))) * HANN)
    shaped = np.fft.irfft(noise / np.sqrt(np.sum(HANN**2)) * 10 ** (decibels / 20)).reshape(T, 2, HOP)
    sound = np.zeros((T + 1, HOP))
    sound[:-1] += shaped[:, 0]  # each frame's first half lies over the second half of the one before
    sound[1:] += shaped[:, 1]
    return sound[1:-1].ravel()


def without_silence(sound, below=30.0):
    """Return a sound without the frames at both ends that are much quieter than the loudest.

    Args:
        sound: (N,) float.
        below: by how many decibels.

    Returns:
        (M,) with M <= N; nothing, if the sound is shorter than a frame or is silent everywhere.

    Raises:
        ValueError: as in `mfcc`.
    """
    sound = validate.floats("sound", sound)
    validate.shape("sound", sound, N=None)
    power = np.mean(_frames(sound) ** 2, axis=1) if len(sound) >= WIDTH else np.zeros(1)
    if power.max() < FAINTEST:
        return sound[:0]
    loud = np.flatnonzero(power > power.max() * 10 ** (-below / 10))
    return sound[HOP * loud[0] : HOP * loud[-1] + WIDTH]


def wav(samples):
    """Return samples from -1 to 1 as the bytes of a sound file with 8 bits each at `RATE`, the same on every machine.

    What comes after `LONGEST_FILE` seconds is left out, with a warning that says so.
    """
    samples, most = np.asarray(samples), LONGEST_FILE * RATE
    if len(samples) > most:
        warnings.warn(f"A sound lasts at most {LONGEST_FILE} seconds here; its end is left out.", stacklevel=2)
        samples = samples[:most]
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(RATE)
        sound.writeframes(np.clip(np.round(128 + 127 * samples), 0, 255).astype(np.uint8).tobytes())
    return file.getvalue()


def _frames(sound):
    return np.lib.stride_tricks.sliding_window_view(sound, WIDTH)[::HOP]
