namespace Gibbon.Pdk;

/// <summary>Some of the entities of a type.</summary>
/// <typeparam name="T">The entity's record.</typeparam>
/// <param name="Entities">The entities.</param>
/// <param name="NextOffset">Where the next page begins; <c>null</c> if this is the last.</param>
public sealed record EntityPage<T>(IReadOnlyList<T> Entities, string? NextOffset);
