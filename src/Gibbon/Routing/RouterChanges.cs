namespace Gibbon.Routing;

/// <summary>What a new snapshot changes about the routes.</summary>
/// <param name="Changed">Routes that are new or differ, and unchanged ones whose target differs.</param>
/// <param name="Removed">Ids of the routes that are gone.</param>
internal sealed record RouterChanges(IReadOnlyCollection<RoutedEntry> Changed, IReadOnlyCollection<Guid> Removed);
