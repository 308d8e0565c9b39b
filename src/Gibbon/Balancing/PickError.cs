using Gibbon.Dns;

namespace Gibbon.Balancing;

/// <summary>Why there is nowhere to send a request. The default value is "no error".</summary>
/// <param name="Status">The status of the answer.</param>
/// <param name="Message">Kong's words for the client.</param>
/// <param name="LookUp">The look-up of a name that brought nothing; null for other reasons.</param>
internal readonly record struct PickError(int Status, string Message, Resolution? LookUp = null)
{
    public static readonly PickError NoPeer = new(503, "failure to get a peer from the ring-balancer");

    public static readonly PickError NoPeerFromPlugin = new(503, "failure to get a peer from retry handler");

    public bool IsNone => Status == 0;

    /// <summary>The failure of the look-up of a name that is no upstream.</summary>
    public static PickError Of(Resolution failure, string host) => failure.NameUnknown
        ? new PickError(503, "name resolution failed", failure)
        : new PickError(500, $"failed the initial dns/balancer resolve for '{host}' with: {failure.Error}", failure);
}
