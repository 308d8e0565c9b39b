using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Applying;

/// <summary>A store whose entities can be exchanged together: who changes them sees all that is there, and nobody else changes anything meanwhile.</summary>
internal interface IWholeStore
{
    /// <summary>Makes the changes that follow from what is stored: all of them or none.</summary>
    /// <param name="decide">Says what to change; may be asked again when another node was faster.</param>
    /// <param name="options">Under which conditions.</param>
    /// <param name="cancellation">Gives up.</param>
    ValueTask<WholeChange> ChangeAsync(Func<EntitySet, WholePlan> decide, WholeOptions options, CancellationToken cancellation);
}

/// <summary>Under which conditions a configuration is changed.</summary>
/// <param name="Expected">Only if the configuration is at this version; null: whatever it is.</param>
/// <param name="Rehearse">Everything but the last step: the changes are told, and undone.</param>
internal readonly record struct WholeOptions(long? Expected, bool Rehearse);

/// <summary>What is to be changed.</summary>
internal sealed record WholePlan
{
    public List<ChangedEntity> Changes { get; init; } = [];

    public long Unchanged { get; init; }

    /// <summary>The hash of the configuration that comes of it, where it comes of a text.</summary>
    public string? Hash { get; init; }

    /// <summary>Why nothing is to be changed: the body of an answer.</summary>
    public ValueMap? Refusal { get; init; }
}

/// <summary>What came of it.</summary>
internal sealed record WholeChange
{
    /// <summary>The version now, or the one that made the caller's out of date.</summary>
    public required long Version { get; init; }

    /// <summary>The version was another than the expected; nothing was changed.</summary>
    public bool IsStale { get; init; }

    public WholePlan Plan { get; init; } = new();

    /// <summary>What changed, everything that went with it included.</summary>
    public IReadOnlyList<ChangedEntity> Changes { get; init; } = [];

    /// <summary>Why the store refused; nothing was changed.</summary>
    public EntityError? Error { get; init; }

    /// <summary>The change that it refused.</summary>
    public ChangedEntity? Culprit { get; init; }
}
