using System.Net;

namespace Gibbon.Pdk;

/// <summary>One attempt to reach the service.</summary>
/// <param name="Address">Where; <c>null</c> if none was found.</param>
/// <param name="Port">The port there; 0 without an address.</param>
/// <param name="HostName">The name that the address was found by; <c>null</c> if it was given as it is.</param>
/// <param name="StartedNs">When the balancer was asked, in nanoseconds since 1970.</param>
/// <param name="BalancerLatencyNs">How long it took, in nanoseconds.</param>
/// <param name="State"><c>failed</c> if nothing came of it; <c>null</c> if it was answered.</param>
/// <param name="Code">The status that a failed attempt counts as; 0 if there is none.</param>
public sealed record ServiceAttempt(
    IPAddress? Address,
    int Port,
    string? HostName,
    long StartedNs,
    long BalancerLatencyNs,
    string? State,
    int Code);
