namespace Gibbon.Pdk;

/// <summary>The upstreams as the balancer sees them at this moment.</summary>
public interface IUpstreams
{
    /// <summary>Every upstream with its targets and their health.</summary>
    IReadOnlyList<UpstreamHealth> GetHealth();
}
