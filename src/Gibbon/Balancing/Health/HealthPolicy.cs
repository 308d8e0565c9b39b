using Gibbon.Pdk.Entities;

namespace Gibbon.Balancing.Health;

/// <summary>What an upstream's <c>healthchecks</c> ask for, made ready.</summary>
internal sealed class HealthPolicy
{
    public HealthPolicy(Healthchecks checks)
    {
        ActiveHealthcheck active = checks.Active;
        PassiveHealthcheck passive = checks.Passive;
        Threshold = checks.Threshold ?? 0;
        Probe = active;
        Active = new HealthRules(active.Healthy.HttpStatuses, active.Unhealthy.HttpStatuses)
        {
            Successes = active.Healthy.Successes ?? 0,
            HttpFailures = active.Unhealthy.HttpFailures ?? 0,
            TcpFailures = active.Unhealthy.TcpFailures ?? 0,
            Timeouts = active.Unhealthy.Timeouts ?? 0,
        };
        Passive = new HealthRules(passive.Healthy.HttpStatuses, passive.Unhealthy.HttpStatuses)
        {
            Successes = passive.Healthy.Successes ?? 0,
            HttpFailures = passive.Unhealthy.HttpFailures ?? 0,
            TcpFailures = passive.Unhealthy.TcpFailures ?? 0,
            Timeouts = passive.Unhealthy.Timeouts ?? 0,
        };
        HealthyInterval = TimeSpan.FromSeconds(active.Healthy.Interval ?? 0);
        UnhealthyInterval = TimeSpan.FromSeconds(active.Unhealthy.Interval ?? 0);

        // As in Kong, successes alone switch nothing on: nothing could ever be unhealthy.
        IsOn = Probes || Passive.HttpFailures > 0 || Passive.TcpFailures > 0 || Passive.Timeouts > 0;
    }

    /// <summary>Whether anybody looks at the health of this upstream's targets.</summary>
    public bool IsOn { get; }

    /// <summary>The percentage of the weight that must work, and more, for the upstream to be used.</summary>
    public double Threshold { get; }

    /// <summary>How probes are made.</summary>
    public ActiveHealthcheck Probe { get; }

    /// <summary>What probes count for.</summary>
    public HealthRules Active { get; }

    /// <summary>What requests count for.</summary>
    public HealthRules Passive { get; }

    /// <summary>How often a working address is probed; zero for never.</summary>
    public TimeSpan HealthyInterval { get; }

    /// <summary>How often an address that does not work is probed; zero for never.</summary>
    public TimeSpan UnhealthyInterval { get; }

    /// <summary>Whether targets are probed.</summary>
    public bool Probes => HealthyInterval > TimeSpan.Zero || UnhealthyInterval > TimeSpan.Zero;
}
