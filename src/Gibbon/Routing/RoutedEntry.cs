using Gibbon.Pdk.Entities;

namespace Gibbon.Routing;

/// <summary>A route and what a match shall give back for it.</summary>
/// <param name="Route">The entity.</param>
/// <param name="Target">The snapshot's compiled route; the router does not look inside.</param>
internal sealed record RoutedEntry(Route Route, object Target);
