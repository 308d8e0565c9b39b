using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Declarative;

/// <summary>One entity where it stands in a declarative file.</summary>
/// <param name="schema">Its kind.</param>
/// <param name="source">What the file says of it, with what is nested in it.</param>
/// <param name="parent">The entity it is nested in; <c>null</c> at the top level.</param>
/// <param name="parentField">The field of its kind that refers to the parent.</param>
/// <param name="index">Its place in its list, from 0.</param>
internal sealed class DeclarativeItem(Schema schema, ValueMap source, DeclarativeItem? parent, string? parentField, int index)
{
    public Schema Schema => schema;

    public ValueMap Source => source;

    public DeclarativeItem? Parent => parent;

    public string? ParentField => parentField;

    public int Index => index;

    /// <summary>The primary key as text: the id, given or made, or what else identifies the kind.</summary>
    public string Id { get; set; } = "";

    /// <summary>Whether the id was made, and would be the same on another node.</summary>
    public bool HasMadeId { get; set; }

    /// <summary>Whether the parent has a field of its own under the name of this list: a certificate's <c>snis</c>.</summary>
    public bool IsShadowed { get; init; }

    /// <summary>The unique endpoint key, if it has one: its name.</summary>
    public string? Key { get; set; }

    /// <summary>The entity, once it was found good.</summary>
    public object? Entity { get; set; }

    /// <summary>Its values before the schema's transformations; <c>null</c> when there are none.</summary>
    public ValueMap? AsGiven { get; set; }

    /// <summary>What others refer to it by: <c>{ id = … }</c>. Made anew each time: kept, a hundred thousand of them would outlive their use.</summary>
    public ValueMap MakeReference() => new(1) { [schema.PrimaryKey[0]] = Id };
}
