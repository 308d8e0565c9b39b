using Gibbon.Pdk.Schemas;

namespace Gibbon.Admin.Entities;

/// <summary>Entities as values: what stores give are records, or values where a kind has no record.</summary>
internal static class EntityValues
{
    public static ValueMap Of(object entity) => entity is ValueMap map ? new ValueMap(map) : Schema.Unbind(entity);

    public static Guid IdOf(ValueMap entity) => Guid.Parse(entity.GetString("id")!);

    /// <summary>The reference to an entity: <c>{"id": "…"}</c>.</summary>
    public static ValueMap ReferenceTo(ValueMap entity) => new() { ["id"] = entity.Get("id") };

    /// <summary>The id that a foreign field refers to; null when it refers to nothing.</summary>
    public static Guid? Foreign(ValueMap entity, string field) =>
        entity.GetMap(field)?.GetString("id") is { } id && Guid.TryParse(id, out Guid parsed) ? parsed : null;

    /// <summary>
    /// The place of a value that no store can hold, a text with a NUL or a number that is not finite, and what is wrong with it; null when
    /// there is none.
    /// </summary>
    public static SchemaErrors? Unstorable(ValueMap entity)
    {
        foreach ((string name, object? value) in entity)
        {
            if (Fault(value) is { } fault)
            {
                return new SchemaErrors(name, fault);
            }
        }

        return null;
    }

    private static string? Fault(object? value) => value switch
    {
        string text => text.Contains('\0', StringComparison.Ordinal) ? "must not contain a null character" : null,
        double number => double.IsFinite(number) ? null : "must be a finite number",
        ValueMap map => map.Select(static entry => Fault(entry.Key) ?? Fault(entry.Value)).FirstOrDefault(static fault => fault is not null),
        ValueList list => list.Select(Fault).FirstOrDefault(static fault => fault is not null),
        _ => null,
    };
}
