using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Gibbon.Pdk.Schemas;

/// <summary>The fields of a record in their order, the checks that look at several of them, and the shorthands that stand for some.</summary>
public class RecordSchema
{
    readonly FrozenDictionary<string, int> places;
    bool? hasShorthands;

    /// <summary>A record of the given fields.</summary>
    /// <exception cref="ArgumentException">Two fields have the same name.</exception>
    public RecordSchema(IEnumerable<Field> fields)
    {
        Fields = [.. fields];
        places = Fields.Select(static (field, place) => KeyValuePair.Create(field.Name, place)).ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The fields, in the order in which they were declared.</summary>
    public ImmutableArray<Field> Fields { get; }

    /// <summary>What must hold between several fields.</summary>
    public ImmutableArray<EntityCheck> EntityChecks
    {
        get;
        init => field = [.. value.Select(check => check.Resolve(this))];
    } = [];

    /// <summary>Names that are no fields but stand for some: a service's <c>url</c>, a field that has moved.</summary>
    public ImmutableArray<Shorthand> Shorthands { get; init; } = [];

    /// <summary>A last look at the record, when nothing else in it failed: returns its error or <c>null</c>.</summary>
    public Func<ValueMap, string?>? WholeCheck { get; init; }

    /// <summary>The C# type of the record, when it was described by one.</summary>
    public Type? ClrType { get; init; }

    /// <summary>The field of that name, or <c>null</c>.</summary>
    public Field? Find(string name) => places.TryGetValue(name, out var place) ? Fields[place] : null;

    /// <summary>Whether there are shorthands here or in the records within.</summary>
    internal bool HasShorthands => hasShorthands ??= Shorthands.Length > 0 || Fields.Any(static item => item.Record is { HasShorthands: true });

    internal RecordSchema With(IEnumerable<Field> fields) => new(fields)
    {
        EntityChecks = EntityChecks,
        Shorthands = Shorthands,
        WholeCheck = WholeCheck,
        ClrType = ClrType,
    };
}
