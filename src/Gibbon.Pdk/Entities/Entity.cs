using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Entities;

/// <summary>What every entity has. An entity says what a user wrote; it is immutable.</summary>
public abstract record Entity
{
    /// <summary>The id; made when it is not given.</summary>
    [Auto]
    public Guid Id { get; init; }

    /// <summary>When it was created; whole seconds but for targets.</summary>
    [Auto]
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last written; whole seconds but for targets.</summary>
    [Auto]
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Free labels.</summary>
    [Set, Tag]
    public IReadOnlyList<string>? Tags { get; init; }
}
