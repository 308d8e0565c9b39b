using System.Globalization;

namespace Gibbon.Plugins.Shared.Protobuf;

/// <summary><c>google.protobuf.Timestamp</c>, which is a text in JSON. As in Kong it is shown in whole seconds, of UTC, without saying so.</summary>
static class ProtoTimestamp
{
    const int Seconds = 1;
    const int Nanos = 2;

    public static bool TryWrite(ProtoWriter writer, string text)
    {
        if (!DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
            return false;

        var ticks = time.Ticks - DateTimeOffset.UnixEpoch.Ticks;
        var seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out var rest);
        if (rest < 0)
            (seconds, rest) = (seconds - 1, rest + TimeSpan.TicksPerSecond);

        writer.Number(Seconds, seconds);
        writer.Number(Nanos, rest * TimeSpan.NanosecondsPerTick);
        return true;
    }

    /// <summary>The text of a time.</summary>
    /// <param name="seconds">Since 1970; what no calendar has becomes its nearest end.</param>
    public static string Text(long seconds)
    {
        var time = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(
            seconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds()));
        return time.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
    }
}
