using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Declarative;

/// <summary>A declarative configuration that was found good: every entity by itself, no longer nested.</summary>
internal sealed class DeclarativeConfiguration
{
    /// <summary>The entities by kind, in the order in which they were declared; always with a default workspace.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<object>> Entities { get; init; }

    /// <summary>
    /// What was said, with defaults, of the entities that a transformation was due for, by kind and id: whoever sent a password is told that, not its hash.
    /// </summary>
    public IReadOnlyDictionary<(string Kind, string Id), ValueMap> AsGiven { get; init; } = new Dictionary<(string Kind, string Id), ValueMap>();

    /// <summary>
    /// What was nested in an entity under the name of a field of its own (the server names of a certificate), by its kind and id: field by field, as whoever sent it is told.
    /// </summary>
    public IReadOnlyDictionary<(string Kind, string Id), ValueMap> Nested { get; init; } = new Dictionary<(string Kind, string Id), ValueMap>();

    /// <summary>The hash; <see cref="ConfigurationHash.Empty"/> when there is nothing but workspaces.</summary>
    public required string Hash { get; init; }

    /// <summary>Whether entities were changed on their way to the store: <c>_transform</c>.</summary>
    public required bool Transform { get; init; }
}
