using Gibbon.Pdk.Entities;

namespace Gibbon.Routing;

/// <summary>What a new snapshot changes about the routes.</summary>
/// <param name="Changed">Routes that are new or differ, and those that take part again.</param>
/// <param name="Removed">Ids of the routes that are gone.</param>
internal sealed record RouterChanges(IReadOnlyCollection<Route> Changed, IReadOnlyCollection<Guid> Removed);
