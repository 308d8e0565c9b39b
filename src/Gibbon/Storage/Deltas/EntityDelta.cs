using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Deltas;

/// <summary>What became of one entity, as data planes are told.</summary>
/// <param name="Version">The version of the configuration that it belongs to.</param>
/// <param name="Kind">Its kind: <c>routes</c>.</param>
/// <param name="Key">Its primary key.</param>
/// <param name="Workspace">The workspace that it is in.</param>
/// <param name="Entity">The entity as it is, with references as <c>{"id": …}</c>; null when it is gone.</param>
internal sealed record EntityDelta(long Version, string Kind, ValueMap Key, Guid Workspace, ValueMap? Entity);
