using Gibbon.Balancing.Health;

namespace Gibbon.Balancing.Probes;

/// <summary>What a probe has met: a connection or a status, or what went wrong.</summary>
/// <param name="Status">The status of the answer; 0 without one.</param>
/// <param name="Failure">What it counts for whatever the status lists say; null when the status decides.</param>
/// <param name="Error">What was wrong, in words.</param>
internal readonly record struct ProbeOutcome(int Status, HealthEvent? Failure, string? Error)
{
    public static readonly ProbeOutcome Connected = new(0, HealthEvent.Success, null);

    public static readonly ProbeOutcome TimedOut = new(0, HealthEvent.Timeout, "timeout");

    public static ProbeOutcome Answered(int status) => new(status, null, null);

    public static ProbeOutcome NotHttp(string error) => new(0, HealthEvent.HttpFailure, error);

    public static ProbeOutcome Failed(string error) => new(0, HealthEvent.TcpFailure, error);
}
