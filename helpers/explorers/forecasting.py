"""The explorer of the forecasting application: choose a year and forecast the two years after it."""

import numpy as np

from helpers.figures import BLUE, GREY, ORANGE
from helpers.widgets.explorer import choice, explore, slider
from helpers.widgets.prediction import predict

READ_AT_MOST = 22


def sunspots(years, numbers, networks, autoregression):
    """Compare the forecasts of a network and an autoregression, made from as many past years as the learner chooses.

    Args:
        years: (T,) float, in quarters; the test years are 1955 to 2008.
        numbers: (T,) float, the sunspots of each quarter.
        networks: name -> function from (t,) numbers, t >= 4, to (A,) forecasts of the next quarters, or (A, 3): between the
            first and the third of these three should lie eight tenths of what comes.
        autoregression: function like those, which returns None where t is too short for it.
    """

    def draw(fig):
        fig.set_size_inches(7.6, 3.9)
        ax = fig.subplots()
        ax.set(xlim=(-READ_AT_MOST - 0.5, 2.6), ylim=(0, 400), xlabel="years from now", ylabel="sunspots")
        ax.set_title("Two years ahead, from what was read")
        ax.axvline(0, color=GREY, linestyle=":")
        ax.plot([], [], color="black", label="read")
        ax.plot([], [], ".", color=GREY, markersize=9, label="what came")
        ax.plot([], [], "o-", color=BLUE, markersize=4, label="network")
        ax.plot([], [], "s--", color=ORANGE, markersize=4, label="autoregression")
        ax.legend(loc="upper left", ncols=4, fontsize=10)
        (read_line,) = ax.plot([], [], color="black", linewidth=1.4, animated=True)
        (came_line,) = ax.plot([], [], ".", color=GREY, markersize=9, animated=True)
        (network_line,) = ax.plot([], [], "o-", color=BLUE, markersize=4, animated=True)
        (band,) = ax.fill([], [], color=BLUE, alpha=0.2, linewidth=0, animated=True)
        (linear_line,) = ax.plot([], [], "s--", color=ORANGE, markersize=4, animated=True)

        def update(network, now, read, times):
            end = int(np.searchsorted(years, now + 1))
            seen = times * numbers[end - 4 * read : end]
            forecast = networks[network](seen)
            linear = autoregression(seen)
            ahead = np.arange(1, len(forecast) + 1) / 4
            low, forecast, high = forecast.T if forecast.ndim == 2 else [forecast] * 3
            band.set_xy(np.transpose([[*ahead, *ahead[::-1]], [*low, *high[::-1]]]))
            between = f" (eight chances in ten: {low[3]:.0f} to {high[3]:.0f})" if low is not forecast else ""
            came = times * numbers[end : end + len(forecast)]
            read_line.set_data((np.arange(len(seen)) - len(seen) + 1) / 4, seen)
            came_line.set_data(ahead[: len(came)], came)
            network_line.set_data(ahead, forecast)
            linear_line.set_data(([], []) if linear is None else (ahead, linear))
            by_linear = "cannot say, it needs nine years" if linear is None else f"says {linear[3]:.0f}"
            return (
                f"It is the end of {now}, and the last {4 * read} quarters were read. A year from now: the {network} "
                f"says {forecast[3]:.0f}{between}, the autoregression {by_linear}; it {'was' if times == 1 else 'would be'} {came[3]:.0f}."
            )

        return update

    return predict(
        "It is the end of 1997. The GRU has read the last 22 years; now let it read only the last one. What becomes of its "
        "forecast for two years on?",
        ["Much lower", "About the same", "Much higher"],
        answer="Much lower",
        why="One year is too little to know a rise by. Move “Years read” to 1, then up until the forecast stands still.",
        then=explore(
            draw,
            "The sunspots that were read as a line up to now, then two years of forecasts by a network and by an "
            "autoregression, with what came as dots.",
            network=choice("Network", networks),
            now=slider("Standing at the end of", 1955, 2006, 1997, play=True),
            read=slider("Years read", 1, READ_AT_MOST, READ_AT_MOST),
            times=slider("Every number times", 0.25, 1.5, 1.0, step=0.125),
        ),
    )
