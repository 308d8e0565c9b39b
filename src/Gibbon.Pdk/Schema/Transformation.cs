using System.Collections.Immutable;

namespace Gibbon.Pdk.Schemas;

/// <summary>
/// A change made to an entity after it was found valid, on its way to the store or from it: a password becomes its hash, a
/// certificate gets its digest. A declarative configuration that says <c>_transform: false</c> is stored as it is.
/// </summary>
public sealed record Transformation
{
    /// <summary>The paths of the fields it reads. It runs when one of them is not empty, and then all of them must be.</summary>
    public ImmutableArray<string> Input { get; init; } = [];

    /// <summary>The paths of further fields it needs; an update reads them from the stored entity.</summary>
    public ImmutableArray<string> Needs { get; init; } = [];

    /// <summary>Changes the fields on their way to the store: gets the entity, returns the fields to change, or an error.</summary>
    public Func<ValueMap, TransformationResult>? OnWrite { get; init; }

    /// <summary>Changes the fields on their way from the store.</summary>
    public Func<ValueMap, TransformationResult>? OnRead { get; init; }
}

/// <summary>What a transformation made: fields to change, or an error.</summary>
/// <param name="Changes">The fields to change, deep; <c>null</c> changes nothing.</param>
/// <param name="Error">Why it failed; the entity is then refused with code 15.</param>
public readonly record struct TransformationResult(ValueMap? Changes, string? Error = null)
{
    /// <summary>The fields to change.</summary>
    public static implicit operator TransformationResult(ValueMap changes) => new(changes);
}
