using Gibbon.Plugins.Shared.Counting;

namespace Gibbon.Plugins.ResponseRateLimiting;

/// <summary>What is known of one request between its phases.</summary>
sealed class RequestUse
{
    /// <summary>Whose use it is; its limit's name is left open.</summary>
    public CounterKey Key { get; set; }

    /// <summary>When it began, in seconds since 1970.</summary>
    public long Now { get; set; }

    /// <summary>What is left of each limit of the configuration, before this request; <c>null</c> if it could not be found out.</summary>
    public double[]? Remaining { get; set; }

    /// <summary>What the service says the request has used.</summary>
    public IReadOnlyDictionary<string, long> Used { get; set; } = ReportedUse.None;

    /// <summary>Whether the client did not get the answer because a limit was used up: then it has used nothing.</summary>
    public bool IsRefused { get; set; }
}
