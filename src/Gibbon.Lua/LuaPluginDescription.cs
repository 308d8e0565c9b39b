using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Lua;

/// <summary>What a plugin's files say about it before it runs.</summary>
internal sealed record LuaPluginDescription(string Name, int Priority, string Version, PluginPhases Phases, Schema Schema)
{
    /// <summary>The definitions of the entities it brings.</summary>
    public IReadOnlyList<ValueMap> Entities { get; init; } = [];
}
