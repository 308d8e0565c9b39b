using System.Globalization;

namespace Gibbon.Plugins.Statsd;

/// <summary>Ranges of statuses, both ends included; none at all is every status.</summary>
/// <param name="texts">The ranges: <c>200-299</c>.</param>
sealed class StatusRanges(IReadOnlyList<string>? texts)
{
    readonly (double From, double To)[]? ranges = texts is null ? null : [.. texts.Select(Parse)];

    /// <summary>Whether a status is in one of them.</summary>
    public bool Contain(int status)
    {
        if (ranges is null)
            return true;

        foreach (var (from, to) in ranges)
            if (status >= from && status <= to)
                return true;

        return false;
    }

    static (double From, double To) Parse(string text)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        return (double.Parse(text[..dash], CultureInfo.InvariantCulture), double.Parse(text[(dash + 1)..], CultureInfo.InvariantCulture));
    }
}
