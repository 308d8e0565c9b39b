namespace Gibbon.Pdk;

/// <summary>How entities are looked for and stored. What is not said is the default.</summary>
public readonly record struct EntityOptions
{
    /// <summary>After which time a stored entity vanishes; only for types that allow it. Whole seconds, up to 100000000.</summary>
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>The workspace; the default one if not said.</summary>
    public Guid? WorkspaceId { get; init; }

    /// <summary>Whether every workspace is searched.</summary>
    public bool AllWorkspaces { get; init; }

    /// <summary>Only entities with these tags.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Whether one of the <see cref="Tags"/> suffices; otherwise all are needed.</summary>
    public bool AnyTag { get; init; }

    /// <summary>Whether nobody is told about the change: no event, no invalidation.</summary>
    public bool Silent { get; init; }

    /// <summary>Gives up waiting.</summary>
    public CancellationToken Cancellation { get; init; }
}
