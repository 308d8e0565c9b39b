namespace Gibbon.Balancing.Health;

/// <summary>How an address is doing. Requests go to the first two.</summary>
internal enum HealthState
{
    /// <summary>It works.</summary>
    Healthy,

    /// <summary>It works, but has failed lately.</summary>
    MostlyHealthy,

    /// <summary>It does not work, but has succeeded lately.</summary>
    MostlyUnhealthy,

    /// <summary>It does not work.</summary>
    Unhealthy,
}
