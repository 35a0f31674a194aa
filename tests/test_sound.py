"""helpers.sound: 13 numbers a frame as others compute them, a whisper that gives them again, no silence at the ends, and files."""

import io
import wave

import numpy as np
import pytest
import scipy.fft
import scipy.signal

from helpers import data, sound


def noise(N, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, N)


@pytest.fixture(scope="module")
def recordings():
    return data.spoken_digits()[0][::60]


def test_coefficients_are_those_of_scipys_spectrum_and_cosine_transform():
    x = noise(2000) * np.linspace(0, 1, 2000) ** 4
    stft = scipy.signal.ShortTimeFFT(scipy.signal.get_window("hann", 400), hop=200, fs=8000)
    power = np.abs(stft.stft(np.pad(x, 200, mode="reflect"), p0=1, p1=12)) ** 2
    loudness = 10 * np.log10(sound.filters() @ power)
    expected = scipy.fft.dct(np.maximum(loudness, loudness.max() - 80), axis=0, norm="ortho")[:13].T
    np.testing.assert_allclose(sound.mfcc(x), expected, atol=1e-9)
    assert loudness.min() < loudness.max() - 80, "the quietest is lifted"


@pytest.mark.parametrize(("N", "T"), [(201, 2), (399, 2), (400, 3), (4000, 21)])
def test_a_frame_begins_every_200_samples(N, T):
    assert sound.mfcc(noise(N)).shape == (T, 13)


def test_a_louder_sound_moves_the_first_coefficient_only():
    louder = sound.mfcc(10 * noise(3000)) - sound.mfcc(noise(3000))
    np.testing.assert_allclose(louder, np.eye(13)[[0]] * 20 * np.sqrt(128) * np.ones((16, 1)), atol=1e-9)


def test_silence_is_as_quiet_as_can_be():
    np.testing.assert_allclose(
        sound.mfcc(np.zeros(1000)), np.eye(13)[[0]] * -100 * np.sqrt(128) * np.ones((6, 1)), atol=1e-9
    )


def test_filters_share_every_frequency_between_the_first_and_the_last_middle():
    f = sound.filters()
    assert f.shape == (128, 201) and (f >= 0).all() and (f.sum(axis=1) > 0).all()
    inside = (sound.BINS >= 0) & (sound.BINS <= 127)
    np.testing.assert_allclose(f.sum(axis=0)[inside], 1)
    peaks = f[100:].argmax(axis=1)
    np.testing.assert_allclose(sound.BINS[peaks], np.arange(100, 128), atol=0.5)


def test_cosines_are_orthonormal_at_the_filters():
    rows = sound.cosines(np.arange(128))
    np.testing.assert_allclose(rows @ rows.T, np.eye(13), atol=1e-12)
    np.testing.assert_allclose(sound.cosines([3, 90]), rows[:, [3, 90]])


def test_a_whisper_has_the_frames_it_was_made_of(recordings):
    before = np.concatenate(recordings)
    after = np.concatenate([sound.mfcc(sound.whisper(frames)) for frames in recordings])
    alike = [np.corrcoef(a, b)[0, 1] for a, b in zip(before.T, after.T, strict=True)]
    assert min(alike[:7]) > 0.9 and min(alike) > 0.8, np.round(alike, 2)
    assert np.abs((after - before).mean(axis=0)).max() < 15, "less than a tenth of the first one's spread"


def test_a_whisper_is_the_same_for_the_same_seed(recordings):
    again = sound.whisper(recordings[0])
    np.testing.assert_array_equal(sound.whisper(recordings[0]), again)
    assert len(again) == 200 * (len(recordings[0]) - 1)
    assert np.abs(sound.whisper(recordings[0], seed=1) - again).max() > 0


def test_silence_at_the_ends_goes_and_a_pause_stays():
    quiet, loud = np.full(2000, 1e-4), noise(1000)
    x = np.concatenate([quiet, loud, quiet, loud, quiet])
    np.testing.assert_array_equal(sound.without_silence(x), x[1800:6200])
    np.testing.assert_array_equal(sound.without_silence(loud[:400]), loud[:400])
    assert len(sound.without_silence(np.zeros(4000))) == len(sound.without_silence(loud[:399])) == 0


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: sound.mfcc(np.zeros(200)), "sound has 200 samples; expected more than 200"),
        (lambda: sound.mfcc(np.zeros((300, 2))), r"sound has shape \(300, 2\)"),
        (lambda: sound.mfcc(np.zeros(300, dtype=int)), "sound has dtype int64"),
        (lambda: sound.without_silence(np.full(500, np.nan)), "sound contains NaN"),
        (lambda: sound.whisper(np.zeros((5, 12))), r"frames has shape \(5, 12\)"),
        (lambda: sound.whisper(np.zeros((1, 13))), "frames has 1 rows; expected at least 2"),
    ],
)
def test_what_does_not_fit_is_named(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_a_sound_file_ends_after_some_minutes():
    with pytest.warns(UserWarning, match="A sound lasts at most 300 seconds here"):
        file = sound.wav(np.zeros(400 * sound.RATE, dtype=np.float32))
    assert len(file) < 301 * sound.RATE


def test_wav_holds_the_samples():
    with wave.open(io.BytesIO(sound.wav([0, 1, -1, 2]))) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (sound.RATE, 1, 1)
        assert np.frombuffer(file.readframes(9), np.uint8).tolist() == [128, 255, 1, 255]
