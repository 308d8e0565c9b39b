using Gibbon.Pdk;

namespace Gibbon.PluginRuntime;

/// <summary>The plugins of one route and service, in the order they run, with one array of positions per phase.</summary>
internal sealed class PluginChain
{
    public static readonly PluginChain Empty = new([]);

    public PluginChain(PluginStep[] steps)
    {
        Steps = steps;
        Rewrite = PositionsOf(PluginPhases.Rewrite);
        Certificate = PositionsOf(PluginPhases.Certificate);
        Response = PositionsOf(PluginPhases.Response);
        HeaderFilter = PositionsOf(PluginPhases.HeaderFilter);
        BodyFilter = PositionsOf(PluginPhases.BodyFilter);
        Log = PositionsOf(PluginPhases.Log);
    }

    /// <summary>All of them: access and preread walk the whole list, since they collect for the phases that follow.</summary>
    public PluginStep[] Steps { get; }

    public int[] Rewrite { get; }

    public int[] Certificate { get; }

    public int[] Response { get; }

    public int[] HeaderFilter { get; }

    public int[] BodyFilter { get; }

    public int[] Log { get; }

    private int[] PositionsOf(PluginPhases phase)
    {
        List<int> positions = [];
        for (int i = 0; i < Steps.Length; i++)
        {
            if ((Steps[i].Phases & phase) != PluginPhases.None)
            {
                positions.Add(i);
            }
        }

        return [.. positions];
    }
}
