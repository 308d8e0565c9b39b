namespace Gibbon.Balancing;

/// <summary>Why there is nowhere to send a request: the status and Kong's words for it. The default value is "no error".</summary>
internal readonly record struct PickError(int Status, string Message)
{
    public static readonly PickError NoPeer = new(503, "failure to get a peer from the ring-balancer");

    public static readonly PickError NoPeerFromPlugin = new(503, "failure to get a peer from retry handler");

    public static readonly PickError NameResolutionFailed = new(503, "name resolution failed");

    public bool IsNone => Status == 0;

    /// <summary>The failure of the look-up of a name that is no upstream.</summary>
    public static PickError Of(Dns.Resolution failure, string host) => failure.NameUnknown
        ? NameResolutionFailed
        : new PickError(500, $"failed the initial dns/balancer resolve for '{host}' with: {failure.Error}");
}
