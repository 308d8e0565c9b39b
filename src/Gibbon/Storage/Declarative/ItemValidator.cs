using Gibbon.Pdk.Schemas;
using Gibbon.Threading;

namespace Gibbon.Storage.Declarative;

/// <summary>
/// Checks the items of a document against their schemas and makes entities of them. As in Kong there are two attempts. In the first, references are
/// names and what is nested refers to nothing; when that fails, the second one has every reference filled in, so that checks which
/// need them can pass. A document is good when one of them succeeds.
/// </summary>
internal sealed class ItemValidator(EntitySchemas schemas, References references, bool transform)
{
    const string MustBeNull = "value must be null";
    static readonly ValueMap SomeReference = new() { ["id"] = Guid.Empty.ToString() };

    /// <summary>Whether what is referred to is filled in: the second attempt.</summary>
    public bool HasReferences { get; init; }

    /// <summary>Checks one item; a good one gets its entity.</summary>
    public void Validate(DeclarativeItem item, ErrorTree errors)
    {
        LongWork.GiveWay();
        var isGood = true;
        var view = ViewOf(item, errors, ref isGood);
        var found = item.Schema.Create(view, Operation.Insert, out var values)?.Fields;
        if (found is not null && !HasReferences && item.Parent is not null)
        {
            ForgiveMissingReferences(item, found);
        }
        if (found is { Count: > 0 })
        {
            errors.Add(item, found);
            isGood = false;
        }
        if (!isGood || !errors.IsEmpty)
        {
            return;
        }
        if (item.Parent is { } parent)
        {
            values[item.ParentField!] = parent.MakeReference();
        }
        if (transform && !item.Schema.Transformations.IsEmpty)
        {
            item.AsGiven = new ValueMap(values);
            if (item.Schema.Transform(values) is { } failure)
            {
                errors.Add(item, "@entity", new ValueList { failure.Message });
                return;
            }
        }
        item.Entity = item.Schema.ClrType is null ? values : item.Schema.Bind(values);
    }

    /// <summary>The item's own fields: without what is nested in it, with references as the schema wants them.</summary>
    ValueMap ViewOf(DeclarativeItem item, ErrorTree errors, ref bool isGood)
    {
        var (schema, source) = (item.Schema, item.Source);
        var view = new ValueMap(source.Count + 2);
        foreach (var (name, value) in source)
        {
            if (name is "_comment" or "_ignore" || (name == "ws_id" && schema.Workspaceable))
            {
                continue;
            }
            var field = schema.Find(name);
            if (field is { Reference: not null })
            {
                AddReference(item, field, value, view, errors, ref isGood);
            }
            else if (!IsNested(schema, name))
            {
                view.Add(name, value);
            }
        }
        if (schema.PrimaryKey[0] == "id" && view.Get("id") is null)
        {
            view["id"] = item.Id;
        }
        if (HasReferences && item is { Parent: { } parent, IsShadowed: false })
        {
            view.TryAdd(item.ParentField!, parent.MakeReference());
        }
        return view;
    }

    bool IsNested(Schema schema, string name)
    {
        foreach (var child in schemas.Children(schema.Name))
        {
            if (string.Equals(child.Entity, name, StringComparison.Ordinal))
            {
                return true;
            }
        }
        return false;
    }

    void AddReference(DeclarativeItem item, Field field, object? value, ValueMap view, ErrorTree errors, ref bool isGood)
    {
        var target = value is string { Length: > 0 } name ? references.Find(item, field.Reference!, name) : null;
        if (value is null || HasReferences)
        {
            view.Add(field.Name, target?.MakeReference() ?? value);
            return;
        }
        var error = item.Parent is not null && !item.Schema.BeyondKong ? MustBeNull
            : value is not string text ? "expected a string"
            : text.Length == 0 ? "length must be at least 1"
            : null;
        if (error is null)
        {
            view.Add(field.Name, target?.MakeReference() ?? SomeReference);
        }
        else
        {
            errors.Add(item, field.Name, error);
            isGood = false;
        }
    }

    static void ForgiveMissingReferences(DeclarativeItem item, ValueMap errors)
    {
        foreach (var field in item.Schema.Fields)
        {
            if (field.Reference is not null && errors.Get(field.Name) is "required field missing")
            {
                errors.Remove(field.Name);
            }
        }
    }
}
