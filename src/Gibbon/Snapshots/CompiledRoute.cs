using Gibbon.Pdk.Entities;

namespace Gibbon.Snapshots;

/// <summary>What the router gives back for a route.</summary>
/// <param name="Route">The entity.</param>
internal sealed record CompiledRoute(Route Route);
