using Gibbon.Pdk;
using Gibbon.Plugins.Shared;
using Gibbon.Plugins.Shared.Counting;

namespace Gibbon.Plugins.RateLimiting;

/// <summary>How far a client has used its limits up, as one request finds it.</summary>
readonly ref struct Usage
{
    readonly PeriodLimit[] limits;
    readonly long now;
    readonly ReadOnlySpan<long> starts;
    readonly ReadOnlySpan<double> remaining;
    readonly int stop;

    /// <summary>Compares what was used with the limits.</summary>
    /// <param name="limits">The limits, from the shortest period to the longest.</param>
    /// <param name="used">How many requests the window of each limit has had, with this one.</param>
    /// <param name="starts">When the window of each limit began.</param>
    /// <param name="now">The moment, in seconds since 1970.</param>
    /// <param name="remaining">Room for a number per limit.</param>
    public Usage(PeriodLimit[] limits, ReadOnlySpan<long> used, ReadOnlySpan<long> starts, long now, Span<double> remaining)
    {
        this.limits = limits;
        this.now = now;
        this.starts = starts;
        this.remaining = remaining;
        stop = -1;
        for (var i = 0; i < limits.Length; i++)
        {
            remaining[i] = limits[i].Limit - (used[i] - 1);
            if (remaining[i] <= 0)
                stop = i;
        }
    }

    /// <summary>Whether a limit is used up.</summary>
    public bool IsExceeded => stop >= 0;

    /// <summary>
    /// Tells the client every limit and what is left of it after this request, and the tightest one once more
    /// (draft-ietf-httpapi-ratelimit-headers).
    /// </summary>
    public void Tell(Response response)
    {
        var tightest = -1;
        var fewest = 0d;
        var fewestText = "";
        for (var i = 0; i < limits.Length; i++)
        {
            var left = Math.Max(0, stop < 0 || stop == i ? remaining[i] - 1 : remaining[i]);
            var leftText = NumberText.Of(left);

            // Limits come in the order of their periods: of equals the longest counts.
            if (tightest < 0 || left <= fewest)
                (tightest, fewest, fewestText) = (i, left, leftText);

            response.SetHeader(limits[i].LimitHeader, limits[i].Text);
            response.SetHeader(limits[i].RemainingHeader, leftText);
        }

        if (tightest >= 0)
            TellTightest(response, limits[tightest], fewestText, limits[tightest].Period.Reset(starts[tightest], now));
    }

    void TellTightest(Response response, PeriodLimit limit, string left, long reset)
    {
        var resetText = NumberText.Of(reset);
        response.SetHeader("RateLimit-Limit", limit.Text);
        response.SetHeader("RateLimit-Remaining", left);
        response.SetHeader("RateLimit-Reset", resetText);
        if (IsExceeded)
            response.SetHeader("Retry-After", resetText);
    }
}
