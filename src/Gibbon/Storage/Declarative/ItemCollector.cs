using Gibbon.Pdk.Schemas;
using Gibbon.Threading;

namespace Gibbon.Storage.Declarative;

/// <summary>
/// Walks a document and finds its entities, wherever they are nested, parents before children, and gives each its id. What has not
/// even the form of a configuration is noted on the way.
/// </summary>
internal sealed class ItemCollector(EntitySchemas schemas)
{
    static readonly string[] Versions = ["1.1", "2.1", "3.0"];

    readonly ItemIdentity identity = new();

    /// <summary>The items of each kind, in the order in which Kong looks at them.</summary>
    public Dictionary<string, List<DeclarativeItem>> Items { get; } = new(StringComparer.Ordinal);

    /// <summary>What is wrong with the form, to be noted in a tree of errors.</summary>
    public List<Action<ErrorTree>> FormErrors { get; } = [];

    public void Collect(ValueMap document)
    {
        CheckTop(document);
        foreach (var schema in schemas.All)
        {
            if (document.TryGetValue(schema.Name, out var section) && schema.Name != "tags")
            {
                CollectList(schema, section, null, null);
            }
        }
    }

    void CheckTop(ValueMap document)
    {
        foreach (var (name, value) in document)
        {
            var error = name switch
            {
                "_format_version" or "_ignore" or "_comment" => null,
                "_transform" => value is null or bool ? null : "expected a boolean",
                _ => schemas.Find(name) is null || name == "tags" ? "unknown field" : null,
            };
            Note(null, name, error);
        }
        Note(null, "_format_version", document.Get("_format_version") switch
        {
            null => "required field missing",
            string version => Versions.Contains(version) ? null : "expected one of: 1.1, 2.1, 3.0",
            _ => "expected a string",
        });
        CheckRemarks(null, document);
    }

    void CheckRemarks(DeclarativeItem? item, ValueMap source)
    {
        if (source.Get("_comment") is { } comment)
        {
            Note(item, "_comment", comment is string text ? text.Length > 0 ? null : "length must be at least 1" : "expected a string");
        }
        if (source.Get("_ignore") is { } ignore)
        {
            Note(item, "_ignore", ignore is ValueList or ValueMap { Count: 0 } ? null : "expected an array");
        }
    }

    void CollectList(Schema schema, object? section, DeclarativeItem? parent, string? parentField)
    {
        if (section is null or ValueMap { Count: 0 })
        {
            return;
        }
        if (section is not ValueList list)
        {
            Note(parent, schema.Name, "expected an array");
            return;
        }
        var isShadowed = parent?.Schema.Find(schema.Name) is not null;
        DeclarativeItem?[] items = [.. list.Select((element, at) =>
            element is ValueMap source ? new DeclarativeItem(schema, source, parent, parentField, at) { IsShadowed = isShadowed } : null)];
        identity.IdentifyAhead(schema, items);
        for (var i = 0; i < list.Count; i++)
        {
            if (items[i] is { } item)
            {
                CollectItem(item);
                continue;
            }
            var (index, error) = (i, list[i] is null ? "required field missing" : "expected a record");
            FormErrors.Add(tree => tree.AddElement(parent, schema.Name, index, error));
        }
    }

    void CollectItem(DeclarativeItem item)
    {
        LongWork.GiveWay();
        identity.Identify(item);
        if (item.Source.Count > 1)
        {
            CheckRemarks(item, item.Source);
            ConsumerGroupForms.Rewrite(item);
            CollectChildren(item);
        }
        if (!Items.TryGetValue(item.Schema.Name, out var items))
        {
            Items.Add(item.Schema.Name, items = []);
        }
        items.Add(item);
    }

    void CollectChildren(DeclarativeItem item)
    {
        foreach (var child in schemas.Children(item.Schema.Name))
        {
            if (item.Source.TryGetValue(child.Entity, out var section))
            {
                CollectList(schemas.Find(child.Entity)!, section, item, child.Field);
            }
        }
    }

    void Note(DeclarativeItem? item, string field, string? error)
    {
        if (error is not null)
        {
            FormErrors.Add(tree => tree.Add(item, field, error));
        }
    }
}
