using Gibbon.Pdk;

namespace Gibbon.PluginRuntime;

/// <summary>Kong's order: the highest priority first; equal priorities by name, z before a. The same in every phase.</summary>
internal sealed class PluginOrder : IComparer<Plugin>
{
    public static readonly PluginOrder Instance = new();

    public int Compare(Plugin? x, Plugin? y)
    {
        int byPriority = y!.Priority.CompareTo(x!.Priority);
        return byPriority != 0 ? byPriority : string.CompareOrdinal(y.Name, x.Name);
    }
}
