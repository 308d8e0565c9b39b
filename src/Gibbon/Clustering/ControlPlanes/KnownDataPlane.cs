using System.Collections.Frozen;
using Gibbon.Clustering.Compatibility;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Clustering.ControlPlanes;

/// <summary>A data plane of ours that has introduced itself by the first protocol and is called from there on.</summary>
/// <param name="Node">How it is named.</param>
/// <param name="Labels">Its labels; null: none.</param>
/// <param name="Plugins">The plugins that it has, with their versions.</param>
internal sealed record KnownDataPlane(DataPlaneNode Node, ValueMap? Labels, FrozenDictionary<string, PluginVersion?> Plugins);
