using Gibbon.Pdk.Entities;

namespace Gibbon.Routing;

/// <summary>A route that the router leaves out; the others work.</summary>
/// <param name="Route">The route.</param>
/// <param name="Reason">For the log.</param>
internal sealed record RejectedRoute(Route Route, string Reason);
