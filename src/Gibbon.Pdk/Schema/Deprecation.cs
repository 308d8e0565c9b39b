using System.Collections.Immutable;

namespace Gibbon.Pdk.Schemas;

/// <summary>That a field should no longer be used. A value that is given for it is noted in the log.</summary>
public sealed record Deprecation
{
    /// <summary>What the log says: which field, and what to use in its place.</summary>
    public required string Message { get; init; }

    /// <summary>The version that will no longer know the field: <c>4.0</c>.</summary>
    public required string RemovalInVersion { get; init; }

    /// <summary>Whether <see cref="OldDefault"/> was given.</summary>
    public bool HasOldDefault { get; init; }

    /// <summary>The value the field had when it was not given; giving that value is not worth a note.</summary>
    public object? OldDefault { get; init; }

    /// <summary>The paths of the fields that took its place; the first is the one that answers show under the old name.</summary>
    public ImmutableArray<Replacement> ReplacedWith { get; init; } = [];
}

/// <summary>A field that took the place of a deprecated one.</summary>
/// <param name="Path">Its path from the record that holds the deprecated field: <c>redis</c>, <c>host</c>.</param>
public sealed record Replacement(ImmutableArray<string> Path)
{
    /// <summary>Turns the new value back into the old one; <c>null</c> when they are the same.</summary>
    public Func<object?, object?>? ToOld { get; init; }
}
