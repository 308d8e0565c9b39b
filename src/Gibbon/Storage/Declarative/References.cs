using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using System.Text;

namespace Gibbon.Storage.Declarative;

/// <summary>
/// The entities of a document by id and by endpoint key. Two with the same are an error at the second one; so is a reference to none.
/// Which error stands where, and that it may be told by place or by name, is Kong's way.
/// </summary>
internal sealed class References
{
    readonly Dictionary<(string Kind, string Id), DeclarativeItem> byId = [];
    readonly Dictionary<(string Kind, string Workspace, string Key), DeclarativeItem> byKey = [];
    readonly List<(DeclarativeItem Item, string? Field)> doubles = [];

    public References(Dictionary<string, List<DeclarativeItem>> items)
    {
        foreach (var item in items.Values.SelectMany(static list => list))
        {
            if (item.Key is { } key && !byKey.TryAdd((item.Schema.Name, WorkspaceOf(item), key), item))
            {
                doubles.Add((item, item.Schema.EndpointKey));
                byId.TryAdd((item.Schema.Name, item.Id), item);
            }
            else if (!byId.TryAdd((item.Schema.Name, item.Id), item))
            {
                doubles.Add((item, null));
            }
        }
    }

    /// <summary>The entity of a kind that a value names by endpoint key or id.</summary>
    public DeclarativeItem? Find(DeclarativeItem from, string kind, string name) =>
        byKey.GetValueOrDefault((kind, ItemIdentity.WorkspaceOf(from), name)) ?? byId.GetValueOrDefault((kind, name));

    /// <summary>Looks for entities that are there twice and for references that lead nowhere.</summary>
    /// <returns>The errors, or <c>null</c>.</returns>
    public ValueMap? Check(EntitySchemas schemas, Dictionary<string, List<DeclarativeItem>> items)
    {
        var errors = new SortedErrors();
        foreach (var (item, field) in doubles)
        {
            var value = field is null ? item.Id : item.Key;
            var text = $"uniqueness violation: '{item.Schema.Name}' entity with {field ?? "primary key"} set to '{value}' already declared";
            var parent = field is null ? item.Parent : null;
            errors.AddAt(parent, item.Schema.Name, item.Index, text);
        }
        foreach (var list in items.Values)
        {
            var foreignFields = schemas.ForeignFields(list[0].Schema.Name);
            foreach (var item in foreignFields.IsEmpty ? [] : list)
            {
                foreach (var foreign in foreignFields)
                {
                    if (item.Source.TryGetValue(foreign.Field, out var value) && value is not null && !Exists(item, foreign, value))
                    {
                        errors.AddTo(item.Schema.Name, item.Key ?? item.Id, $"invalid reference '{foreign.Field}: {Print(value)}' (no such entry in '{foreign.Reference}')");
                    }
                }
            }
        }
        return errors.ToMap();
    }

    bool Exists(DeclarativeItem item, ForeignField foreign, object value) =>
        (value is ValueMap map ? map.Get("id") : value) is string name && Find(item, foreign.Reference, name) is not null;

    static string Print(object value) => value as string ?? Encoding.UTF8.GetString(ValueJson.Write(value));

    static string WorkspaceOf(DeclarativeItem item) =>
        item.Schema.Find(item.Schema.EndpointKey!) is { UniqueAcrossWorkspaces: true } ? "*" : ItemIdentity.WorkspaceOf(item);
}
