namespace Gibbon.Clustering;

/// <summary>How long nodes of a cluster wait for each other: Kong's times, which are no settings.</summary>
internal sealed record ClusterTimes
{
    /// <summary>Between two reports of a data plane.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the other side may say nothing: one and a half times the interval, looked at every five seconds.</summary>
    public TimeSpan LongestSilence { get; init; } = TimeSpan.FromSeconds(50);

    /// <summary>For a data plane's way to its control plane, and for a goodbye.</summary>
    public TimeSpan Handshake { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>For what a data plane says first.</summary>
    public TimeSpan FirstMessage { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The least and the most that a data plane waits before it connects again; whole steps of a second between them.</summary>
    public (TimeSpan Least, TimeSpan Most) Reconnect { get; init; } = (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10));

    /// <summary>For an answer about the revocation of a certificate.</summary>
    public TimeSpan Revocation { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A certificate that expires within this time is spoken of.</summary>
    public TimeSpan ExpiryWarning { get; init; } = TimeSpan.FromDays(30);

    public TimeSpan NextReconnect()
    {
        double seconds = (Reconnect.Most - Reconnect.Least).TotalSeconds;
        return Reconnect.Least + TimeSpan.FromSeconds(seconds < 1 ? Random.Shared.NextDouble() * seconds : Random.Shared.Next((int)seconds + 1));
    }
}
