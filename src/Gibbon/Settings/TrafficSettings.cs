namespace Gibbon.Settings;

/// <summary>Whether the last requests are kept for people to look at, how many of them, and how many of those that come. A node that runs may be told otherwise.</summary>
internal sealed record TrafficSettings
{
    /// <summary>The largest <see cref="Size"/>.</summary>
    public const int LargestSize = 10_000;

    public required bool IsOn { get; init; }

    /// <summary>The part of the requests that is recorded, 0 to 1.</summary>
    public required double SampleRate { get; init; }

    /// <summary>How many are kept.</summary>
    public required int Size { get; init; }

    public static TrafficSettings From(SettingReader read)
    {
        double rate = read.Number("traffic_recording_sample_rate") ?? 1;
        if (rate is not (>= 0 and <= 1))
        {
            read.Fail("traffic_recording_sample_rate must be between 0 and 1");
        }

        int size = read.Whole("traffic_recording_size") ?? 1000;
        if (size is < 1 or > LargestSize)
        {
            read.Fail($"traffic_recording_size must be between 1 and {LargestSize}");
        }

        return new TrafficSettings { IsOn = read.Flag("traffic_recording"), SampleRate = rate, Size = size };
    }
}
