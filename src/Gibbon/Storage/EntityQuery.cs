namespace Gibbon.Storage;

/// <summary>Which entities of a kind are asked for, and how many at a time.</summary>
internal readonly record struct EntityQuery
{
    /// <summary>How many at most are read for a page, from 1; 0 is 1000. Filters apply after that.</summary>
    public int Size { get; init; }

    /// <summary>Where the page before ended; <c>null</c> for the first.</summary>
    public string? Offset { get; init; }

    /// <summary>Only those that refer by this field to <see cref="ForeignId"/>.</summary>
    public string? ForeignField { get; init; }

    /// <summary>The entity that is referred to.</summary>
    public Guid ForeignId { get; init; }

    /// <summary>Only those with these tags.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Whether one of the <see cref="Tags"/> suffices; otherwise all are needed.</summary>
    public bool AnyTag { get; init; }
}
