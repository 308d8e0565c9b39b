using Gibbon.Pdk;

namespace Gibbon.PluginRuntime.Host;

/// <summary>The health of upstreams, from whoever balances them.</summary>
internal sealed class UpstreamFigures(Func<IReadOnlyList<UpstreamHealth>> health) : IUpstreams
{
    public IReadOnlyList<UpstreamHealth> GetHealth() => health();
}
