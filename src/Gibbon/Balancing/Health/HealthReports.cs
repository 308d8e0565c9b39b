using Gibbon.Balancing.Recording;
using Gibbon.Settings;

namespace Gibbon.Balancing.Health;

/// <summary>
/// Takes what requests and probes have met at the addresses of an upstream, counts it, and lets whoever must know that an address is in or out.
/// What only confirms that all is well costs a look.
/// </summary>
internal sealed class HealthReports(Balancer balancer)
{
    /// <summary>A request was answered with a status, or with the gateway's own in the service's place.</summary>
    public void Answered(TargetAddress address, int status)
    {
        if (status == 504)
        {
            TimedOut(address);
        }
        else if (address.IsWatched && balancer.Health.Passive.Judge(status) is { } what)
        {
            address.State.Recorder.Add(what);
            if (address.State.Health.Count(what, balancer.Health.Passive.ThresholdOf(what), out HealthChange change))
            {
                Changed(address.State, in change, $"request: status {status} ({change.Count}/{balancer.Health.Passive.ThresholdOf(what)})");
            }
        }
    }

    /// <summary>A try of a request had no answer in time.</summary>
    public void TimedOut(TargetAddress address) => Failed(address, HealthEvent.Timeout);

    /// <summary>A try of a request came to nothing.</summary>
    public void ConnectionFailed(TargetAddress address) => Failed(address, HealthEvent.TcpFailure);

    /// <summary>A probe has ended.</summary>
    public void Probed(TargetAddress address, in ProbeRecord probe)
    {
        address.State.Recorder.Add(in probe);
        if (probe.Event is { } what && address.State.Health.Count(what, balancer.Health.Active.ThresholdOf(what), out HealthChange change))
        {
            string found = probe.Error ?? (probe.Status == 0 ? "connected" : "status " + probe.Status);
            Changed(address.State, in change, $"{probe.Type} probe: {found} ({change.Count}/{balancer.Health.Active.ThresholdOf(what)})");
        }
    }

    /// <summary>Somebody says that an address is healthy, or that it is not.</summary>
    public void Set(AddressState address, bool healthy)
    {
        if (address.Health.Set(healthy, out HealthChange change))
        {
            Changed(address, in change, "set through the Admin API");
        }
    }

    private void Failed(TargetAddress address, HealthEvent what)
    {
        if (!address.IsWatched)
        {
            return;
        }

        int threshold = balancer.Health.Passive.ThresholdOf(what);
        address.State.Recorder.Add(what);
        if (address.State.Health.Count(what, threshold, out HealthChange change))
        {
            Changed(address.State, in change, $"request: {(what == HealthEvent.Timeout ? "timeout" : "connection failed")} ({change.Count}/{threshold})");
        }
    }

    private void Changed(AddressState address, in HealthChange change, string cause)
    {
        BalancerState state = balancer.State;
        address.Recorder.Add(new TransitionRecord(state.Time.GetUtcNow(), change.Before, change.After, cause));
        if (change.MovesRequests)
        {
            Interlocked.Increment(ref state.HealthVersion);
            bool healthy = change.After <= HealthState.MostlyHealthy;
            state.All.Log?.Write(
                LogSeverity.Warn,
                $"[healthchecks] (default:{balancer.Upstream.Name}) {(healthy ? "healthy" : "unhealthy")}: {address.Key}, {cause}");
        }
    }
}
