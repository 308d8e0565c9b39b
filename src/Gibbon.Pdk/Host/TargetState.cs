namespace Gibbon.Pdk;

/// <summary>What is known of a target's address; the Admin API writes it in upper case.</summary>
public enum TargetState
{
    /// <summary>It works: <c>HEALTHY</c>.</summary>
    Healthy,

    /// <summary>It does not: <c>UNHEALTHY</c>. No request is sent there.</summary>
    Unhealthy,

    /// <summary>Its name has no address: <c>DNS_ERROR</c>.</summary>
    DnsError,

    /// <summary>Nobody looks: <c>HEALTHCHECKS_OFF</c>.</summary>
    HealthChecksOff,
}
